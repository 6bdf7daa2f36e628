// A rule as it was read, and how rules are read. Behind labels.hpp: only this room and its tests look here.
#pragma once

#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "signature/labels.hpp"
#include "signature/packet_shape.hpp"
#include "signature/safe_pattern.hpp"

namespace secondwave {

struct Rule {
  enum class Kind : std::uint8_t { request, alert, packet, sequence };
  /// One way of hitting the rule by text.
  struct Text {
    SafePattern pattern;    ///< anchored as the rule wants it
    std::uint8_t step = 0;  ///< of a sequence: from 1
  };

  Kind kind = Kind::request;
  std::string name;
  LabelId label = 0;
  std::string source;
  std::string why;
  std::string cannot_tell;
  Place place;
  std::int64_t from_us = std::numeric_limits<std::int64_t>::min();   ///< first moment at which it can hit
  std::int64_t until_us = std::numeric_limits<std::int64_t>::max();  ///< first moment at which it cannot any more
  std::vector<Text> texts;                                           ///< request, sequence, alert
  std::vector<std::uint32_t> alert_ids;                              ///< alert
  PacketShape shape;                                                 ///< packet
  SequenceRule sequence;                                             ///< sequence
};

[[nodiscard]] std::string_view kind_name(Rule::Kind kind);

inline constexpr std::size_t max_rules = 1000;             ///< of a book
inline constexpr std::size_t max_texts = 4000;             ///< of a book, steps and alternatives counted
inline constexpr std::size_t max_atoms_of_book = 100'000;  ///< SafePattern::atoms, all together
inline constexpr std::size_t max_steps = 64;               ///< of a sequence

/// The rules of one file, in its order. Errors: data, the first by line; how many more there are is in the remedy.
[[nodiscard]] Result<std::vector<Rule>> read_rules(std::string_view text, const std::string& file_name);

}  // namespace secondwave
