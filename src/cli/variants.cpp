#include "cli/variants.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>

#include "scenario/table_reader.hpp"

namespace secondwave {
namespace {

constexpr const char* form = "write --variant NAME:key=value,key=value";

/// Cuts at commas outside of quotes and brackets.
std::vector<std::string> pieces_of(std::string_view text) {
  std::vector<std::string> pieces(1);
  int depth = 0;
  char quote = 0;
  for (const char c : text) {
    if (quote != 0) {
      if (c == quote) quote = 0;
    } else if (c == '"' || c == '\'') {
      quote = c;
    } else if (c == '[' || c == '{') {
      ++depth;
    } else if (c == ']' || c == '}') {
      --depth;
    } else if (c == ',' && depth <= 0) {
      pieces.emplace_back();
      continue;
    }
    pieces.back() += c;
  }
  return pieces;
}

Result<Variant> parse_variant(const std::string& text) {
  const Place place{.file = "--variant " + text.substr(0, 200)};
  const std::size_t colon = text.find(':');
  if (colon == std::string::npos || colon == 0) {
    return failure(ErrorKind::usage, "a variant needs a name and what it changes", place, form);
  }
  Variant variant{.name = text.substr(0, colon), .sets = {}};
  if (!is_name(variant.name)) {
    return failure(ErrorKind::usage, fmt::format("'{}' is not a name", variant.name.substr(0, 100)), place,
                   "letters, digits, - and _, a letter first, at most 64 characters");
  }
  if (variant.name == base_variant) {
    return failure(ErrorKind::usage, "the name base is taken: it is the scenario without any variant", place,
                   "name the variant otherwise");
  }
  if (colon + 1 == text.size()) return variant;
  for (std::string& piece : pieces_of(std::string_view(text).substr(colon + 1))) {
    const bool is_set = piece.find('=') != std::string::npos;
    if (is_set) {
      variant.sets.push_back(std::move(piece));
    } else if (!variant.sets.empty()) {
      variant.sets.back() += "," + piece;  // a list without brackets: days=1-19,25
    } else {
      return failure(ErrorKind::usage, fmt::format("variant {}: '{}' has no value", variant.name, piece.substr(0, 100)),
                     place, form);
    }
  }
  return variant;
}

}  // namespace

Result<std::vector<Variant>> parse_variants(const std::vector<std::string>& texts) {
  std::vector<Variant> all;
  for (const std::string& text : texts) {
    Result<Variant> variant = parse_variant(text);
    if (!variant) return tl::unexpected(variant.error());
    const bool known = std::any_of(all.begin(), all.end(), [&](const Variant& v) { return v.name == variant->name; });
    if (known) {
      return failure(ErrorKind::usage, fmt::format("two variants are called {}", variant->name),
                     {.file = "--variant " + text.substr(0, 200)}, "give each a name of its own");
    }
    all.push_back(std::move(*variant));
  }
  return all;
}

}  // namespace secondwave
