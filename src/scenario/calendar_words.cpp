#include "scenario/calendar_words.hpp"

#include <fmt/format.h>

#include <charconv>
#include <optional>

namespace secondwave {
namespace {

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

std::optional<unsigned> number_in(std::string_view text, unsigned most) {
  text = trimmed(text);
  unsigned value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc() || end != text.data() + text.size() || value < 1 || value > most) return std::nullopt;
  return value;
}

}  // namespace

Result<std::uint64_t> parse_numbers(std::string_view text, unsigned most) {
  std::uint64_t mask = 0;
  if (text.empty()) return (std::uint64_t{2} << most) - 2;
  while (true) {
    const std::size_t comma = text.find(',');
    const std::string_view part = trimmed(text.substr(0, comma));
    const std::size_t dash = part.find('-');
    const auto first = number_in(part.substr(0, dash), most);
    const auto last = dash == std::string_view::npos ? first : number_in(part.substr(dash + 1), most);
    if (!first || !last || *first > *last) {
      return failure(ErrorKind::data,
                     fmt::format("\"{}\" is neither a number nor a range within 1 to {}", part.substr(0, 40), most), {},
                     "for instance \"1-19\" or \"5, 20-27\"");
    }
    const std::uint64_t bits = (std::uint64_t{2} << *last) - (std::uint64_t{1} << *first);
    if ((mask & bits) != 0) {
      return failure(ErrorKind::data, fmt::format("{} is named twice", numbers_in_words(mask & bits)));
    }
    mask |= bits;
    if (comma == std::string_view::npos) return mask;
    text.remove_prefix(comma + 1);
  }
}

std::string numbers_in_words(std::uint64_t mask) {
  std::string words;
  for (unsigned first = 0; first < 64; ++first) {
    if ((mask >> first & 1) == 0) continue;
    unsigned last = first;
    while (last + 1 < 64 && (mask >> (last + 1) & 1) != 0) ++last;
    words +=
        (words.empty() ? "" : ", ") + (first == last ? fmt::format("{}", first) : fmt::format("{}-{}", first, last));
    first = last;
  }
  return words;
}

}  // namespace secondwave
