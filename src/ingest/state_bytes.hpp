// The state of a reader as bytes: little-endian numbers and texts with their length, behind a mark of format and
// version.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/error.hpp"
#include "ingest/reader.hpp"

namespace secondwave {

class StateWriter {
 public:
  /// `version` rises whenever what a reader keeps changes.
  StateWriter(InputFormat format, std::uint8_t version) { number(static_cast<std::uint64_t>(format) << 8 | version); }
  void number(std::uint64_t value) {
    for (int i = 0; i < 8; ++i) bytes_ += static_cast<char>(value >> (8 * i) & 0xFFu);
  }
  void text(std::string_view value) {
    number(value.size());
    bytes_ += value;
  }
  [[nodiscard]] std::string take() { return std::move(bytes_); }

 private:
  std::string bytes_;
};

/// Reads in the order of writing. What is not there reads as 0 or as an empty text, and `finish` says so.
class StateReader {
 public:
  StateReader(std::string_view bytes, InputFormat format, std::uint8_t version) : left_(bytes) {
    broken_ = bytes.size() > Reader::longest_state || number() != (static_cast<std::uint64_t>(format) << 8 | version);
  }
  [[nodiscard]] std::uint64_t number() {
    if (left_.size() < 8) {
      broken_ = true;
      return 0;
    }
    std::uint64_t value = 0;
    for (int i = 0; i < 8; ++i) value |= std::uint64_t{static_cast<unsigned char>(left_[std::size_t(i)])} << (8 * i);
    left_.remove_prefix(8);
    return value;
  }
  [[nodiscard]] std::string_view text() {
    const std::uint64_t size = number();
    if (size > left_.size()) broken_ = true;
    if (broken_) return {};
    const std::string_view value = left_.substr(0, size);
    left_.remove_prefix(size);
    return value;
  }
  /// For values that cannot be: the state is refused.
  void require(bool holds) { broken_ = broken_ || !holds; }
  [[nodiscard]] bool broken() const { return broken_; }

  /// Errors: data, where the bytes are not a state of this format and version, whole and nothing more.
  [[nodiscard]] Status finish() const {
    if (!broken_ && left_.empty()) return {};
    return failure(ErrorKind::data, "the stored state of a reader cannot be used: it is damaged or of another version",
                   {}, "Read the input anew from its start.");
  }

 private:
  std::string_view left_;
  bool broken_ = false;
};

}  // namespace secondwave
