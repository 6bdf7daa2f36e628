// Two waves that share a law of scan rates: what the change of growth says about the pool.
#include <algorithm>
#include <boost/math/special_functions/gamma.hpp>

#include "inference/fit.hpp"
#include "random/stream.hpp"

namespace secondwave {

Result<FitResult> fit_two_waves(const Observation& first, const Observation& second, const FitOptions& options) {
  FitOptions each = options;
  each.model = FitModel::si;
  const Result<FitResult> before = fit_outbreak({first}, each);
  if (!before) return before;
  Result<FitResult> fit = fit_outbreak({second}, each);
  if (!fit) return fit;
  fit->model = FitModel::two_wave;
  const Estimate* growth = before->find("growth_rate_per_hour");
  Estimate first_growth = *growth;
  first_growth.name = "first_wave_growth_rate_per_hour";
  fit->estimates.push_back(std::move(first_growth));
  // The posteriors of the two growth rates are independent: every draw of one may stand beside every one of the other.
  std::vector<double> ratios;
  Stream stream(options.seed, {.entity = 4, .purpose = Purpose::inference});
  for (const FitDraw& draw : fit->draws) {
    const FitDraw& other = before->draws[stream.below(before->draws.size())];
    ratios.push_back(draw.parameters.growth_per_s / other.parameters.growth_per_s);
  }
  std::sort(ratios.begin(), ratios.end());
  const auto at = [&](double p) {
    return ratios[static_cast<std::size_t>(p * static_cast<double>(ratios.size() - 1))];
  };
  fit->estimates.push_back({.name = "pool_ratio", .unit = "1", .estimate = at(0.5), .p05 = at(0.05), .p95 = at(0.95)});
  fit->statistic += before->statistic;
  fit->degrees += before->degrees;
  fit->p_value.reset();
  if (fit->degrees >= 1) fit->p_value = boost::math::gamma_q(0.5 * fit->degrees, 0.5 * fit->statistic);
  fit->notes.emplace_back(
      "pool_ratio is the second growth rate over the first: the ratio of the pools on line under the hypothesis that "
      "both "
      "waves share one law of scan rates and success");
  return fit;
}

}  // namespace secondwave
