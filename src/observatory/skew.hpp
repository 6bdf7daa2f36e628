// How far the clocks of sensors are apart, from sources that several of them saw.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "records/store.hpp"

namespace secondwave {

/// A number with its 95% interval.
struct Interval95 {
  double estimate = 0;
  double low = 0;
  double high = 0;
};

struct SkewEstimate {
  std::string sensor;
  std::string reference;
  std::optional<Interval95> skew_s;  ///< the clock of `sensor` is ahead of that of `reference` by so much, at `at`
  std::optional<Interval95> drift_s_per_day;  ///< and gains so much; absent where the data cover less than half a day
  std::int64_t at_us = 0;                     ///< by the reference's clock
  std::uint64_t sources = 0;                  ///< that both saw within a day and a half
  std::string method;                         ///< "common events" or "first sightings"
  std::string reason;                         ///< where there is no estimate

  /// The skew at a time of the reference's clock, seconds.
  [[nodiscard]] double at(std::int64_t time_us) const;
};

/// One estimate for each two sensors. Skews up to a day and a half are looked for.
///
/// *Common events*: where both sensors record the same packets, or packets of one sweep, the differences of their times
/// pile up at the skew. The pile must exceed what chance gives (a Poisson bound over all places looked at, odds of 1 in
/// 20,000) and what lies beside it, have five sources or more, and is then fitted by a straight line in time, iterated
/// least squares over what lies close to it. The interval is that of the line, and not narrower than the resolution of
/// the logs allows.
///
/// *First sightings*: where there is no such pile but 30 common sources or more, the median of the differences of first
/// sightings, with the interval of the sign test. It assumes that both sensors are equally likely to be met first, so
/// with sensors of different size it is biased by up to the time that sources need to meet the smaller one.
///
/// Memory: 24 bytes a pair of sightings, 4 million pairs at most for each two sensors; later sources are then left out.
[[nodiscard]] Result<std::vector<SkewEstimate>> estimate_skews(Store& store);

/// What estimate_skews does with the pairs of one couple of sensors; open to tests.
struct TimePair {
  std::uint32_t source = 0;  ///< pairs of one source stand together
  double reference_s = 0;
  double difference_s = 0;
};
[[nodiscard]] SkewEstimate fit_skew(std::vector<TimePair> pairs, std::vector<double> first_differences_s);

}  // namespace secondwave
