// The codecs of Avro files.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace secondwave {

enum class AvroCodec : unsigned char { null, deflate, snappy };

/// The codec of a name in a file's header, or nothing.
[[nodiscard]] std::optional<AvroCodec> avro_codec_of(std::string_view name);

/// Largest block that is unpacked: what says more is taken for a bomb.
inline constexpr std::size_t longest_avro_block = std::size_t{16} << 20;

/// Unpacks a block into `out`. False where it is broken or would be larger than longest_avro_block. deflate is RFC
/// 1951; snappy is its raw format, with the CRC-32 of what was packed behind it, big-endian.
[[nodiscard]] bool unpack_avro_block(AvroCodec codec, std::string_view block, std::string& out);

}  // namespace secondwave
