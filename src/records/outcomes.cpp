#include "records/outcomes.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>
#include <utility>

#include "base/error.hpp"
#include "random/fixed_math.hpp"

namespace secondwave {
namespace {

/// Calls each(time) for the first infection of each host, in order; returns how many there were.
template <class Each>
std::size_t for_each_first(const RunResult& run, Each each) {
  const Infections& infections = run.infections;
  std::vector<std::uint64_t> seen(run.hosts / 64 + 1, 0);
  std::size_t count = 0;
  for (std::size_t i = 0; i < infections.host.size(); ++i) {
    const std::uint32_t host = infections.host[i];
    SECONDWAVE_REQUIRE(host < run.hosts);
    const std::uint64_t bit = std::uint64_t{1} << (host % 64);
    std::uint64_t& word = seen[host / 64];
    if ((word & bit) != 0) continue;
    word |= bit;
    ++count;
    each(infections.time_s[i]);
  }
  return count;
}

/// Most runs infect each host once, and their times need no copy: `own` stays empty then.
std::span<const double> first_times(const RunResult& run, std::vector<double>& own) {
  const Infections& infections = run.infections;
  if (infections.host.empty()) return infections.time_s;
  SECONDWAVE_REQUIRE(infections.host.size() == infections.time_s.size());
  const std::size_t count = for_each_first(run, [](double) {});
  if (count == infections.size()) return infections.time_s;
  own.reserve(count);
  for_each_first(run, [&](double time) { own.push_back(time); });
  return own;
}

/// The smallest count that is at least `percent` of `total` (total > 0), as an index into times in order.
std::size_t index_of_percent(std::size_t total, std::size_t percent) {
  const std::size_t count = (total * percent + 99) / 100;
  return std::max<std::size_t>(count, 1) - 1;
}

/// Sum in eight interleaved parts, so that the additions do not wait for each other; the order is fixed by this text.
template <class Term>
double sum_of(std::size_t count, Term term) {
  std::array<double, 8> parts{};
  std::size_t i = 0;
  for (; i + 8 <= count; i += 8) {
    for (std::size_t j = 0; j < 8; ++j) parts[j] += term(i + j);
  }
  for (std::size_t j = 0; i < count; ++i, ++j) parts[j] += term(i);
  return ((parts[0] + parts[1]) + (parts[2] + parts[3])) + ((parts[4] + parts[5]) + (parts[6] + parts[7]));
}

}  // namespace

std::vector<double> first_infection_times(const RunResult& run) {
  std::vector<double> own;
  const std::span<const double> times = first_times(run, own);
  return own.empty() ? std::vector<double>(times.begin(), times.end()) : own;
}

std::optional<double> growth_rate_per_hour(std::span<const double> first_times_s) {
  const std::size_t total = first_times_s.size();
  if (total / 2 < 1) return std::nullopt;
  const std::size_t first = index_of_percent(total, 1);
  const std::span<const double> times = first_times_s.subspan(first, total / 2 - first);
  if (times.size() < 3) return std::nullopt;

  const double origin = times[0];
  const double mean =
      sum_of(times.size(), [&](std::size_t i) { return times[i] - origin; }) / static_cast<double>(times.size());
  double squares = 0.0;
  double products = 0.0;
  // In blocks: the logarithms of a block are one loop without dependence, which the compiler vectorises.
  constexpr std::size_t block = 512;
  std::array<double, block> logits;
  for (std::size_t begin = 0; begin < times.size(); begin += block) {
    const std::size_t size = std::min(block, times.size() - begin);
    const double infected = static_cast<double>(first + begin + 1);
    const double everybody = static_cast<double>(total);
    for (std::size_t i = 0; i < size; ++i) {
      const double now = infected + static_cast<double>(static_cast<int>(i));
      logits[i] = fixed_log(now / (everybody - now));
    }
    const auto away = [&](std::size_t i) { return times[begin + i] - origin - mean; };
    squares += sum_of(size, [&](std::size_t i) { return away(i) * away(i); });
    products += sum_of(size, [&](std::size_t i) { return away(i) * logits[i]; });
  }
  if (!(squares > 0.0)) return std::nullopt;
  return 3600.0 * products / squares;
}

std::uint64_t peak_per_utc_minute(std::span<const double> times_s, UtcTime start) {
  constexpr std::int64_t minute_us = 60'000'000;
  const std::int64_t into_minute_us = ((start.microseconds() % minute_us) + minute_us) % minute_us;
  const double offset_s = static_cast<double>(into_minute_us) / 1e6;
  std::ptrdiff_t peak = 0;
  for (auto at = times_s.begin(); at != times_s.end();) {
    double minute_begin = std::floor((*at + offset_s) / 60.0) * 60.0;
    if (minute_begin > *at + offset_s) minute_begin -= 60.0;  // the quotient was rounded up
    const auto next =
        std::partition_point(at + 1, times_s.end(), [&](double time) { return time + offset_s < minute_begin + 60.0; });
    peak = std::max(peak, next - at);
    at = next;
  }
  return static_cast<std::uint64_t>(peak);
}

namespace {

/// One change of the number of active copies.
struct Change {
  double time;
  int by;  ///< -1 sorts before +1: a copy does not scan at its scan_until
  auto operator<=>(const Change&) const = default;
};

/// Calls change(time, +1 or -1) for each begin and end of scanning within [0, end_s].
template <class Each>
void for_each_change(const RunResult& run, Each change) {
  const Infections& infections = run.infections;
  for (std::size_t i = 0; i < run.activity.size(); ++i) {
    if (run.activity.from_s[i] > run.end_s) continue;
    change(run.activity.from_s[i], 1);
    if (run.activity.until_s[i] <= run.end_s) change(run.activity.until_s[i], -1);
  }
  if (run.activity.recorded) return;
  for (std::size_t i = 0; i < infections.size(); ++i) {
    const double from = infections.scan_from(i);
    const double until = infections.scan_until(i);
    if (!(from < until) || from > run.end_s) continue;
    change(from, 1);
    if (until <= run.end_s) change(until, -1);
  }
}

std::uint64_t active_at_end(const RunResult& run) {
  const Infections& infections = run.infections;
  if (!run.activity.recorded && infections.scan_from_s.empty() && infections.scan_until_s.empty()) {
    const auto beyond = std::upper_bound(infections.time_s.begin(), infections.time_s.end(), run.end_s);
    return static_cast<std::uint64_t>(beyond - infections.time_s.begin());
  }
  std::int64_t active = 0;
  for_each_change(run, [&](double, int by) { active += by; });
  return static_cast<std::uint64_t>(active);
}

}  // namespace

std::uint64_t peak_active_copies(const RunResult& run) {
  if (!run.activity.recorded && run.infections.scan_until_s.empty())
    return active_at_end(run);  // the number never falls
  // Sorting all changes would cost more than the simulation did. Counts per slice of time bound the peak from below
  // (the number at each slice's end) and above (that at its begin plus all begins within); only slices that might hold
  // the peak are walked change by change.
  constexpr std::size_t slices = 8192;
  struct Slice {
    std::int64_t begins = 0, ends = 0, before = 0;
  };
  std::vector<Slice> slice(slices);
  const double scale = run.end_s > 0.0 ? static_cast<double>(slices - 1) / run.end_s : 0.0;
  const auto index_of = [&](double time) { return static_cast<std::size_t>(std::max(time, 0.0) * scale); };
  for_each_change(run,
                  [&](double time, int by) { (by > 0 ? slice[index_of(time)].begins : slice[index_of(time)].ends)++; });
  std::int64_t active = 0;
  std::int64_t peak = 0;
  for (Slice& s : slice) {
    s.before = active;
    active += s.begins - s.ends;
    peak = std::max(peak, active);
  }
  const std::int64_t at_least = peak;
  std::vector<Change> changes;
  for_each_change(run, [&](double time, int by) {
    const Slice& s = slice[index_of(time)];
    if (s.before + s.begins > at_least) changes.push_back({time, by});
  });
  std::sort(changes.begin(), changes.end());
  std::size_t current = slices;
  for (const Change& change : changes) {
    const std::size_t index = index_of(change.time);
    if (index != current) active = slice[index].before;
    current = index;
    active += change.by;
    peak = std::max(peak, active);
  }
  return static_cast<std::uint64_t>(peak);
}

namespace {

class OutcomeList {
 public:
  void add(std::string name, std::string unit, std::optional<double> value, std::string reason = {}) {
    if (value) reason.clear();
    list_.push_back({std::move(name), std::move(unit), value, std::move(reason)});
  }
  std::vector<Outcome> take() { return std::move(list_); }

