#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>

#include "base/error.hpp"
#include "ensemble/ensemble_result.hpp"

namespace secondwave {

double quantile_of(std::vector<double> values, double probability) {
  SECONDWAVE_REQUIRE(probability >= 0.0 && probability <= 1.0);
  std::erase_if(values, [](double value) { return std::isnan(value); });
  if (values.empty()) return std::numeric_limits<double>::quiet_NaN();
  const double position = static_cast<double>(values.size() - 1) * probability;
  const auto below = static_cast<std::ptrdiff_t>(std::floor(position));
  const double share = position - std::floor(position);
  const auto low = values.begin() + below;
  std::nth_element(values.begin(), low, values.end());
  // An exact hit needs no neighbour; it also keeps infinity - infinity out of the sum.
  if (share == 0.0 || low + 1 == values.end()) return *low;
  const double high = *std::min_element(low + 1, values.end());
  return *low == high ? high : *low + share * (high - *low);
}

}  // namespace secondwave
