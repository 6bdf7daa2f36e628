// Simulation-based calibration (Talts et al. 2018): outbreaks drawn from the priors, run by the exact engine, seen by a
// sensor, fitted. A line of CSV for each quantity of each outbreak. docs/quality.md holds what came out.
//   calibrate_inference MODEL KIND FIRST COUNT [SEED]     MODEL: si, two-factor; KIND: as in series
#include <cstdio>
#include <cstdlib>
#include <string>

#include "outbreaks.hpp"

int main(int argc, char** argv) {
  using namespace secondwave;
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
