// Who an input is: a running fingerprint of its decompressed bytes.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

namespace secondwave {

/// XXH3-128 over everything added so far, and over its first 256 bytes. Over 10 GB/s. Two different contents agree by
/// chance once in 2^128; not meant against somebody who makes them agree on purpose.
class ContentDigest {
 public:
  static constexpr std::size_t head_bytes = 256;
  ContentDigest();
  ~ContentDigest();
  ContentDigest(ContentDigest&&) noexcept;
  ContentDigest& operator=(ContentDigest&&) noexcept;

  void add(std::string_view bytes);
  [[nodiscard]] std::uint64_t length() const { return length_; }
  /// 32 hex digits; more may be added afterwards.
  [[nodiscard]] std::string hex() const;
  /// Of the first head_bytes, or of all where there are fewer.
  [[nodiscard]] std::string head_hex() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
  std::uint64_t length_ = 0;
  std::string head_;
};

/// The same of bytes that are there at once.
[[nodiscard]] std::string content_digest(std::string_view bytes);

}  // namespace secondwave
