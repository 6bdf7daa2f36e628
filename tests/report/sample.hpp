// A small made-up ensemble, and texts that mean harm, for the tests of this room.
#pragma once

#include <unistd.h>

#include <cmath>
#include <cstdio>
#include <filesystem>
#include <fstream>
#include <limits>
#include <sstream>
#include <string>

#include "ensemble/ensemble_result.hpp"

namespace secondwave::testing {

/// Everything that ever broke a page, a terminal, a spreadsheet or a plotting program.
inline const std::string hostile =
    "<script>alert(1)</script> \x1b[31mred\x1b]0;owned\x07 \"quoted\" 'single' `touch owned` $(touch owned) "
    "\\ back\nsystem \"touch owned\"\n=cmd() \xff\xfe \xe2\x80\xae bidi & {/:Bold x} @macro %s ]]> --> END";

/// A logistic rise, a little different in each replicate; sums and products only, so the same everywhere.
inline EnsembleResult sample_result(std::uint32_t runs = 20, std::size_t times = 85) {
  EnsembleResult r;
  r.scenario_name = "code-red-july";
  r.title = "Code Red, 19 July 2001";
  r.start = to_utc({.year = 2001, .month = 7, .day = 19, .hour = 10});
  r.end_s = 14 * 3600.0;
  r.seed = 42;
  r.runs_asked = r.runs_done = runs;
  r.run_hash = std::string(64, 'a');
  r.outcome_names = {"growth_rate_per_hour", "ever_infected", "half_infected_after_h", "peak_new_per_min"};
  r.outcome_units = {"1/h", "hosts", "h", "hosts"};
  r.outcome_reasons = {"", "", "", ""};
  CurveTable ever{.quantity = "ever_infected", .unit = "hosts"};
  for (std::size_t i = 0; i < times; ++i)
    ever.time_s.push_back(r.end_s * static_cast<double>(i) / static_cast<double>(times - 1));
  CurveTable fresh{.quantity = "new_infected_per_min", .unit = "hosts", .time_s = ever.time_s};
  CurveTable sources{.quantity = "telescope.sources", .unit = "sources", .time_s = ever.time_s};
  for (std::uint32_t k = 0; k < runs; ++k) {
    const double late = 22000 + 4000.0 * k / runs;
    double before = -1;
    for (const double t : ever.time_s) {
      const double x = (t - late) / 2000;
      // A sigmoid without exp: x / (1 + |x|), moved to 0 .. 1.
      const double share = (x / (1 + std::fabs(x)) + 1) / 2;
      const double infected = std::floor(359104 * share * share * (3 - 2 * share));
      ever.value.push_back(infected);
      fresh.value.push_back(before < 0 ? 0 : std::floor((infected - before) / 10));
      sources.value.push_back(std::floor(infected * 0.62));
      before = infected;
    }
    r.replicates.push_back({k,
                            std::string(30, '0') + (k < 10 ? "0" : "1") + std::to_string(k % 10),
                            {1.8 + 0.01 * k, 359104.0 - k, 6.11 + 0.0694 * k, 2200.0 + k}});
  }
  r.curves = {ever, fresh, sources};
  r.curve_replicates = runs;
  return r;
}

/// A folder of its own for each test, removed at the end.
class Scratch {
 public:
  Scratch() {
    std::string pattern = (std::filesystem::temp_directory_path() / "secondwave-test-XXXXXX").string();
    if (::mkdtemp(pattern.data()) == nullptr) std::perror("mkdtemp");
    path_ = pattern;
  }
  ~Scratch() {
    std::error_code ignored;
    std::filesystem::remove_all(path_, ignored);
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  [[nodiscard]] const std::filesystem::path& path() const { return path_; }
  [[nodiscard]] std::filesystem::path operator/(const std::string& name) const { return path_ / name; }

 private:
  std::filesystem::path path_;
};

inline std::string slurp(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  std::stringstream out;
  out << in.rdbuf();
  return out.str();
}

inline void spill(const std::filesystem::path& path, const std::string& text) {
  std::ofstream(path, std::ios::binary) << text;
}

}  // namespace secondwave::testing
