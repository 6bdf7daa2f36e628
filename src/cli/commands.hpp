// The commands, each a function from options to an exit code.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/output.hpp"
#include "cli/sensor_files.hpp"
#include "cli/session.hpp"
#include "report/debate_table.hpp"

namespace secondwave {

struct SimulateOptions {
  Common common;
  RunRequest request;
  std::string out;  ///< result folder; empty: none
  bool infections = false;
  bool debate = false;
  SensorFileOptions sensor_files;
};
[[nodiscard]] int simulate_command(const SimulateOptions& options);

/// Answers each claim of the debate.toml beside a scenario: runs the claim's variant (the request's sets, then the
/// claim's) with the same seed and runs, so that hosts and their luck are the same; `base` is the run without any
/// claim's sets. Variants that several claims share run once. When interrupted, the claims left have no answer.
[[nodiscard]] Result<std::vector<DebateRow>> hold_debate(const std::vector<DebateClaim>& claims,
                                                         const RunRequest& request, const Common& common,
                                                         const EnsembleResult& base);

struct VerifyOptions {
  Common common;
  std::string folder;
  std::optional<std::uint32_t> replicate;
  std::uint32_t jobs = 0;
};
[[nodiscard]] int verify_command(const VerifyOptions& options);

struct ScenarioOptions {
  Common common;
  std::string scenario;
  std::vector<std::string> sets;
  bool strict = false;
};
[[nodiscard]] int scenario_list_command(const ScenarioOptions& options);
[[nodiscard]] int scenario_show_command(const ScenarioOptions& options);
[[nodiscard]] int scenario_lint_command(const ScenarioOptions& options);
[[nodiscard]] int scenario_explain_command(const ScenarioOptions& options);

struct VerifyScenarioOptions {
  Common common;
  RunRequest request;
  bool runs_given = false;  ///< else each scenario has the replicates that its expected.toml asks for
  bool all = false;
  std::string out;                ///< result folder; empty: none
  std::string beside;             ///< another scenario, whose medians are shown as well; empty: none
  std::uint32_t beside_runs = 0;  ///< its replicates; 0: as many as of the other
};
[[nodiscard]] int scenario_verify_command(const VerifyScenarioOptions& options);

struct SignatureOptions {
  Common common;
  std::string folder;  ///< of the signatures; empty: those that came with the program
  std::string input;   ///< of test
  std::optional<std::int32_t> year;
  std::uint64_t limit = 1000;
  double max_bad = 0.10;
};
[[nodiscard]] int signatures_list_command(const SignatureOptions& options);
[[nodiscard]] int signatures_test_command(const SignatureOptions& options);

struct ClockOptions {
  Common common;
  std::string scenario;
  std::vector<std::string> sets;
  std::vector<std::string> events;
  std::uint32_t days = 31;
};
[[nodiscard]] int clock_command(const ClockOptions& options);

}  // namespace secondwave
