#include <algorithm>

#include "observatory/query.hpp"

namespace secondwave {
namespace {

constexpr Minute minutes_a_day = 1440;
constexpr Minute minutes_an_hour = 60;
constexpr std::uint32_t most_sensors = 64;

/// A cell, by the day that it lies in.
struct DayCells {
  std::int32_t day = 0;
  std::uint64_t sightings = 0;
  std::int64_t first_us = 0;
  std::int64_t last_us = 0;
};

void add_days(std::vector<DayCells>& cells, HostFact& host) {
  std::sort(cells.begin(), cells.end(), [](const DayCells& a, const DayCells& b) { return a.day < b.day; });
  for (std::size_t i = 0; i < cells.size();) {
    DayCells all = cells[i];
    for (++i; i < cells.size() && cells[i].day == all.day; ++i) {
      all.sightings += cells[i].sightings;
      all.first_us = std::min(all.first_us, cells[i].first_us);
      all.last_us = std::max(all.last_us, cells[i].last_us);
    }
    host.days.push_back(all.day);
    host.activity.push_back(
        {all.day, static_cast<std::uint32_t>(std::min<std::uint64_t>(all.sightings, 0xFFFFFFFF)),
         static_cast<std::uint32_t>(std::clamp<std::int64_t>((all.last_us - all.first_us) / 1'000'000, 0, 86'400))});
  }
}

}  // namespace

Result<SeenHosts> hosts_of(Store& store, const Selection& selection) {
  Result<Judge> judge = Judge::make(store);
  if (!judge) return tl::unexpected(judge.error());
  if (const Status good = check_selection(*judge, selection); !good) return tl::unexpected(good.error());
  SeenHosts seen{.hosts = {}, .sensors = judge->sensors(), .apart = {}};
  std::vector<DayCells> days;
  const auto visit = [&](Ipv4 source, std::span<const JudgedCell> cells) -> Status {
    if (const std::string* name = selection.apart.find(source)) {
      const auto asked = [&](const JudgedCell& each) { return selected(selection, *judge, each); };
      if (std::any_of(cells.begin(), cells.end(), asked)) ++seen.apart[*name];
      return {};
    }
    HostFact host{.address = source};
    days.clear();
    for (const JudgedCell& each : cells) {
      if (!selected(selection, *judge, each)) continue;
      const SightingCell& cell = *each.cell;
      host.first_us = days.empty() ? cell.first_time_us() : std::min(host.first_us, cell.first_time_us());
      host.last_us = days.empty() ? cell.last_time_us() : std::max(host.last_us, cell.last_time_us());
      host.sightings += cell.sightings;
      host.sensors |= std::uint64_t{1} << std::min(each.sensor, most_sensors - 1);
      host.simulated = host.simulated || Tag::unpack(cell.tag).origin == Origin::simulated;
      host.utc_hours |= 1u << (cell.minute % minutes_a_day / minutes_an_hour);
      days.push_back({static_cast<std::int32_t>(cell.minute / minutes_a_day), cell.sightings, cell.first_time_us(),
                      cell.last_time_us()});
    }
    if (days.empty()) return {};
    add_days(days, host);
    seen.hosts.push_back(std::move(host));
    return {};
  };
  // Without a label that was asked for nothing needs to be judged.
  const Status swept = judge->sweep({.sensor = selection.sensor}, selection.label.has_value(), visit);
  if (!swept) return tl::unexpected(swept.error());
  return seen;
}

}  // namespace secondwave
