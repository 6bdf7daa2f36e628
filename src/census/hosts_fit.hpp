// The two fits behind hosts_estimate.hpp.
#pragma once

#include <cstdint>
#include <span>
#include <vector>

namespace secondwave {

/// A gamma law of rates: hits of a host in a period while it is on.
struct HitLaw {
  double mean = 0;
  double cv2 = 0;  ///< squared coefficient of variation of the rates

  /// Probability of no hit.
  [[nodiscard]] double unseen() const;
  /// Probability of a hit in another period, given `hits` in this one.
  [[nodiscard]] double seen_again(double hits) const;
};

/// Maximum likelihood from counts of which zeros were not seen; counts[h] is how often h came, the last stands for
/// all above as well (their mean is taken to be `last_mean`). Requires some count.
[[nodiscard]] HitLaw fit_hits(std::span<const std::uint64_t> counts);

/// Share seen again at lag k: on * (fixed + (1 - fixed) * kept^k).
struct RecaptureLaw {
  double on = 1;
  double fixed = 1;
  double kept = 1;
  bool fitted = false;  ///< false: too few lags to tell change from absence; no change was assumed
};

/// Weighted least squares. again[k] of base[k] were seen k periods later, k >= 1; base 0: no such pair could be.
[[nodiscard]] RecaptureLaw fit_recapture(std::span<const double> again, std::span<const double> base);

}  // namespace secondwave
