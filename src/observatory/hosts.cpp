#include <algorithm>

#include "observatory/query.hpp"

namespace secondwave {
namespace {

constexpr Minute minutes_a_day = 1440;
constexpr Minute minutes_an_hour = 60;

}  // namespace

Result<std::vector<HostFact>> hosts_of(Store& store, const Selection& selection) {
  Result<Judge> judge = Judge::make(store);
  if (!judge) return tl::unexpected(judge.error());
  if (const Status good = check_selection(*judge, selection); !good) return tl::unexpected(good.error());
  std::vector<HostFact> hosts;
  std::vector<std::int32_t> days;
  const auto visit = [&](Ipv4 source, std::span<const JudgedCell> cells) -> Status {
    if (selection.apart.find(source) != nullptr) return {};
    HostFact host{.address = source};
    days.clear();
    for (const JudgedCell& each : cells) {
      if (!selected(selection, *judge, each)) continue;
      const SightingCell& cell = *each.cell;
      host.first_us = days.empty() ? cell.first_time_us() : std::min(host.first_us, cell.first_time_us());
      host.last_us = days.empty() ? cell.last_time_us() : std::max(host.last_us, cell.last_time_us());
      host.sightings += cell.sightings;
      host.simulated = host.simulated || Tag::unpack(cell.tag).origin == Origin::simulated;
      host.utc_hours |= 1u << (cell.minute % minutes_a_day / minutes_an_hour);
      const auto day = static_cast<std::int32_t>(cell.minute / minutes_a_day);
      if (days.empty() || days.back() != day) days.push_back(day);
    }
    if (days.empty()) return {};
    std::sort(days.begin(), days.end());
    host.days.assign(days.begin(), std::unique(days.begin(), days.end()));
    hosts.push_back(std::move(host));
    return {};
  };
  // Without a label that was asked for nothing needs to be judged.
  const Status swept = judge->sweep({.sensor = selection.sensor}, selection.label.has_value(), visit);
  if (!swept) return tl::unexpected(swept.error());
  return hosts;
}

}  // namespace secondwave
