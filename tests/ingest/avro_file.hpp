// Builds Avro object containers.
#pragma once

#include <zlib.h>

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace secondwave::ingest_test {

inline std::string avro_long(std::int64_t value) {
  std::uint64_t bits = static_cast<std::uint64_t>(value) << 1 ^ static_cast<std::uint64_t>(value >> 63);
  std::string out;
  for (; bits >= 0x80; bits >>= 7) out += static_cast<char>(bits | 0x80);
  return out + static_cast<char>(bits);
}
inline std::string avro_text(std::string_view text) {
  return avro_long(static_cast<std::int64_t>(text.size())).append(text);
}
inline std::string avro_longs(const std::vector<std::int64_t>& values) {
  if (values.empty()) return avro_long(0);
  std::string out = avro_long(static_cast<std::int64_t>(values.size()));
  for (const std::int64_t value : values) out += avro_long(value);
  return out + avro_long(0);
}

inline const std::string avro_sync = "0123456789abcdef";

inline std::string avro_header(std::string_view schema, std::string_view codec = "null") {
  return std::string("Obj\x01", 4) + avro_long(2) + avro_text("avro.schema") + avro_text(schema) +
         avro_text("avro.codec") + avro_text(codec) + avro_long(0) + avro_sync;
}
inline std::string avro_block(std::int64_t records, std::string_view data) {
  return avro_long(records) + avro_text(data) + avro_sync;
}

inline std::string deflated(std::string_view data) {
  z_stream stream{};
  deflateInit2(&stream, 9, Z_DEFLATED, -15, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, data.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(data.data()));
  stream.avail_in = static_cast<uInt>(data.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

/// The sum that snappy blocks of Avro end with.
inline std::string snappy_sum(std::string_view data) {
  const auto sum = crc32(0, reinterpret_cast<const Bytef*>(data.data()), static_cast<uInt>(data.size()));
  std::string out;
  for (int shift = 24; shift >= 0; shift -= 8) out += static_cast<char>(sum >> shift);
  return out;
}

}  // namespace secondwave::ingest_test
