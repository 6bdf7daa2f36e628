#include "census/recapture.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <functional>

#include "base/time.hpp"

namespace secondwave {
namespace {

using Seen = std::function<bool(const HostFact&)>;

std::string date_of(std::int32_t day) {
  return to_string(UtcTime::from_seconds(std::int64_t{day} * 86'400)).substr(0, 10);
}

std::string dates_of(std::int32_t from, std::int32_t to) {
  return from == to ? date_of(from) : date_of(from) + " to " + date_of(to);
}

/// The two sensors that saw the most addresses, or fewer.
std::vector<std::size_t> largest_sensors(std::span<const HostFact> hosts) {
  std::array<std::uint64_t, 64> counts{};
  for (const HostFact& host : hosts) {
    for (std::size_t i = 0; i < counts.size(); ++i) counts[i] += host.sensors >> i & 1;
  }
  std::vector<std::size_t> largest;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    if (counts[i] > 0) largest.push_back(i);
  }
  std::stable_sort(largest.begin(), largest.end(), [&](std::size_t a, std::size_t b) { return counts[a] > counts[b]; });
  largest.resize(std::min<std::size_t>(largest.size(), 2));
  return largest;
}

void count_both(std::span<const HostFact> hosts, const Seen& first, const Seen& second, Recapture& result) {
  for (const HostFact& host : hosts) {
    const bool one = first(host);
    const bool other = second(host);
    result.seen_first += one ? 1 : 0;
    result.seen_second += other ? 1 : 0;
    result.seen_both += one && other ? 1 : 0;
  }
  if (result.seen_both == 0) {
    result.reason = fmt::format("no address was seen both by {} and by {}", result.first, result.second);
    return;
  }
  result.addresses = chapman(result.seen_first, result.seen_second, result.seen_both);
}

void between_sensors(std::span<const HostFact> hosts, std::span<const std::string> sensors,
                     const std::vector<std::size_t>& two, Recapture& result) {
  const auto name = [&](std::size_t i) { return "the sensor " + (i < sensors.size() ? sensors[i] : std::string("?")); };
  result.first = name(two[0]);
  result.second = name(two[1]);
  result.assumptions = {"both sensors watched the same outbreak at the same time",
                        "whether one sees an address does not depend on whether the other does: too low where hosts "
                        "scan at different rates or are on for different times"};
  const auto seen_by = [](std::size_t i) { return [i](const HostFact& host) { return (host.sensors >> i & 1) != 0; }; };
  count_both(hosts, seen_by(two[0]), seen_by(two[1]), result);
}

void between_halves(std::span<const HostFact> hosts, Recapture& result) {
  std::int32_t from = 0;
  std::int32_t to = -1;
  for (const HostFact& host : hosts) {
    if (host.days.empty()) continue;
    from = to < from ? host.days.front() : std::min(from, host.days.front());
    to = std::max(to, host.days.back());
  }
  if (to <= from) {
    result.reason = to < from ? "no address was seen" : "one sensor on one day: nothing tells who was missed";
    return;
  }
  const std::int32_t middle = from + (to - from + 1) / 2;
  result.first = dates_of(from, middle - 1);
  result.second = dates_of(middle, to);
  result.assumptions = {
      "the same addresses are infected in both halves: too high where hosts change addresses, are "
      "infected later or mended meanwhile",
      "whether an address is seen in one half does not depend on the other: too low where hosts scan "
      "at different rates or are on for different times"};
  count_both(
      hosts, [&](const HostFact& host) { return !host.days.empty() && host.days.front() < middle; },
      [&](const HostFact& host) { return !host.days.empty() && host.days.back() >= middle; }, result);
}

}  // namespace

Recapture recapture_addresses(std::span<const HostFact> hosts, std::span<const std::string> sensors) {
  Recapture result;
  const std::vector<std::size_t> two = largest_sensors(hosts);
  if (two.size() == 2) {
    between_sensors(hosts, sensors, two, result);
  } else {
    between_halves(hosts, result);
  }
  return result;
}

}  // namespace secondwave
