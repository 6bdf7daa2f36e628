#include "inference/outbreak_curve.hpp"

#include <algorithm>
#include <vector>

namespace secondwave {

OutbreakCurve::OutbreakCurve(const OutbreakParameters& p) : growth_(p.growth_per_s), removal_(p.removal_per_s) {
  population_ = growth_ * address_space / (p.scan_rate_per_s * p.success);
  anchor_clock_ = clock(p.anchor_s);
  anchor_logit_ = p.anchor_logit;
  start_level_ = infected(0.0);
  if (start_level_ < 30) {
    const double none = fixed_exp(-start_level_);
    few_ = start_level_ < 1e-6 ? 1.0 : start_level_ * none / (1.0 - none);
  }
}

double OutbreakCurve::seed_variance() const {
  const double mean = start_level_ + few_;
  return std::max(0.0, mean * (1.0 + start_level_) - mean * mean);
}

double OutbreakCurve::half_time_s() const {
  if (removal_ <= 0) return -anchor_logit_ / growth_ + anchor_clock_;
  // Trapezoids out to where either the wave is over or everybody is removed.
  constexpr int steps = 256;
  const double start = std::min(0.0, (-anchor_logit_ / growth_ + anchor_clock_));
  const double end = std::max(start, 0.0) + 30.0 / growth_ + std::max(0.0, -logit(0.0)) / growth_ * 3.0;
  std::vector<double> sum(steps + 1);
  sum[0] = infected(start);
  const double h = (end - start) / steps;
  double before = new_per_s(start);
  for (int i = 1; i <= steps; ++i) {
    const double now = new_per_s(start + h * i);
    sum[static_cast<std::size_t>(i)] = sum[static_cast<std::size_t>(i) - 1] + 0.5 * h * (before + now);
    before = now;
  }
  const auto at = std::lower_bound(sum.begin(), sum.end(), 0.5 * sum.back());
  if (at == sum.begin()) return start;
  const double part = (0.5 * sum.back() - at[-1]) / (at[0] - at[-1]);
  return start + h * (static_cast<double>(at - sum.begin()) - 1.0 + part);
}

}  // namespace secondwave
