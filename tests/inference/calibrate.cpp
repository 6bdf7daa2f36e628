// Simulation-based calibration (Talts et al. 2018): outbreaks drawn from the priors, run by the exact engine, seen by a
// sensor, fitted. A line of CSV for each quantity of each outbreak. docs/quality.md holds what came out.
//   calibrate_inference MODEL KIND FIRST COUNT [SEED]     MODEL: si, two-factor; KIND: as in series
//   calibrate_inference july COUNT       July 2001 at a /16, cut before 5% are infected: growth and population
//   calibrate_inference misfit COUNT     how often each planted misfit has p < 0.05 once the curve has bent
#include <algorithm>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "inference/outbreak_curve.hpp"
#include "outbreaks.hpp"

namespace {

using namespace secondwave;

Truth july() {
  return {.hosts = 359'104,
          .scan_rate_per_s = 8.6,
          .success = 0.7,
          .rate_cv2 = 1,
          .seeds = 5,
          .bin_s = 3600,
          .end_s = 14 * 3600};
}

int run_july(std::uint32_t count) {
  FitOptions options;
  options.priors.scan_rate = 8.6;
  options.priors.scan_rate_sd = 2.6;
  std::vector<double> errors;
  int inside = 0;
  for (std::uint32_t i = 0; i < count; ++i) {
    const RunResult run = simulate(july(), 1, i);
    const auto bins = static_cast<std::size_t>(time_of_share(run, 0.05) / 3600);
    const auto fit = fit_outbreak({{series_of(run, SeriesKind::sources, bins), coverage_of(16)}}, options);
    if (!fit) continue;
    errors.push_back(std::fabs(*fit->find("growth_rate_per_hour")->estimate / july().growth_per_hour() - 1));
    std::vector<double> hosts;
    for (const FitDraw& draw : fit->draws) hosts.push_back(OutbreakCurve(draw.parameters).population());
    std::sort(hosts.begin(), hosts.end());
    inside += hosts[hosts.size() / 10] <= july().hosts && july().hosts <= hosts[hosts.size() * 9 / 10] ? 1 : 0;
  }
  std::sort(errors.begin(), errors.end());
  if (errors.empty()) return 1;
  std::printf("fits %zu of %u, median absolute error of growth %.4f, 80%% interval holds the population %d times\n",
              errors.size(), count, errors[errors.size() / 2], inside);
  return 0;
}

int run_misfit(std::uint32_t count) {
  const char* names[] = {"none", "sensor stated at half its size", "at twice its size", "removal left out",
                         "outage of one bin not declared"};
  for (int which = 0; which < 5; ++which) {
    int seen = 0;
    int fits = 0;
    int refused = 0;
    for (std::uint32_t i = 0; i < count; ++i) {
      Truth truth{.hosts = 50'000, .scan_rate_per_s = 10, .seeds = 20, .bin_s = 3600, .end_s = 48 * 3600};
      if (which == 3) truth.removal_per_s = 0.1 * truth.growth_per_hour() / 3600;
      Series series = series_of(simulate(truth, 2, i), SeriesKind::targets, 30);
      if (which == 4) series.bins[15 + i % 10].count = 0.0;
      FitOptions options;
      options.priors.scan_rate = 10;
      options.priors.scan_rate_sd = 3;
      const auto fit = fit_outbreak({{series, coverage_of(which == 1 ? 17 : which == 2 ? 15 : 16)}}, options);
      if (!fit && fit.error().message.find("does not describe") != std::string::npos) ++refused;
      if (!fit) continue;
      ++fits;
      seen += fit->p_value.value_or(1) < 0.05 ? 1 : 0;
    }
    std::printf("%s: p < 0.05 in %d of %d fits, %d refused as not described (%u tried)\n", names[which], seen, fits,
                refused, count);
  }
  return 0;
}

}  // namespace

int main(int argc, char** argv) {
  const std::string what = argc > 2 ? argv[1] : "";
  if (what == "july") return run_july(static_cast<std::uint32_t>(std::atoi(argv[2])));
  if (what == "misfit") return run_misfit(static_cast<std::uint32_t>(std::atoi(argv[2])));
  if (argc < 5) {
    std::fputs("calibrate_inference si|two-factor KIND FIRST COUNT [SEED]\n", stderr);
    return 2;
  }
  const bool removal = std::string(argv[1]) == "two-factor";
  const auto kind = series_kind_from(argv[2]);
  if (!kind) return 2;
  const auto first = static_cast<std::uint32_t>(std::atoi(argv[3]));
  const auto count = static_cast<std::uint32_t>(std::atoi(argv[4]));
  const std::uint64_t seed = argc > 5 ? std::strtoull(argv[5], nullptr, 10) : 1;
  std::puts(
      "replicate,kind,prefix,cv2,seeds_in,success,share_at_cut,p_value,seconds,effective,quantity,truth,estimate,p05,"
      "p95,p10,p90,rank,error");
  for (std::uint32_t i = first; i < first + count; ++i) {
    const CalibrationRow row = calibrate_once(removal, *kind, seed, i);
    const auto head = [&] {
      std::printf("%u,%s,%d,%.3f,%u,%.3f,%.5g,%.5g,%.4f,%.0f,", i, row.kind.c_str(), row.truth.prefix_length,
                  row.truth.rate_cv2, row.truth.seeds, row.truth.success, row.share_at_cut, row.p_value, row.seconds,
                  row.effective);
    };
    if (!row.error.empty()) {
      head();
      std::printf("none,,,,,,,,\"%s\"\n", row.error.c_str());
    }
    for (const auto& q : row.quantities) {
      head();
      std::printf("%s,%.8g,%.8g,%.8g,%.8g,%.8g,%.8g,%.5f,\n", q.name.c_str(), q.truth, q.estimate, q.p05, q.p95, q.p10,
                  q.p90, q.rank);
    }
    std::fflush(stdout);
  }
  return 0;
}
