// Numbers out of the bytes of binary formats.
#pragma once

#include <bit>
#include <cstdint>
#include <cstring>

namespace secondwave {

static_assert(std::endian::native == std::endian::little, "loads below are written for little-endian machines");

template <class T>
[[nodiscard]] inline T load_le(const char* from) {
  T value;
  std::memcpy(&value, from, sizeof value);
  return value;
}
[[nodiscard]] inline std::uint16_t load_be16(const char* from) {
  return __builtin_bswap16(load_le<std::uint16_t>(from));
}
[[nodiscard]] inline std::uint32_t load_be32(const char* from) {
  return __builtin_bswap32(load_le<std::uint32_t>(from));
}

/// Loads in the order of a file that says it in its header.
struct ByteOrder {
  bool swapped = false;
  [[nodiscard]] std::uint16_t u16(const char* from) const {
    return swapped ? load_be16(from) : load_le<std::uint16_t>(from);
  }
  [[nodiscard]] std::uint32_t u32(const char* from) const {
    return swapped ? load_be32(from) : load_le<std::uint32_t>(from);
  }
  [[nodiscard]] std::uint64_t u64(const char* from) const {
    const auto value = load_le<std::uint64_t>(from);
    return swapped ? __builtin_bswap64(value) : value;
  }
};

}  // namespace secondwave
