// Bytes to lines, for all readers of text: numbers, over-long lines, a last line without its newline.
#pragma once

#include <cstdint>
#include <cstring>
#include <string_view>

#include "ingest/counting.hpp"
#include "ingest/reader.hpp"
#include "ingest/state_bytes.hpp"

namespace secondwave {

class LineFraming {
 public:
  /// Calls on_line(line, number) for each whole line at the front of `bytes`, without its newline and without a
  /// carriage return before that; gives how many bytes that took (see Reader::read). A line of longest_record bytes or
  /// more is counted as bad, once, and never held: what is inside it is taken as it comes.
  template <class OnLine>
  std::size_t cut(std::string_view bytes, bool last, ReadCounts& counts, OnLine&& on_line) {
    const char* at = bytes.data();
    const char* const end = at + bytes.size();
    if (inside_long_ && at != end) at = leave_long_line(at, end);
    while (at != end) {
      const auto* newline = static_cast<const char*>(std::memchr(at, '\n', static_cast<std::size_t>(end - at)));
      if (newline == nullptr) break;
      take(at, newline, counts, on_line);
      at = newline + 1;
    }
    const auto rest = static_cast<std::size_t>(end - at);
    if (last) {
      if (rest > 0) take(at, end, counts, on_line);
      inside_long_ = false;
      return bytes.size();
    }
    if (rest >= Reader::longest_record) {
      ++line_;
      count_bad(counts, line_, too_long);
      inside_long_ = true;
      return bytes.size();
    }
    return bytes.size() - rest;
  }

  /// The next line has this number. Requires that no line is half read.
  void skip_to_line(std::uint64_t line) { line_ = line - 1; }

  void write_to(StateWriter& state) const {
    state.number(line_);
    state.number(inside_long_ ? 1 : 0);
  }
  void read_from(StateReader& state) {
    line_ = state.number();
    inside_long_ = state.number() != 0;
  }

 private:
  static constexpr std::string_view too_long = "a line of 1 MB or more";

  const char* leave_long_line(const char* at, const char* end) {
    const auto* newline = static_cast<const char*>(std::memchr(at, '\n', static_cast<std::size_t>(end - at)));
    if (newline == nullptr) return end;
    inside_long_ = false;
    return newline + 1;
  }

  template <class OnLine>
  void take(const char* at, const char* end, ReadCounts& counts, OnLine&& on_line) {
    ++line_;
    const auto size = static_cast<std::size_t>(end - at);
    if (size >= Reader::longest_record) {
      count_bad(counts, line_, too_long);
      return;
    }
    on_line(std::string_view(at, size > 0 && end[-1] == '\r' ? size - 1 : size), line_);
  }

  std::uint64_t line_ = 0;  ///< number of the last line that was begun
  bool inside_long_ = false;
};

}  // namespace secondwave
