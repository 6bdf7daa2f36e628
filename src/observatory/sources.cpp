#include <fmt/format.h>

#include <algorithm>
#include <tuple>

#include "base/text.hpp"
#include "observatory/query.hpp"

namespace secondwave {
namespace {

constexpr std::size_t most_bits = 64;

std::uint64_t bit(std::uint32_t number) {
  return std::uint64_t{1} << std::min<std::uint32_t>(number, most_bits - 1);
}

/// Distinct targets of one source, sensor by sensor.
class TargetCount {
 public:
  void clear() {
    targets_.clear();
    named_ = unnamed_ = 0;
  }
  void add(const JudgedCell& each) {
    const std::vector<Ipv4>& set = each.cell->target_set;
    targets_.insert(targets_.end(), set.begin(), set.end());
    (set.empty() ? unnamed_ : named_) |= bit(each.sensor);
  }
  [[nodiscard]] std::uint64_t count() {
    std::sort(targets_.begin(), targets_.end());
    const auto end = std::unique(targets_.begin(), targets_.end());
    return static_cast<std::uint64_t>(end - targets_.begin()) +
           static_cast<std::uint64_t>(__builtin_popcountll(unnamed_ & ~named_));
  }

 private:
  std::vector<Ipv4> targets_;
  std::uint64_t named_ = 0;
  std::uint64_t unnamed_ = 0;
};

/// One source as a row; false where nothing of it is selected.
bool sum_up(const Judge& judge, const Selection& selection, std::span<const JudgedCell> cells, TargetCount& targets,
            SourceRow& row) {
  bool any = false;
  targets.clear();
  for (const JudgedCell& each : cells) {
    if (!selected(selection, judge, each)) continue;
    const SightingCell& cell = *each.cell;
    row.first_us = any ? std::min(row.first_us, cell.first_time_us()) : cell.first_time_us();
    row.last_us = any ? std::max(row.last_us, cell.last_time_us()) : cell.last_time_us();
    any = true;
    row.sightings += cell.sightings;
    row.packets += cell.packets;
    row.labels |= bit(each.label);
    row.sensors |= bit(each.sensor);
    targets.add(each);
  }
  row.targets = targets.count();
  for (const JudgedBehaviour& each : judge.behaviours()) row.spoof |= each.spoof;
  return any;
}

bool before(SourceOrder order, const SourceRow& a, const SourceRow& b) {
  switch (order) {
    case SourceOrder::sightings:
      return std::tie(b.sightings, a.address) < std::tie(a.sightings, b.address);
    case SourceOrder::packets:
      return std::tie(b.packets, a.address) < std::tie(a.packets, b.address);
    case SourceOrder::targets:
      return std::tie(b.targets, a.address) < std::tie(a.targets, b.address);
    case SourceOrder::first_seen:
      return std::tie(a.first_us, a.address) < std::tie(b.first_us, b.address);
    case SourceOrder::last_seen:
      return std::tie(b.last_us, a.address) < std::tie(a.last_us, b.address);
    case SourceOrder::address:
      break;
  }
  return a.address < b.address;
}

}  // namespace

bool selected(const Selection& selection, const Judge& judge, const JudgedCell& each) {
  if (selection.from && each.cell->minute < *selection.from) return false;
  if (selection.to && each.cell->minute >= *selection.to) return false;
  return !selection.label || judge.labels()[each.label] == *selection.label;
}

const std::string* KnownSources::find(Ipv4 address) const {
  for (const Named& each : all) {
    if (each.prefix.contains(address)) return &each.name;
  }
  return nullptr;
}

Result<std::vector<KnownSources::Named>> parse_known_sources(std::string_view text, const std::string& file) {
  std::vector<KnownSources::Named> all;
  for (int line = 1; !text.empty(); ++line) {
    const std::size_t newline = std::min(text.find('\n'), text.size());
    std::string_view row = text.substr(0, newline);
    text.remove_prefix(std::min(newline + 1, text.size()));
    row = row.substr(0, row.find('#'));
    const std::size_t start = row.find_first_not_of(" \t\r");
    if (start == std::string_view::npos) continue;
    row.remove_prefix(start);
    const std::size_t space = std::min(row.find_first_of(" \t\r"), row.size());
    const Result<Prefix> prefix = parse_prefix(row.substr(0, space));
    if (!prefix) {
      return failure(ErrorKind::data, prefix.error().message, {.file = file, .line = line},
                     "a line is a prefix and a name: 192.0.2.0/24 some research scanner");
    }
    std::string_view name = row.substr(space);
    const std::size_t first = name.find_first_not_of(" \t\r");
    const std::size_t last = name.find_last_not_of(" \t\r");
    name = first == std::string_view::npos ? "known" : name.substr(first, last - first + 1);
    all.push_back({*prefix, to_valid_utf8(name)});
  }
  return all;
}

Status check_selection(const Judge& judge, const Selection& selection) {
  if (!selection.sensor) return {};
  const std::vector<std::string>& sensors = judge.sensors();
  if (std::find(sensors.begin(), sensors.end(), *selection.sensor) != sensors.end()) return {};
  const std::vector<std::string_view> known(sensors.begin(), sensors.end());
  const std::string_view near = nearest_word(*selection.sensor, known);
  return failure(
      ErrorKind::usage, "the store knows no sensor '" + *selection.sensor + "'", {},
      near.empty() ? fmt::format("it knows: {}", fmt::join(sensors, ", ")) : "did you mean " + std::string(near) + "?");
}

Result<SourceList> sources_of(Store& store, const SourceRequest& request) {
  Result<Judge> judge = Judge::make(store);
  if (!judge) return tl::unexpected(judge.error());
  const Selection& selection = request.selection;
  if (const Status good = check_selection(*judge, selection); !good) return tl::unexpected(good.error());
  SourceList list;
  TargetCount targets;
  const auto order = [&](const SourceRow& a, const SourceRow& b) { return before(request.order, a, b); };
  const Status swept =
      judge->sweep({.sensor = selection.sensor}, true, [&](Ipv4 source, std::span<const JudgedCell> cells) -> Status {
        SourceRow row{.address = source};
        if (!sum_up(*judge, selection, cells, targets, row)) return {};
        if (const std::string* name = selection.apart.find(source)) {
          list.apart.push_back({row, *name});
          return {};
        }
        ++list.count;
        list.rows.push_back(row);
        if (!request.top || list.rows.size() <= *request.top) return {};
        // Twice as many as asked for, then the worse half goes: linear in all, and bounded.
        if (list.rows.size() < 2 * *request.top + 1000) return {};
        const auto keep = list.rows.begin() + static_cast<std::ptrdiff_t>(*request.top);
        std::nth_element(list.rows.begin(), keep, list.rows.end(), order);
        list.rows.erase(keep, list.rows.end());
        return {};
      });
  if (!swept) return tl::unexpected(swept.error());
  std::sort(list.rows.begin(), list.rows.end(), order);
  if (request.top && list.rows.size() > *request.top) list.rows.resize(*request.top);
  std::sort(list.apart.begin(), list.apart.end(), [&](const auto& a, const auto& b) { return order(a.row, b.row); });
  list.labels = judge->labels();
  list.sensors = judge->sensors();
  return list;
}

}  // namespace secondwave
