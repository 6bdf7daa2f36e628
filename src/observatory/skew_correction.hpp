// Times of several sensors by the clock of one of them.
#pragma once

#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "observatory/skew.hpp"
#include "records/store.hpp"

namespace secondwave {

/// How the clock of one sensor is turned into that of another.
struct ClockCorrection {
  std::string sensor;
  std::string reference;
  SkewEstimate estimate;  ///< of these two, either way round

  /// A time of the reference's clock, out of one of the sensor's.
  [[nodiscard]] std::int64_t corrected_us(std::int64_t time_us) const;
};

/// The corrections of the sensors that a query looks at (`sensor`, or all) to the clock of `reference`. Errors: usage,
/// where the store knows no such sensor; data, where the clocks of two cannot be compared, with the reason.
[[nodiscard]] Result<std::vector<ClockCorrection>> correct_clocks(Store& store, const std::string& reference,
                                                                  const std::optional<std::string>& sensor);

/// A store as if the sensors' clocks had been right: cells and outages are moved by the corrections, everything else is
/// as it is. A store keeps minutes, so the sightings of a source within a minute of the wrong clock stay together: they
/// move with the first of them. Requires that `store` outlives it; only for queries.
[[nodiscard]] std::unique_ptr<Store> with_corrected_clocks(Store& store, std::vector<ClockCorrection> corrections);

}  // namespace secondwave
