#include "base/text.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstdint>
#include <iterator>
#include <numeric>

namespace secondwave {
namespace {

/// Length in bytes of the well-formed UTF-8 sequence at the start of `text`, or 0 where it is not one.
/// Overlong forms, surrogates and code points above U+10FFFF are not well-formed (RFC 3629).
std::size_t utf8_length(std::string_view text) {
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(text[i]); };
  const auto tail = [&](std::size_t i) { return i < text.size() && (byte(i) & 0xC0u) == 0x80u; };
  const unsigned char lead = byte(0);
  if (lead < 0x80) return 1;
  if (lead < 0xC2) return 0;
  if (lead < 0xE0) return tail(1) ? 2 : 0;
  if (lead < 0xF0) {
    if (!tail(1) || !tail(2)) return 0;
    if (lead == 0xE0 && byte(1) < 0xA0) return 0;
    return lead == 0xED && byte(1) > 0x9F ? 0 : 3;
  }
  if (lead > 0xF4 || !tail(1) || !tail(2) || !tail(3)) return 0;
  if (lead == 0xF0 && byte(1) < 0x90) return 0;
  return lead == 0xF4 && byte(1) > 0x8F ? 0 : 4;
}

/// True for C0 and C1 controls, for the separators of lines and paragraphs, and for the bidirectional embeddings,
/// overrides and isolates, which can reorder what is shown.
bool is_dangerous(std::string_view sequence) {
  const auto lead = static_cast<unsigned char>(sequence[0]);
  if (sequence.size() == 1) return lead < 0x20 || lead == 0x7F;
  if (sequence.size() == 2) return lead == 0xC2 && static_cast<unsigned char>(sequence[1]) < 0xA0;
  return (sequence >= "\u2028" && sequence <= "\u202E") || (sequence >= "\u2066" && sequence <= "\u2069");
}

/// Walks `text` sequence by sequence: good(sequence) for well-formed harmless ones, bad(bytes) for all others.
template <class Good, class Bad>
void walk_utf8(std::string_view text, Good good, Bad bad) {
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const std::string_view sequence = text.substr(0, std::max<std::size_t>(length, 1));
    if (length == 0 || is_dangerous(sequence)) {
      bad(sequence);
    } else {
      good(sequence);
    }
    text.remove_prefix(sequence.size());
  }
}

/// Bytes that may not be shown, made visible: the one way in which all places show them.
void put_visible(std::string& out, std::string_view bad) {
  for (const char c : bad) fmt::format_to(std::back_inserter(out), "\\x{:02x}", static_cast<unsigned char>(c));
}

/// What is good stays, and of what is bad the bytes in `stay`.
std::string visible(std::string_view text, std::string_view stay) {
  std::string out;
  walk_utf8(
      text, [&](std::string_view good) { out += good; },
      [&](std::string_view bad) {
        if (bad.size() == 1 && stay.find(bad[0]) != std::string_view::npos) {
          out += bad;
        } else {
          put_visible(out, bad);
        }
      });
  return out;
}

/// Takes decimal digits off the front; how many.
std::size_t take_digits(std::string_view& text) {
  const std::size_t count = std::min(text.find_first_not_of("0123456789"), text.size());
  text.remove_prefix(count);
  return count;
}

bool take_one_of(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text[0]) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

/// A plain decimal number: sign, digits with or without a point, exponent. Nothing else about it.
bool is_decimal_number(std::string_view text) {
  take_one_of(text, "+-");
  std::size_t digits = take_digits(text);
  if (take_one_of(text, ".")) digits += take_digits(text);
  if (digits == 0) return false;
  if (take_one_of(text, "eE")) {
    take_one_of(text, "+-");
    if (take_digits(text) == 0) return false;
  }
  return text.empty();
}

std::size_t edit_distance(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = row[0];
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({replaced, row[j] + 1, row[j - 1] + 1});
    }
  }
  return row.back();
}

}  // namespace

std::string escape_for_terminal(std::string_view text) {
  return visible(text, "\n");
}

std::string escape_line(std::string_view text) {
  return visible(text, "");
}

std::string escape_for_html(std::string_view text) {
  std::string out;
  const auto good = [&](std::string_view sequence) {
    switch (sequence[0]) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&#39;";
        break;
      default:
        out += sequence;
    }
  };
  walk_utf8(text, good, [&](std::string_view bad) {
    if (bad == "\n") {
      out += bad;
    } else {
      put_visible(out, bad);
    }
  });
  return out;
}

std::string escape_for_csv(std::string_view text) {
  std::string field = to_valid_utf8(text);
  const bool starts_formula = !field.empty() && std::string_view("=+-@\t").find(field[0]) != std::string_view::npos;
  if (starts_formula && !is_decimal_number(field)) field.insert(field.begin(), '\'');
  if (field.find_first_of(",\"\n\r") == std::string::npos) return field;
  std::string out = "\"";
  for (const char c : field) {
    if (c == '"') out += '"';
    out += c;
  }
  return out + "\"";
}

std::string to_valid_utf8(std::string_view text) {
  return visible(text, "\n\t");
}

std::string_view nearest_word(std::string_view word, const std::vector<std::string_view>& choices) {
  std::string_view best;
  std::size_t best_distance = SIZE_MAX;
  for (const std::string_view choice : choices) {
    const std::size_t longer = std::max(word.size(), choice.size());
    const std::size_t shorter = std::min(word.size(), choice.size());
    // The distance is at least the difference in length: a hostile word of any length costs nothing here.
    if ((longer - shorter) * 3 > longer) continue;
    const std::size_t distance = edit_distance(word, choice);
    if (distance * 3 > longer || distance >= best_distance) continue;
    best_distance = distance;
    best = choice;
  }
  return best;
}

std::size_t display_width(std::string_view text) {
  return static_cast<std::size_t>(
      std::count_if(text.begin(), text.end(), [](char c) { return (static_cast<unsigned char>(c) & 0xC0u) != 0x80u; }));
}

}  // namespace secondwave
