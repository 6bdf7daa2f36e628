#include "inference/lumped_chain.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"
#include "random/samplers.hpp"

namespace secondwave {

std::vector<double> lumped_course(const OutbreakParameters& p, double copies, double from_s,
                                  std::span<const double> times_s, Stream& stream) {
  SECONDWAVE_REQUIRE(p.removal_per_s == 0);
  const double hosts = std::floor(OutbreakCurve(p).population());
  const double per_pair = p.success / address_space;
  double infected = std::clamp(std::round(copies), 1.0, std::max(hosts, 1.0));
  double rate = infected * p.scan_rate_per_s;
  double now = from_s;
  std::vector<double> out;
  std::size_t i = 0;
  while (i < times_s.size() && infected < hosts && infected < lumped_exact_copies) {
    const double next = now + stream.exponential() / (rate * per_pair * (hosts - infected));
    while (i < times_s.size() && times_s[i] < next) {
      out.push_back(infected);
      ++i;
    }
    now = next;
    infected += 1;
    rate += p.scan_rate_per_s * (p.rate_cv2 > 1e-9 ? draw_gamma(stream, 1.0 / p.rate_cv2) * p.rate_cv2 : 1.0);
  }
  // The mean course from here on; unequal rates leave their mark in its growth for a while only, so it is that of N.
  const double odds = infected < hosts ? infected / (hosts - infected) : 0.0;
  for (; i < times_s.size(); ++i) {
    out.push_back(infected < hosts ? hosts / (1.0 + fixed_exp(-p.growth_per_s * (times_s[i] - now)) / odds) : hosts);
  }
  return out;
}

}  // namespace secondwave
