#include "records/asked_outcomes.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <numeric>
#include <span>

#include "base/error.hpp"
#include "random/fixed_math.hpp"

namespace secondwave {
namespace {

using Measure = AskedOutcome::Measure;
using Of = AskedOutcome::Of;

Outcome known(const AskedOutcome& asked, std::string unit, double value) {
  return {asked.name, std::move(unit), value, {}};
}

Outcome unknown(const AskedOutcome& asked, std::string unit, std::string reason) {
  return {asked.name, std::move(unit), std::nullopt, std::move(reason)};
}

/// Calls f(from, until) for each stretch in which a copy scans, or floods.
template <class F>
void for_each_stretch(const RunResult& run, Of of, F f) {
  if (of == Of::flooding) {
    for (std::size_t i = 0; i < run.flooding.from_s.size(); ++i) f(run.flooding.from_s[i], run.flooding.until_s[i]);
  } else if (run.activity.recorded) {
    for (std::size_t i = 0; i < run.activity.size(); ++i) f(run.activity.from_s[i], run.activity.until_s[i]);
  } else {
    for (std::size_t i = 0; i < run.infections.size(); ++i)
      f(run.infections.scan_from(i), run.infections.scan_until(i));
  }
}

struct CopyPeak {
  std::uint64_t copies = 0;
  double time_s = 0;  ///< the first moment at which there were so many
};

CopyPeak peak_within(const RunResult& run, Of of, double from_s, double until_s) {
  std::vector<std::pair<double, int>> changes;  // an end comes before a begin at the same moment
  for_each_stretch(run, of, [&](double from, double until) {
    if (from > until_s || until <= from_s || from >= until) return;
    changes.emplace_back(std::max(from, from_s), 1);
    if (until <= until_s) changes.emplace_back(until, -1);
  });
  std::sort(changes.begin(), changes.end());
  std::int64_t active = 0;
  std::int64_t most = 0;
  CopyPeak peak{.time_s = from_s};
  for (const auto& [time, by] : changes) {
    active += by;
    if (active > most) {
      most = active;
      peak = {static_cast<std::uint64_t>(active), time};
    }
  }
  return peak;
}

std::uint64_t copies_at(const RunResult& run, Of of, double time_s) {
  std::uint64_t copies = 0;
  for_each_stretch(run, of, [&](double from, double until) { copies += from <= time_s && time_s < until ? 1 : 0; });
  return copies;
}

/// Moments at which hosts or addresses were new within the window, in order.
std::vector<double> moments(const AskedOutcome& asked, const RunResult& run, double until_s) {
  if (asked.of == Of::addresses_seen) return first_seen_times(run, asked.from_s, until_s);
  std::vector<double> times = first_infection_times(run);
  std::erase_if(times, [&](double time) { return time < asked.from_s || time >= until_s; });
  return times;
}

Outcome answer_by_moments(const AskedOutcome& asked, const RunResult& run, UtcTime start, double until_s) {
  const std::vector<double> times = moments(asked, run, until_s);
  const std::string unit = asked.of == Of::addresses_seen ? "addresses" : "hosts";
  switch (asked.measure) {
    case Measure::count:
      return known(asked, unit, static_cast<double>(times.size()));
    case Measure::reach_h: {
      const auto wanted = static_cast<std::size_t>(std::ceil(asked.count));
      if (wanted == 0 || times.size() < wanted) return unknown(asked, "h", "never reached");
      return known(asked, "h", (times[wanted - 1] - asked.from_s) / 3600.0);
    }
    case Measure::half_h:
      if (times.empty()) return unknown(asked, "h", "the window brings none");
      return known(asked, "h", (times[(times.size() + 1) / 2 - 1] - asked.from_s) / 3600.0);
    case Measure::peak:
      return known(asked, unit + "/min", static_cast<double>(peak_per_utc_minute(times, start)));
    case Measure::growth: {
      const auto growth = growth_rate_per_hour(times);
      return growth ? known(asked, "1/h", *growth) : unknown(asked, "1/h", "too few infections in the window");
    }
    case Measure::share_percent: {
      const std::size_t all = first_seen_times(run, asked.from_s, until_s).size();
      if (all == 0) return unknown(asked, "%", "no address was seen in the window");
      return known(asked, "%", 100.0 * static_cast<double>(times.size()) / static_cast<double>(all));
    }
    case Measure::ratio: {
      const double less = static_cast<double>(moments(asked, run, std::min(asked.over_s, until_s)).size());
      if (less == 0) return unknown(asked, "ratio", "there were none by then");
      return known(asked, "ratio", static_cast<double>(times.size()) / less);
    }
    case Measure::logistic_growth:
    case Measure::sum:
    case Measure::peak_h:
      break;
  }
  return unknown(asked, "", "it needs the bins of a sensor");
}

std::span<const std::uint64_t> bins_of(const AskedOutcome& asked, const SensorCounts& counts, double until_s) {
  const std::vector<std::uint64_t>& all = asked.of == Of::packets   ? counts.packets
                                          : asked.of == Of::targets ? counts.targets
                                          : asked.of == Of::sources ? counts.sources
                                                                    : counts.new_sources;
  const double size = static_cast<double>(all.size());
  const auto first = static_cast<std::size_t>(std::clamp(std::floor(asked.from_s / counts.bin_s + 0.5), 0.0, size));
  const auto last =
      static_cast<std::size_t>(std::clamp(std::ceil(until_s / counts.bin_s - 1e-9), static_cast<double>(first), size));
  return std::span(all).subspan(first, last - first);
}

Outcome answer_by_bins(const AskedOutcome& asked, const RunResult& run, const SensorCounts& counts, double until_s) {
  const std::span<const std::uint64_t> bins = bins_of(asked, counts, until_s);
  const double sum = static_cast<double>(std::accumulate(bins.begin(), bins.end(), std::uint64_t{0}));
  const std::string unit = asked.of == Of::packets ? "packets" : asked.of == Of::targets ? "targets" : "addresses";
  switch (asked.measure) {
    case Measure::count:
    case Measure::sum:
      return known(asked, unit, sum);
    case Measure::ratio:
      break;
    case Measure::peak:
      if (bins.empty()) return unknown(asked, unit, "the window has no bins");
      return known(asked, unit, static_cast<double>(*std::max_element(bins.begin(), bins.end())));
    case Measure::peak_h: {
      const auto most = std::max_element(bins.begin(), bins.end());
      if (most == bins.end() || *most == 0) return unknown(asked, "h", "the window counts nothing");
      return known(asked, "h", (static_cast<double>(most - bins.begin()) + 0.5) * counts.bin_s / 3600.0);
    }
    case Measure::reach_h:
    case Measure::half_h: {
      const double wanted = asked.measure == Measure::half_h ? sum / 2 : asked.count;
      double so_far = 0;
      for (std::size_t i = 0; i < bins.size() && wanted > 0; ++i) {
        so_far += static_cast<double>(bins[i]);
        if (so_far >= wanted) return known(asked, "h", static_cast<double>(i + 1) * counts.bin_s / 3600.0);
      }
      return unknown(asked, "h", "never reached");
    }
    case Measure::growth: {
      const auto growth = poisson_growth(bins, counts.bin_s);
      return growth ? known(asked, "1/h", *growth) : unknown(asked, "1/h", "too few counts in the window");
    }
    case Measure::logistic_growth: {
      const auto fit = fit_hourly(bins, counts.bin_s);
      return fit ? known(asked, "1/h", fit->growth_per_hour)
                 : unknown(asked, "1/h", "no logistic curve fits the counts per hour");
    }
    case Measure::share_percent: {
      const std::size_t all = first_seen_times(run, asked.from_s, until_s).size();
      if (all == 0) return unknown(asked, "%", "no address was seen in the window");
      return known(asked, "%", 100.0 * sum / static_cast<double>(all));
    }
  }
  return unknown(asked, unit, "cannot be known");
}

Outcome answer_one(const AskedOutcome& asked, const RunResult& run, UtcTime start) {
  const double until_s = std::min(asked.until_s, run.end_s);
  if (asked.of == Of::active || asked.of == Of::flooding) {
    if (asked.measure != Measure::peak && asked.measure != Measure::peak_h) {
      return known(asked, "copies", static_cast<double>(copies_at(run, asked.of, until_s)));
    }
    const CopyPeak peak = peak_within(run, asked.of, asked.from_s, until_s);
    if (asked.measure == Measure::peak) return known(asked, "copies", static_cast<double>(peak.copies));
    if (peak.copies == 0) return unknown(asked, "h", "there were none");
    return known(asked, "h", (peak.time_s - asked.from_s) / 3600.0);
  }
  if (asked.of < Of::packets) return answer_by_moments(asked, run, start, until_s);
  for (const SensorCounts& counts : run.sensors) {
    if (counts.sensor == asked.sensor) return answer_by_bins(asked, run, counts, until_s);
  }
  return unknown(asked, "", "there is no such sensor");
}

}  // namespace

std::uint64_t active_copies_at(const RunResult& run, double time_s) {
  return copies_at(run, Of::active, time_s);
}

std::uint64_t flooding_copies_at(const RunResult& run, double time_s) {
  return copies_at(run, Of::flooding, time_s);
}

std::vector<double> first_seen_times(const RunResult& run, double from_s, double until_s) {
  const bool recorded = run.activity.recorded;
  constexpr double unseen = std::numeric_limits<double>::infinity();
  std::vector<double> first(recorded ? run.activity.addresses : run.hosts, unseen);
  const auto see = [&](std::uint32_t address, double from, double until) {
    if (from >= until_s || until <= from_s || from >= until) return;
    first[address] = std::min(first[address], std::max(from, from_s));
  };
  if (recorded) {
    for (std::size_t i = 0; i < run.activity.size(); ++i) {
      see(run.activity.address[i], run.activity.from_s[i], run.activity.until_s[i]);
    }
  } else {
    for (std::size_t i = 0; i < run.infections.size(); ++i) {
      see(run.infections.host[i], run.infections.scan_from(i), run.infections.scan_until(i));
    }
  }
  std::erase(first, unseen);
  std::sort(first.begin(), first.end());
  return first;
}

std::optional<double> poisson_growth(std::span<const std::uint64_t> counts, double bin_s) {
  const auto filled = std::count_if(counts.begin(), counts.end(), [](std::uint64_t count) { return count > 0; });
  if (counts.size() < 3 || filled < 2 || !(bin_s > 0)) return std::nullopt;
  const double n = static_cast<double>(counts.size());
  const auto time_of = [&](std::size_t i) { return (static_cast<double>(i) - 0.5 * (n - 1)) * bin_s / 3600.0; };
  double sum = 0;
  double moment = 0;
  for (std::size_t i = 0; i < counts.size(); ++i) {
    sum += static_cast<double>(counts[i]);
    moment += static_cast<double>(counts[i]) * time_of(i);
  }
  // Given their sum the counts are multinomial with weights e^(K t): the likelihood is concave in K, and its maximum is
  // where the mean time by these weights is that of the counts. Newton's steps, kept short so that they cannot
  // overshoot.
  const double wanted = moment / sum;
  double slope = 0;
  for (int step = 0; step < 200; ++step) {
    double weights = 0;
    double first = 0;
    double second = 0;
    const double largest = slope > 0 ? slope * time_of(counts.size() - 1) : slope * time_of(0);
    for (std::size_t i = 0; i < counts.size(); ++i) {
      const double weight = fixed_exp(slope * time_of(i) - largest);
      weights += weight;
      first += weight * time_of(i);
      second += weight * time_of(i) * time_of(i);
    }
    const double mean = first / weights;
    const double variance = second / weights - mean * mean;
    if (!(variance > 0)) return std::nullopt;
    const double most = 1.0 / (n * bin_s / 3600.0);
    const double by = std::clamp((wanted - mean) / variance, -most, most);
    slope += by;
    if (std::abs(by) < 1e-12 * std::max(1.0, std::abs(slope))) return slope;
  }
  return std::nullopt;
}

std::vector<Outcome> answer(const std::vector<AskedOutcome>& asked, const RunResult& run, UtcTime start) {
  std::vector<Outcome> answers;
  for (const AskedOutcome& one : asked) answers.push_back(answer_one(one, run, start));
  return answers;
}

}  // namespace secondwave
