// From what the user typed to a model that is ready to run, with everything that its manifest must name.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "cli/output.hpp"
#include "engine/model.hpp"
#include "ensemble/ensemble.hpp"
#include "records/manifest.hpp"
#include "report/record_table.hpp"
#include "report/result_files.hpp"
#include "scenario/expectations.hpp"

namespace secondwave {

/// Which scenario, how often and with which luck.
struct RunRequest {
  std::string scenario;  ///< a name of the library, or a path
  std::vector<std::string> sets;
  std::uint32_t runs = 100;
  std::uint64_t seed = 1;
  std::uint32_t jobs = 0;  ///< 0: all processors
  std::string construction = "auto";
  double max_bad = 0.10;  ///< share of bad rows that a table may have
  bool addresses = false;
};

/// A model, the construction that runs it, and the tables that were read for it.
struct Session {
  std::unique_ptr<Model> model;
  Construction construction = Construction::order;
  std::vector<TableStamp> tables;
  std::shared_ptr<const CountryTable> table;  ///< of countries; null where none was read
};

/// Finds and reads the scenario that a request names. Errors: usage, data.
[[nodiscard]] Result<ScenarioSpec> find_scenario(const std::string& name, const std::vector<std::string>& sets);

/// Reads the tables that the scenario needs and makes its model. What was skipped in a table is told to the user.
[[nodiscard]] Result<Session> open_session(ScenarioSpec spec, const RunRequest& request, const Common& common);

/// Runs all replicates with a progress bar.
[[nodiscard]] Result<EnsembleResult> run_session(const Session& session, const RunRequest& request,
                                                 const Common& common,
                                                 std::function<Status(const RunResult&)> each_run = {});

/// The manifest of a run, but for what the result folder fills in.
[[nodiscard]] Manifest manifest_of(const Session& session, const RunRequest& request);

/// Median and 90% interval over the replicates of an outcome, or, with `at`, of a curve at one of its times. Nothing
/// where the ensemble has no such value.
struct SimulatedValue {
  std::optional<double> median, p05, p95;
};
[[nodiscard]] SimulatedValue simulated_value(const EnsembleResult& result, const std::string& name,
                                             const std::optional<UtcTime>& at);

/// The expected outcomes of a scenario beside what an ensemble gave.
[[nodiscard]] std::vector<RecordRow> compare_with_record(const Expectations& expected, const EnsembleResult& result);

}  // namespace secondwave
