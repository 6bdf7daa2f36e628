// Tests of fit for statistical tests, and the rule by which a whole battery of them passes or fails.
//
// How to use it: give every comparison of a battery a p-value and a name, collect them as Checks, and demand that
// holm_rejections(checks, alpha) is empty. alpha is then the chance that a faultless program fails the battery, however
// many checks it holds and however they depend on each other. Seeds are fixed, so a pass stays a pass.
//
//   std::vector<Check> checks;
//   checks.push_back({"infection times", ks_p(times, law)});
//   checks.push_back({"victims per class", chi_square_p(counts, expected)});
//   EXPECT_TRUE(holm_rejections(checks, 1e-4).empty()) << describe(checks);
//
// All p-values are two-sided. A p-value that is not a number is a broken check: it is always rejected.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

namespace secondwave {

/// One comparison of a battery.
struct Check {
  std::string name;
  double p = 1.0;
};

/// The checks that fail at family-wise error rate `family_alpha`, in the order of their p-values (Holm 1979): the
/// smallest p is held against alpha/m, the next against alpha/(m-1), and so on until one passes.
[[nodiscard]] std::vector<Check> holm_rejections(std::vector<Check> checks, double family_alpha);

/// The same by Bonferroni: every p below alpha/m. Never rejects more than Holm.
[[nodiscard]] std::vector<Check> bonferroni_rejections(std::vector<Check> checks, double family_alpha);

/// A line per check, smallest p first, for the message of a failed assertion.
[[nodiscard]] std::string describe(std::vector<Check> checks);

/// Pearson's chi-square test of counts against expected counts (any positive scale; expected is scaled to the observed
/// total). Cells are pooled from left to right until the expected count reaches `smallest_cell`; what is left at the
/// end joins the last pool. Degrees of freedom: pools - 1 - `fitted`. 1 where a single pool is left; 0 where something
/// was observed although nothing was expected anywhere.
[[nodiscard]] double chi_square_p(std::span<const std::uint64_t> observed, std::span<const double> expected,
                                  double smallest_cell = 10.0, std::size_t fitted = 0);

/// Chi-square test that two vectors of counts come from one law (homogeneity), pooled until the smaller expected count
/// of the two reaches `smallest_cell`.
[[nodiscard]] double chi_square_two_sample_p(std::span<const std::uint64_t> a, std::span<const std::uint64_t> b,
                                             double smallest_cell = 10.0);

using Law = std::function<double(double)>;

/// Chi-square test of whole numbers against their distribution function P(X <= k), in cells of equal width about
/// `mean`, `cells_per_sd` to a standard deviation (at least one number each), out to 10 of them, with both tails.
[[nodiscard]] double chi_square_whole_p(std::span<const std::uint64_t> sample, const Law& at_most, double mean,
                                        double standard_deviation, double cells_per_sd = 20.0);

/// Chi-square test of numbers of a continuous law in `cells` cells of equal probability, cut at quantile(i / cells).
/// For laws whose distribution function is dear: only `cells` quantiles are computed.
[[nodiscard]] double chi_square_quantile_p(std::span<const double> sample, const Law& quantile,
                                           std::size_t cells = 200);

/// Kolmogorov-Smirnov test of a sample against a continuous distribution function. Asymptotic with Stephens's
/// correction (1970): right to a few percent of p from 10 draws on.
[[nodiscard]] double ks_p(std::vector<double> sample, const Law& distribution);

/// Kolmogorov-Smirnov test that two samples come from one continuous law, with the same correction. Conservative where
/// values are tied.
[[nodiscard]] double ks_two_sample_p(std::vector<double> a, std::vector<double> b);

/// Exact binomial test: twice the smaller of P(X <= successes), P(X >= successes), at most 1.
[[nodiscard]] double binomial_p(std::uint64_t successes, std::uint64_t trials, double probability);

/// Exact Poisson test of a count, two-sided in the same way.
[[nodiscard]] double poisson_p(std::uint64_t count, double mean);

/// Two-sided p-value of a standard normal statistic.
[[nodiscard]] double normal_p(double z);

/// z test of a sample's mean against `mean`, the law's standard deviation known.
[[nodiscard]] double mean_p(std::span<const double> sample, double mean, double standard_deviation);

/// P(sqrt(n) D > x) of Kolmogorov's limit law.
[[nodiscard]] double kolmogorov_tail(double x);

}  // namespace secondwave
