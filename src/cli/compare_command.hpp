// Variants of a scenario in one world: what a decision would have changed.
#pragma once

#include <string>
#include <vector>

#include "cli/output.hpp"
#include "cli/session.hpp"
#include "cli/variants.hpp"
#include "ensemble/paired.hpp"

namespace secondwave {

struct CompareOptions {
  Common common;
  RunRequest request;
  std::vector<std::string> variants;
  std::string out;         ///< result folder; empty: none
  std::uint32_t top = 10;  ///< groups shown of each grouping
};
[[nodiscard]] int compare_command(const CompareOptions& options);

/// What a comparison is written from. The first of `variants` is the base, and so is the first model of `result`.
struct ComparisonReport {
  std::string scenario;
  std::string title;
  std::uint64_t seed = 0;
  std::uint32_t runs_asked = 0;
  std::vector<Variant> variants;
  PairedEnsemble result;
  std::string no_groups;  ///< why hosts are not counted by country; empty where they are
  std::uint32_t top = 10;
};

/// Variants by infections prevented, the best first.
[[nodiscard]] std::vector<std::size_t> ranking_of(const ComparisonReport& report);

[[nodiscard]] std::string comparison_json(const ComparisonReport& report);
[[nodiscard]] std::string comparison_csv(const ComparisonReport& report);
[[nodiscard]] std::string gains_csv(const ComparisonReport& report);
[[nodiscard]] std::string comparison_text(const ComparisonReport& report);

}  // namespace secondwave
