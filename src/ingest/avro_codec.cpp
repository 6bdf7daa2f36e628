#include "ingest/avro_codec.hpp"

#include <zlib.h>

#include <algorithm>
#include <array>

#include "ingest/bytes.hpp"

namespace secondwave {
namespace {

bool inflate_block(std::string_view block, std::string& out) {
  z_stream stream{};
  if (inflateInit2(&stream, -15) != Z_OK) return false;
  // zlib's interface knows no const; the input is not written to.
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(block.data()));
  stream.avail_in = static_cast<uInt>(block.size());
  std::array<char, 65536> piece;
  int result = Z_OK;
  while (result == Z_OK && out.size() <= longest_avro_block) {
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = piece.size();
    result = inflate(&stream, Z_NO_FLUSH);
    out.append(piece.data(), piece.size() - stream.avail_out);
  }
  inflateEnd(&stream);
  return result == Z_STREAM_END && out.size() <= longest_avro_block;
}

/// Reads `count` bytes as a little-endian number.
bool take_number(std::string_view& in, std::size_t count, std::size_t& value) {
  if (in.size() < count) return false;
  value = 0;
  for (std::size_t i = 0; i < count; ++i) value |= std::size_t{static_cast<unsigned char>(in[i])} << (8 * i);
  in.remove_prefix(count);
  return true;
}

bool take_varint(std::string_view& in, std::size_t& value) {
  value = 0;
  for (std::size_t i = 0; i < 5 && i < in.size(); ++i) {
    const auto byte = static_cast<unsigned char>(in[i]);
    value |= std::size_t{byte & 0x7Fu} << (7 * i);
    if (byte >= 0x80) continue;
    in.remove_prefix(i + 1);
    return true;
  }
  return false;
}

/// One element: bytes of its own, or a copy of what was unpacked before. Source: snappy's format_description.txt.
bool take_element(std::string_view& in, std::string& out) {
  const auto tag = static_cast<unsigned char>(in.front());
  in.remove_prefix(1);
  std::size_t length = tag >> 2;
  std::size_t offset = 0;
  switch (tag & 3u) {
    case 0:
      if (length >= 60 && !take_number(in, length - 59, length)) return false;
      ++length;
      if (in.size() < length) return false;
      out.append(in.substr(0, length));
      in.remove_prefix(length);
      return true;
    case 1:
      if (!take_number(in, 1, offset)) return false;
      offset |= static_cast<std::size_t>(tag >> 5) << 8;
      length = (length & 7) + 4;
      break;
    case 2:
      if (!take_number(in, 2, offset)) return false;
      ++length;
      break;
    default:
      if (!take_number(in, 4, offset)) return false;
      ++length;
      break;
  }
  if (offset == 0 || offset > out.size()) return false;
  // A copy may overlap itself, so it goes byte by byte.
  for (std::size_t i = 0; i < length; ++i) out += out[out.size() - offset];
  return true;
}

bool unpack_snappy(std::string_view block, std::string& out) {
  if (block.size() < 4) return false;
  const std::uint32_t sum = load_be32(block.data() + block.size() - 4);
  block.remove_suffix(4);
  std::size_t size = 0;
  if (!take_varint(block, size) || size > longest_avro_block) return false;
  out.reserve(size);
  while (!block.empty()) {
    if (!take_element(block, out) || out.size() > size) return false;
  }
  return out.size() == size &&
         crc32(0, reinterpret_cast<const Bytef*>(out.data()), static_cast<uInt>(out.size())) == sum;
}

}  // namespace

std::optional<AvroCodec> avro_codec_of(std::string_view name) {
  if (name.empty() || name == "null") return AvroCodec::null;
  if (name == "deflate") return AvroCodec::deflate;
  return name == "snappy" ? std::optional(AvroCodec::snappy) : std::nullopt;
}

bool unpack_avro_block(AvroCodec codec, std::string_view block, std::string& out) {
  out.clear();
  if (codec == AvroCodec::deflate) return inflate_block(block, out);
  if (codec == AvroCodec::snappy) return unpack_snappy(block, out);
  if (block.size() > longest_avro_block) return false;
  out.assign(block);
  return true;
}

}  // namespace secondwave