 private:
  std::vector<Outcome> list_;
};

void add_times(OutcomeList& list, std::span<const double> times, UtcTime start, double addresses) {
  const std::size_t total = times.size();
  const std::string nobody = "nobody was infected";
  const auto growth = growth_rate_per_hour(times);
  const std::string too_few = "fewer than three infections at different times between 1% and 50% of the final size";
  list.add("growth_rate_per_hour", "1/h", growth, too_few);
  const bool grows = growth && *growth > 0.0;
  list.add("doubling_time_min", "min", grows ? std::optional(60.0 * fixed_log(2.0) / *growth) : std::nullopt,
           growth ? "the growth rate is not positive" : too_few);
  std::optional<double> span_h;
  std::optional<double> half_h;
  if (total > 0) {
    span_h = (times[index_of_percent(total, 99)] - times[index_of_percent(total, 1)]) / 3600.0;
    half_h = times[index_of_percent(total, 50)] / 3600.0;
  }
  const double everybody = static_cast<double>(total);
  list.add("time_1_to_99_percent_h", "h", span_h, nobody);
  list.add("peak_new_per_min", "hosts/min", static_cast<double>(peak_per_utc_minute(times, start)));
  list.add("ever_infected", "hosts", everybody);
  list.add("addresses_seen", "addresses", addresses);
  list.add("half_infected_after_h", "h", half_h, nobody);
}

void add_sensor(OutcomeList& list, const SensorCounts& counts, std::size_t ever_infected) {
  const auto name = [&](std::string_view quantity) { return fmt::format("{}.{}", counts.sensor, quantity); };
  const auto total = [](const std::vector<std::uint64_t>& bins) {
    return static_cast<double>(std::accumulate(bins.begin(), bins.end(), std::uint64_t{0}));
  };
  const double sources = total(counts.new_sources);
  std::optional<double> share;
  if (ever_infected > 0) share = 100.0 * sources / static_cast<double>(ever_infected);
  std::optional<double> peak;
  if (!counts.packets.empty())
    peak = static_cast<double>(*std::max_element(counts.packets.begin(), counts.packets.end()));
  const auto fit = fit_hourly(counts.packets, counts.bin_s);
  list.add(name("packets"), "packets", total(counts.packets));
  list.add(name("sources"), "addresses", sources);
  list.add(name("share_of_infected_percent"), "%", share, "nobody was infected");
  list.add(name("peak_packets_per_bin"), "packets", peak, "the sensor has no time bins");
  list.add(name("probe_growth_rate_per_hour"), "1/h", fit ? std::optional(fit->growth_per_hour) : std::nullopt,
           "no logistic curve fits the packets per hour");
}

}  // namespace

std::optional<LogisticFit> fit_hourly(std::span<const std::uint64_t> counts, double bin_s) {
  if (!(bin_s > 0.0)) return std::nullopt;
  const double per_hour = 3600.0 / bin_s;
  if (per_hour != std::floor(per_hour) || per_hour > 1e6) return fit_logistic(counts, bin_s);
  const auto width = static_cast<std::size_t>(per_hour);
  std::vector<std::uint64_t> hourly;
  for (std::size_t i = 0; i + width <= counts.size(); i += width) {
    const std::span<const std::uint64_t> hour = counts.subspan(i, width);
    hourly.push_back(std::accumulate(hour.begin(), hour.end(), std::uint64_t{0}));
  }
  return fit_logistic(hourly, 3600.0);
}

std::vector<Outcome> outcomes_of(const RunResult& run, UtcTime start) {
  OutcomeList list;
  std::vector<double> own;
  const std::span<const double> times = first_times(run, own);
  const double addresses = run.activity.recorded ? static_cast<double>(first_seen_times(run, 0.0, run.end_s).size())
                                                 : static_cast<double>(times.size());
  add_times(list, times, start, addresses);
  list.add("active", "copies", static_cast<double>(active_at_end(run)));
  list.add("active_peak", "copies", static_cast<double>(peak_active_copies(run)));
  for (const SensorCounts& counts : run.sensors) add_sensor(list, counts, times.size());
  return list.take();
}

}  // namespace secondwave
