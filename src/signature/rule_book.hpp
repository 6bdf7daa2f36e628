// What a book holds once it is read and compiled. Behind labels.hpp.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "signature/labels.hpp"
#include "signature/matcher.hpp"
#include "signature/rule.hpp"

namespace secondwave {

struct RuleBook::Rules {
  /// What a text of the engine belongs to.
  struct Hit {
    std::uint16_t rule = 0;
    std::uint8_t step = 0;
  };
  std::vector<Rule> rules;
  std::vector<Hit> request_hits;  ///< by number of the engine's pattern, in the order of the book
  std::vector<Hit> alert_hits;
  std::unordered_map<std::uint32_t, std::vector<std::uint16_t>> by_alert_id;  ///< rules, ascending
  std::array<std::vector<PacketGate>, 256> by_protocol;                       ///< packet rules, ascending

  std::unique_ptr<const TextEngine> engine;
  std::string digest;
};

}  // namespace secondwave
