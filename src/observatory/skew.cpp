#include "observatory/skew.hpp"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <map>

#include "observatory/judge.hpp"

namespace secondwave {
namespace {

constexpr double widest_s = 36 * 3600;
constexpr std::size_t events_per_source = 16;
constexpr std::size_t most_pairs = 4'000'000;
constexpr double needed_score = 10;  // natural logarithm of the odds against chance
constexpr double fewest_votes = 5;
constexpr std::size_t fewest_first = 30;
constexpr double normal_95 = 1.96;
constexpr double day_s = 86'400;
/// Standard deviation of the difference of two times that were both cut to whole seconds.
constexpr double cut_deviation_s = 0.41;

/// Where differences pile up.
struct Pile {
  double at_s = 0;
  double width_s = 0;
  double score = 0;
};

/// Votes by bin of a width: each source once in each bin.
std::vector<float> votes_of(const std::vector<TimePair>& pairs, double width_s) {
  std::vector<float> votes(static_cast<std::size_t>(2 * widest_s / width_s) + 2);
  std::vector<std::size_t> bins;
  for (std::size_t i = 0; i < pairs.size();) {
    bins.clear();
    const std::uint32_t source = pairs[i].source;
    for (; i < pairs.size() && pairs[i].source == source; ++i)
      bins.push_back(static_cast<std::size_t>((pairs[i].difference_s + widest_s) / width_s));
    std::sort(bins.begin(), bins.end());
    bins.erase(std::unique(bins.begin(), bins.end()), bins.end());
    for (const std::size_t bin : bins) votes[bin] += 1;
  }
  return votes;
}

/// How unlikely `k` votes are by chance where `mean` are expected: minus the logarithm of Chernoff's bound of the
/// Poisson tail.
double surprise(double k, double mean) {
  return k <= mean ? 0 : k * std::log(k / mean) - k + mean;
}

Pile find_pile(const std::vector<TimePair>& pairs, double width_s) {
  const std::vector<float> votes = votes_of(pairs, width_s);
  std::vector<double> sums(votes.size() + 1);
  for (std::size_t i = 0; i < votes.size(); ++i) sums[i + 1] = sums[i] + votes[i];
  const auto total_mean = sums.back() / static_cast<double>(votes.size());
  constexpr std::size_t around = 200;
  constexpr std::size_t own = 3;
  Pile best{.width_s = width_s};
  for (std::size_t i = 0; i + 1 < votes.size(); ++i) {
    const double k = votes[i] + votes[i + 1];
    if (k < fewest_votes) continue;
    const std::size_t low = i > around ? i - around : 0;
    const std::size_t high = std::min(i + 2 + around, votes.size());
    const std::size_t inner_low = i > own ? i - own : 0;
    const std::size_t inner_high = std::min(i + 2 + own, votes.size());
    const double outer = sums[high] - sums[low] - (sums[inner_high] - sums[inner_low]);
    const auto bins = static_cast<double>(high - low - (inner_high - inner_low));
    const double mean = 2 * std::max({outer / bins, total_mean, 1e-3});
    const double score = surprise(k, mean) - std::log(static_cast<double>(votes.size()));
    if (score <= best.score) continue;
    best.score = score;
    const double weight = votes[i + 1] / k;
    best.at_s = (static_cast<double>(i) + 0.5 + weight) * width_s - widest_s;
  }
  return best;
}

struct Line {
  double at_s = 0;  ///< difference at the middle
  double slope = 0;
  double middle_s = 0;
};

/// The slope and height under which the most pairs lie within a second.
Line find_line(const std::vector<TimePair>& pairs, const Pile& pile, double span_s, double middle_s) {
  constexpr double step_s = 0.5;  // between two slopes tried, at the ends of the span
  constexpr std::size_t most_tried = 20'000;
  const std::size_t stride = pairs.size() / most_tried + 1;
  const int steps = span_s < day_s / 2 ? 0 : static_cast<int>(std::ceil(4 * pile.width_s / step_s));
  Line best{.at_s = pile.at_s, .middle_s = middle_s};
  std::size_t most = 0;
  std::vector<double> left;
  for (int step = -steps; step <= steps; ++step) {
    const double slope = steps == 0 ? 0 : step * step_s / (span_s / 2);
    left.clear();
    for (std::size_t i = 0; i < pairs.size(); i += stride)
      left.push_back(pairs[i].difference_s - slope * (pairs[i].reference_s - middle_s));
    std::sort(left.begin(), left.end());
    std::size_t low = 0;
    for (std::size_t high = 0; high < left.size(); ++high) {
      while (left[high] - left[low] > 1.01) ++low;
      if (high - low + 1 <= most) continue;
      most = high - low + 1;
      best.at_s = (left[high] + left[low]) / 2;
      best.slope = slope;
    }
  }
  return best;
}

/// Least squares over what lies close to the line, until it rests.
void fit_line(const std::vector<TimePair>& pairs, Line line, double span_s, SkewEstimate& estimate) {
  double deviation = 0.5;
  double n = 0;
  double square_t = 0;
  for (int round = 0; round < 8; ++round) {
    const double reach = std::clamp(3 * deviation, 1.5, 30.0);
    double sum_t = 0;
    double sum_d = 0;
    n = 0;
    const auto close = [&](const TimePair& p) {
      return std::fabs(p.difference_s - line.at_s - line.slope * (p.reference_s - line.middle_s)) <= reach;
    };
    for (const TimePair& p : pairs) {
      if (!close(p)) continue;
      n += 1;
      sum_t += p.reference_s - line.middle_s;
      sum_d += p.difference_s;
    }
    if (n < fewest_votes) return;
    const double mean_t = sum_t / n;
    const double mean_d = sum_d / n;
    double cross = 0;
    square_t = 0;
    for (const TimePair& p : pairs) {
      if (!close(p)) continue;
      const double t = p.reference_s - line.middle_s - mean_t;
      square_t += t * t;
      cross += t * (p.difference_s - mean_d);
    }
    const double slope = span_s < day_s / 2 || square_t == 0 ? 0 : cross / square_t;
    double squares = 0;
    for (const TimePair& p : pairs) {
      if (!close(p)) continue;
      const double left = p.difference_s - mean_d - slope * (p.reference_s - line.middle_s - mean_t);
      squares += left * left;
    }
    line = {mean_d, slope, line.middle_s + mean_t};
    deviation = std::sqrt(squares / n);
  }
  const double shown = std::max(deviation, cut_deviation_s);
  const double half = normal_95 * shown / std::sqrt(n);
  estimate.skew_s = Interval95{line.at_s, line.at_s - half, line.at_s + half};
  estimate.at_us = static_cast<std::int64_t>(line.middle_s * 1e6);
  if (span_s < day_s / 2 || square_t == 0) return;
  const double per_day = line.slope * day_s;
  const double half_day = normal_95 * shown / std::sqrt(square_t) * day_s;
  estimate.drift_s_per_day = Interval95{per_day, per_day - half_day, per_day + half_day};
}

/// Whether the line is a ridge and not a part of a broad hill: more pairs lie close to it than beside it.
bool stands_out(const std::vector<TimePair>& pairs, const SkewEstimate& fitted) {
  constexpr double close_s = 3;
  constexpr double beside_s = 30;
  double close = 0;
  double beside = 0;
  for (const TimePair& p : pairs) {
    const double away = std::fabs(p.difference_s - fitted.at(static_cast<std::int64_t>(p.reference_s * 1e6)));
    (away <= close_s ? close : beside) += away <= beside_s ? 1 : 0;
  }
  return surprise(close, std::max(beside * close_s / (beside_s - close_s), 0.1)) > needed_score;
}

/// The median with the interval of the sign test.
Interval95 median_of(std::vector<double> values) {
  std::sort(values.begin(), values.end());
  const auto n = static_cast<double>(values.size());
  const double half = normal_95 * std::sqrt(n) / 2;
  const auto at = [&](double rank) { return values[static_cast<std::size_t>(std::clamp(rank, 0.0, n - 1))]; };
  return {at(n / 2), at(std::floor(n / 2 - half)), at(std::ceil(n / 2 + half))};
}

}  // namespace

double SkewEstimate::at(std::int64_t time_us) const {
  if (!skew_s) return 0;
  const double days = static_cast<double>(time_us - at_us) / 1e6 / day_s;
  return skew_s->estimate + (drift_s_per_day ? drift_s_per_day->estimate * days : 0);
}

SkewEstimate fit_skew(std::vector<TimePair> pairs, std::vector<double> first_differences_s) {
  SkewEstimate estimate;
  for (std::size_t i = 0; i < pairs.size(); ++i)
    estimate.sources += i == 0 || pairs[i].source != pairs[i - 1].source ? 1 : 0;
  if (pairs.empty()) {
    estimate.reason = "no overlap: cannot say";
    return estimate;
  }
  Pile pile;
  for (const double width_s : {1.0, 8.0, 64.0}) {
    const Pile found = find_pile(pairs, width_s);
    if (found.score > pile.score) pile = found;
  }
  if (pile.score > needed_score) {
    std::vector<TimePair> near;
    std::copy_if(pairs.begin(), pairs.end(), std::back_inserter(near),
                 [&](const TimePair& p) { return std::fabs(p.difference_s - pile.at_s) <= 3 * pile.width_s; });
    const auto [first, last] = std::minmax_element(
        near.begin(), near.end(), [](const TimePair& a, const TimePair& b) { return a.reference_s < b.reference_s; });
    const double span_s = last->reference_s - first->reference_s;
    const double middle_s = (last->reference_s + first->reference_s) / 2;
    SkewEstimate fitted = estimate;
    fit_line(near, find_line(near, pile, span_s, middle_s), span_s, fitted);
    if (fitted.skew_s && stands_out(pairs, fitted)) {
      estimate = std::move(fitted);
      estimate.method = "common events";
    }
  }
  if (!estimate.skew_s && first_differences_s.size() >= fewest_first) {
    estimate.skew_s = median_of(std::move(first_differences_s));
    estimate.at_us = static_cast<std::int64_t>(pairs[pairs.size() / 2].reference_s * 1e6);
    estimate.method = "first sightings";
  }
  if (!estimate.skew_s) estimate.reason = "too few sources were seen by both, and at no one difference of time";
  return estimate;
}

Result<std::vector<SkewEstimate>> estimate_skews(Store& store) {
  Result<Judge> judge = Judge::make(store);
  if (!judge) return tl::unexpected(judge.error());
  struct Couple {
    std::vector<TimePair> pairs;
    std::vector<double> first;
  };
  std::map<std::pair<std::uint32_t, std::uint32_t>, Couple> couples;
  std::map<std::uint32_t, std::vector<double>> events;  // of the source, by sensor
  std::uint32_t number = 0;
  const Status swept = judge->sweep({}, false, [&](Ipv4, std::span<const JudgedCell> cells) -> Status {
    events.clear();
    for (const JudgedCell& each : cells) {
      std::vector<double>& times = events[each.sensor];
      if (times.size() >= events_per_source) continue;
      times.push_back(static_cast<double>(each.cell->first_time_us()) / 1e6);
      if (each.cell->last_us != each.cell->first_us)
        times.push_back(static_cast<double>(each.cell->last_time_us()) / 1e6);
    }
    ++number;
    for (auto a = events.begin(); a != events.end(); ++a) {
      for (auto b = std::next(a); b != events.end(); ++b) {
        Couple& couple = couples[{a->first, b->first}];
        if (couple.pairs.size() > most_pairs) continue;
        for (const double reference : a->second) {
          for (const double time : b->second) {
            if (std::fabs(time - reference) < widest_s) couple.pairs.push_back({number, reference, time - reference});
          }
        }
        const double first = *std::min_element(b->second.begin(), b->second.end()) -
                             *std::min_element(a->second.begin(), a->second.end());
        if (std::fabs(first) < widest_s) couple.first.push_back(first);
      }
    }
    return {};
  });
  if (!swept) return tl::unexpected(swept.error());
  std::vector<SkewEstimate> estimates;
  for (std::uint32_t a = 0; a < judge->sensors().size(); ++a) {
    for (std::uint32_t b = a + 1; b < judge->sensors().size(); ++b) {
      Couple& couple = couples[{a, b}];
      SkewEstimate estimate = fit_skew(std::move(couple.pairs), std::move(couple.first));
      estimate.sensor = judge->sensors()[b];
      estimate.reference = judge->sensors()[a];
      estimates.push_back(std::move(estimate));
    }
  }
  return estimates;
}

}  // namespace secondwave
