// Simulation-based calibration in small: docs/quality.md holds the large one.
#include <gtest/gtest.h>

#include <map>

#include "outbreaks.hpp"
#include "support/statistics.hpp"

namespace secondwave {
namespace {

/// 30 outbreaks from the priors: ranks of the truth among the draws. One error in 1,000 for a faultless program.
TEST(Calibration, RanksAreUniform) {
  std::vector<Check> checks;
  std::map<std::string, std::vector<double>> ranks;
  for (std::uint32_t i = 0; i < 30; ++i) {
    for (const auto& q : calibrate_once(false, SeriesKind::targets, 5, i).quantities) ranks[q.name].push_back(q.rank);
  }
  for (const auto& [name, values] : ranks) checks.push_back({name, ks_p(values, [](double x) { return x; })});
  EXPECT_EQ(ranks.size(), 4u);
  EXPECT_TRUE(holm_rejections(checks, 1e-3).empty()) << describe(checks);
}

}  // namespace
}  // namespace secondwave
