#include "census/kind_name.hpp"

#include <algorithm>

#include "base/error.hpp"
#include "census/domain.hpp"
#include "census/kind_characters.hpp"

namespace secondwave {
namespace {

constexpr bool is_separator(char c) {
  return c == '-' || c == '_';
}

/// A label that a host name can have and that is written in plain letters.
bool readable(std::string_view label) {
  if (label.empty() || label.size() > 63 || label.starts_with("xn--")) return false;
  return std::all_of(label.begin(), label.end(), [](char c) {
    return kind_characters::is_digit(c) || kind_characters::is_letter(c) || is_separator(c);
  });
}

/// An identifier in hexadecimal: digits and letters a to f, at least six, with at least one digit, one letter in front
/// allowed (p54a0b1c2). Its runs of letters are no words.
bool is_identifier(std::string_view chunk) {
  const auto hexadecimal = [](std::string_view text) {
    return text.size() >= 6 && std::all_of(text.begin(), text.end(), kind_characters::is_hex) &&
           std::count_if(text.begin(), text.end(), kind_characters::is_digit) >= 2;
  };
  return hexadecimal(chunk) || (chunk.size() > 6 && hexadecimal(chunk.substr(1)));
}

}  // namespace

NameParts::NameParts(std::string_view lower_case_name) : name_(lower_case_name) {
  SECONDWAVE_REQUIRE(name_.size() <= max_name_bytes);
  domain_ = registered_domain(name_);
  const std::size_t before = name_.size() - domain_.size();
  host_ = before > 0 ? name_.substr(0, before - (domain_.empty() ? 0 : 1)) : std::string_view();
  for (std::size_t begin = 0; begin <= name_.size() && labels_ < most_labels;) {
    const std::size_t end = std::min(name_.find('.', begin), name_.size());
    if (begin < host_.size()) ++host_labels_;
    label_[labels_++] = name_.substr(begin, end - begin);
    begin = end + 1;
  }
  for (std::size_t i = 0; i < labels_; ++i) {
    split_label(static_cast<std::uint8_t>(i));
    if (i == 0) first_label_words_ = words_;
  }
}

void NameParts::put(const NameWord& word, std::uint8_t& place) {
  if (words_ == most_words) return;
  word_[words_++] = word;
  if (!word.mixed) ++place;
}

void NameParts::split_label(std::uint8_t index) {
  const std::string_view label = label_[index];
  if (!readable(label)) return;
  std::uint8_t place = 0;
  for (std::size_t begin = 0; begin < label.size();) {
    const std::size_t end = std::min(label.find_first_of("-_", begin), label.size());
    if (end > begin) split_chunk(label, begin, end, index, place);
    begin = end + 1;
  }
}

void NameParts::split_chunk(std::string_view label, std::size_t begin, std::size_t end, std::uint8_t index,
                            std::uint8_t& place) {
  const std::string_view chunk = label.substr(begin, end - begin);
  const bool digits = std::any_of(chunk.begin(), chunk.end(), kind_characters::is_digit);
  const bool letters = std::any_of(chunk.begin(), chunk.end(), kind_characters::is_letter);
  const auto number_behind = [&](std::size_t at) {
    return at < label.size() &&
           (kind_characters::is_digit(label[at]) ||
            (at + 1 < label.size() && kind_characters::is_digit(label[at + 1]) && is_separator(label[at])));
  };
  if (!letters) return;
  if (digits && chunk.size() <= 12) {
    put({chunk, index, place, true, number_behind(end), begin == 0, false}, place);
  }
  if (digits && is_identifier(chunk)) return;
  for (std::size_t at = begin; at < end;) {
    if (!kind_characters::is_letter(label[at])) {
      ++at;
      continue;
    }
    std::size_t stop = at;
    while (stop < end && kind_characters::is_letter(label[stop])) ++stop;
    const bool joins = stop == end && end + 1 < label.size() && kind_characters::is_letter(label[end + 1]);
    put({label.substr(at, stop - at), index, place, false, number_behind(stop), at == 0, joins}, place);
    at = stop;
  }
}

}  // namespace secondwave
