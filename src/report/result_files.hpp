// All that a finished (or interrupted) simulation leaves in its folder.
#pragma once

#include <string>
#include <vector>

#include "ensemble/ensemble_result.hpp"
#include "records/manifest.hpp"
#include "report/debate_table.hpp"
#include "report/plots.hpp"
#include "report/record_table.hpp"
#include "report/result_folder.hpp"

namespace secondwave {

/// One line of the table of parameters: all texts, as they are shown.
struct ParameterRow {
  std::string parameter;
  std::string value;
  std::string unit;
  std::string source;
};

/// What the files are made from. `result` must outlive the call that it is given to.
struct ResultContent {
  const EnsembleResult& result;
  Manifest manifest;  ///< run_hash, runs, partial and digests are taken from `result`; files are filled in
  std::vector<ParameterRow> parameters;
  std::vector<RecordRow> record;       ///< shown in report.html where there is any
  std::vector<DebateRow> debate = {};  ///< likewise, and written to debate.csv
};

/// Writes curve.csv, replicates.csv, ensemble.nc, plots, report.html and manifest.json, and puts the folder in place.
/// (infections.csv.zst was written and adopted before.) Gives the warnings: the result's own, and what could not be
/// made though the result is sound (no gnuplot, no NetCDF). Errors: machine; usage (see ResultFolder::commit); the
/// folder is then gone.
[[nodiscard]] Result<std::vector<std::string>> write_result(ResultFolder folder, const ResultContent& content);

/// Draws each plot as SVG and PNG into the folder. What gnuplot cannot draw is a warning. Errors: machine.
[[nodiscard]] Status add_plots(ResultFolder& folder, const std::vector<Plot>& plots,
                               std::vector<std::string>& warnings);

/// "replicate,digest,<outcomes>": a row a replicate; empty where an outcome has no value.
[[nodiscard]] std::string replicates_csv(const EnsembleResult& result);

}  // namespace secondwave
