// What the files that describe keys share.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>
#include <vector>

#include "scenario/keys.hpp"

namespace secondwave {

inline constexpr double year_s = 366.0 * 86400.0;
/// More would need gigabytes for each replicate and hours of time: a slip of the keyboard, most likely.
inline constexpr double most_hosts = 1e8;
inline constexpr double most_weight = 1e9;

template <class Enum, std::size_t n>
void visit_choice(KeyVisitor& v, const KeyInfo& info, const std::array<std::string_view, n>& words, Enum& value) {
  auto index = static_cast<std::size_t>(value);
  v.choice(info, words, index);
  value = static_cast<Enum>(index);
}

template <class Number>
void visit_integer(KeyVisitor& v, const KeyInfo& info, Number& value) {
  auto wide = static_cast<std::int64_t>(value);
  v.integer(info, wide);
  value = static_cast<Number>(wide);
}

inline void visit_time(KeyVisitor& v, const KeyInfo& info, UtcTime& value) {
  std::optional<UtcTime> read;
  if (!v.reading()) read = value;
  v.time(info, read);
  if (read) value = *read;
}

template <class Element, class Describe>
ListAccess access_to(std::vector<Element>& elements, std::size_t most, std::string_view name_key, Describe describe) {
  return {.size = [&elements] { return elements.size(); },
          .resize = [&elements](std::size_t size) { elements.resize(size); },
          .visit = [&elements, describe](std::size_t i, KeyVisitor& v) { describe(v, elements[i]); },
          .most = most,
          .name_key = name_key};
}

// The keys of the life of copies and hosts, within the tables of which they are a part.
void describe_class(KeyVisitor& v, HostClassSpec& host_class);
void describe_clock(KeyVisitor& v, ClockErrorSpec& clock);
void describe_life(KeyVisitor& v, LifeSpec& life);
void describe_life_lists(KeyVisitor& v, LifeSpec& life);
void describe_reach(KeyVisitor& v, ReachSpec& reach);
void describe_walk(KeyVisitor& v, WalkSpec& walk);
void describe_hit_list(KeyVisitor& v, OutbreakSpec& outbreak);
void describe_response(KeyVisitor& v, ResponseRuleSpec& rule);
void describe_outcome(KeyVisitor& v, OutcomeSpec& outcome);

}  // namespace secondwave
