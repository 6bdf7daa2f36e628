#include "ingest/sensor_file.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "ingest/time_zone.hpp"
#include "scenario/table_reader.hpp"
#include "scenario/toml_tree.hpp"

namespace secondwave {
namespace {

constexpr double most_ahead_s = 100.0 * 366 * 86'400;  // a clock that was never set shows 1970

/// Reads the members of one table; what is wrong is noted with its place.
class Table {
 public:
  Table(const TomlNode& node, std::string path, Problems& problems)
      : node_(node), path_(std::move(path)), problems_(problems) {}

  [[nodiscard]] std::string full(std::string_view key) const { return join_path(path_, key); }

  const TomlNode* find(std::string_view key, bool required) const {
    const TomlMember* member = node_.member(key);
    if (member == nullptr && required) {
      problems_.add(fmt::format("{} is missing", full(key)), node_.spot.place());
    }
    return member == nullptr ? nullptr : &member->value;
  }
  [[nodiscard]] UtcTime time(std::string_view key) const {
    const TomlNode* node = find(key, true);
    return node == nullptr ? UtcTime() : read_time(*node, full(key), problems_).value_or(UtcTime());
  }
  [[nodiscard]] std::string text(std::string_view key, bool required) const {
    const TomlNode* node = find(key, required);
    return node == nullptr ? "" : read_text(*node, full(key), TextRule::line, problems_).value_or("");
  }
  [[nodiscard]] double number(std::string_view key) const {
    const TomlNode* node = find(key, true);
    return node == nullptr ? 0 : read_number(*node, full(key), problems_).value_or(0);
  }
  /// Items of an array, or none; notes where it is not an array.
  [[nodiscard]] const std::vector<TomlNode>& items(std::string_view key, std::string_view form) const {
    static const std::vector<TomlNode> none;
    const TomlNode* node = find(key, false);
    if (node == nullptr) return none;
    if (node->is_array()) return node->items;
    problems_.add(fmt::format("{} is {}", full(key), kind_in_words(node->kind)), node->spot.place(), std::string(form));
    return none;
  }

 private:
  const TomlNode& node_;
  std::string path_;
  Problems& problems_;
};

void read_dark(const Table& top, SensorFile& sensor, Problems& problems) {
  for (const TomlNode& item : top.items("dark", "Write it as dark = [\"192.0.2.0/24\"].")) {
    const auto text = read_text(item, "dark", TextRule::line, problems);
    if (!text) continue;
    const auto prefix = parse_prefix(*text);
    if (!prefix) {
      problems.add(prefix.error().message, item.spot.place(), prefix.error().remedy);
      continue;
    }
    for (const Prefix& other : sensor.dark) {
      if (!other.contains(prefix->base) && !prefix->contains(other.base)) continue;
      problems.add(fmt::format("{} and {} overlap", to_string(*prefix), to_string(other)), item.spot.place());
      break;
    }
    sensor.dark.push_back(*prefix);
  }
  std::ranges::sort(sensor.dark);
}

void read_zone(const Table& top, SensorFile& sensor, Problems& problems) {
  const TomlNode* node = top.find("time_zone", false);
  if (node == nullptr) return;
  sensor.time_zone = top.text("time_zone", false);
  if (sensor.time_zone.empty()) return;
  const auto zone = find_time_zone(sensor.time_zone);
  if (!zone) problems.add(zone.error().message, node->spot.place(), zone.error().remedy);
}

/// Calls read(table, node) for each table of an array of tables.
template <class Read>
void each_table(const Table& top, std::string_view key, const std::vector<std::string_view>& keys, Problems& problems,
                Read read) {
  std::size_t index = 0;
  for (const TomlNode& node : top.items(key, fmt::format("Write it as [[{}]].", key))) {
    const std::string path = fmt::format("{}.{}", key, index++);
    if (!node.is_table()) {
      problems.add(fmt::format("{} is {}, not a table", path, kind_in_words(node.kind)), node.spot.place());
      continue;
    }
    reject_unknown_keys(node, path, keys, problems);
    read(Table(node, path, problems), node);
  }
}

void read_clock(const Table& top, SensorFile& sensor, Problems& problems) {
  each_table(top, "clock", {"at", "ahead_s"}, problems, [&](const Table& table, const TomlNode& node) {
    const ClockPoint point{table.time("at"), table.number("ahead_s")};
    if (!(std::abs(point.ahead_s) <= most_ahead_s)) {
      problems.add(fmt::format("{} is more than a hundred years", table.full("ahead_s")), node.spot.place());
    }
    const auto place = std::ranges::lower_bound(sensor.clock, point.at, {}, &ClockPoint::at);
    if (place != sensor.clock.end() && place->at == point.at) {
      problems.add(fmt::format("two clock points at {}", to_string(point.at)), node.spot.place(),
                   "A step of the clock is two points a second apart.");
    }
    sensor.clock.insert(place, point);
  });
}

void read_outages(const Table& top, SensorFile& sensor, Problems& problems) {
  each_table(top, "outage", {"from", "to", "why"}, problems, [&](const Table& table, const TomlNode& node) {
    const SensorOutage outage{table.time("from"), table.time("to"), table.text("why", false)};
    if (table.find("from", false) == nullptr || table.find("to", false) == nullptr) return;
    if (outage.to <= outage.from) {
      problems.add(
          fmt::format("an outage ends ({}) before it begins ({})", to_string(outage.to), to_string(outage.from)),
          node.spot.place());
      return;
    }
    const auto next = std::ranges::lower_bound(sensor.outages, outage.from, {}, &SensorOutage::from);
    const bool into_next = next != sensor.outages.end() && next->from < outage.to;
    const bool in_previous = next != sensor.outages.begin() && std::prev(next)->to > outage.from;
    if (into_next || in_previous) {
      problems.add(fmt::format("the outage from {} overlaps another", to_string(outage.from)), node.spot.place());
      return;
    }
    sensor.outages.insert(next, outage);
  });
}

}  // namespace

double SensorFile::ahead_s(UtcTime shown) const {
  const auto after = std::ranges::upper_bound(clock, shown, {}, &ClockPoint::at);
  if (clock.empty()) return 0;
  if (after == clock.begin()) return after->ahead_s;
  const ClockPoint& before = *std::prev(after);
  if (after == clock.end()) return before.ahead_s;
  const double share = shown.seconds_since(before.at) / after->at.seconds_since(before.at);
  return before.ahead_s + (after->ahead_s - before.ahead_s) * share;
}

Result<SensorFile> parse_sensor_file(std::string_view text, const std::string& file_name) {
  const auto tree = parse_toml(text, file_name);
  if (!tree) return tl::unexpected(tree.error());
  Problems problems;
  SensorFile sensor;
  reject_unknown_keys(*tree, "", {"name", "dark", "time_zone", "clock", "outage"}, problems);
  const Table top(*tree, "", problems);
  sensor.name = top.text("name", true);
  if (const TomlNode* name = top.find("name", false);
      name != nullptr && !sensor.name.empty() && !is_name(sensor.name)) {
    problems.add("name is made of letters, digits, - and _, a letter first, 64 at most", name->spot.place());
  }
  read_dark(top, sensor, problems);
  read_zone(top, sensor, problems);
  read_clock(top, sensor, problems);
  read_outages(top, sensor, problems);
  if (problems.empty()) return sensor;
  Error first = problems.list().front();
  const std::size_t more = problems.list().size() - 1;
  if (more > 0) first.message += fmt::format(" (and {} more mistake{})", more, more == 1 ? "" : "s");
  return tl::unexpected(std::move(first));
}

}  // namespace secondwave
