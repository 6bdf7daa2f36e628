#include "report/result_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <system_error>
#include <utility>

#include "base/text.hpp"
#include "report/curve_bands.hpp"
#include "report/netcdf_file.hpp"
#include "report/number_text.hpp"
#include "report/output_file.hpp"
#include "report/plots.hpp"
#include "report/report_html.hpp"

namespace secondwave {
namespace {

StoredManifest stored_of(const ResultContent& content) {
  StoredManifest stored{.manifest = content.manifest, .warnings = content.result.warnings};
  Manifest& manifest = stored.manifest;
  const EnsembleResult& result = content.result;
  manifest.scenario_name = result.scenario_name;
  manifest.seed = result.seed;
  manifest.runs_asked = result.runs_asked;
  manifest.runs_done = result.runs_done;
  manifest.partial = result.partial();
  manifest.run_hash = result.run_hash;
  manifest.replicate_digests.clear();
  for (const ReplicateRow& row : result.replicates) manifest.replicate_digests.push_back(row.digest);
  return stored;
}

/// gnuplot's script stands in the work folder only while gnuplot reads it. Its own trouble is a warning; a file that we
/// cannot write is an error.
Status add_plot(ResultFolder& folder, const Plot& plot, PlotFormat format, std::vector<std::string>& warnings) {
  const char* ending = format == PlotFormat::svg ? ".svg" : ".png";
  const std::filesystem::path script = folder.work() / (plot.file_stem + ".gnuplot");
  if (auto written = write_file(script, gnuplot_script(plot, format)); !written) return tl::unexpected(written.error());
  const auto picture = run_gnuplot(script);
  std::error_code ignored;
  std::filesystem::remove(script, ignored);
  if (picture) return folder.add(plot.file_stem + ending, *picture, Bytes::may_differ);
  const std::string warning =
      fmt::format("no plots: {} (the tables have what they would show)", picture.error().message);
  if (std::find(warnings.begin(), warnings.end(), warning) == warnings.end()) warnings.push_back(warning);
  return {};
}

}  // namespace

Status add_plots(ResultFolder& folder, const std::vector<Plot>& plots, std::vector<std::string>& warnings) {
  for (const Plot& plot : plots) {
    for (const PlotFormat format : {PlotFormat::svg, PlotFormat::png}) {
      const std::size_t before = warnings.size();
      if (auto added = add_plot(folder, plot, format, warnings); !added) return added;
      // One failure is enough: a gnuplot that is absent or hangs would do so for each plot.
      if (warnings.size() > before) return {};
    }
  }
  return {};
}

namespace {

Status add_netcdf(ResultFolder& folder, const EnsembleResult& result, std::vector<std::string>& warnings) {
  const auto bytes = netcdf_bytes(result);
  if (!bytes) return tl::unexpected(bytes.error());
  if (!*bytes) {
    warnings.emplace_back("no ensemble.nc: this secondwave was built without NetCDF");
    return {};
  }
  return folder.add("ensemble.nc", **bytes, Bytes::may_differ);
}

}  // namespace

std::string replicates_csv(const EnsembleResult& result) {
  std::string out = "replicate,digest";
  for (const std::string& name : result.outcome_names) out.append(",").append(escape_for_csv(name));
  out += '\n';
  for (const ReplicateRow& row : result.replicates) {
    out += fmt::format("{},{}", row.replicate, escape_for_csv(row.digest));
    for (const double value : row.values) out.append(",").append(number_for_machines(value));
    out += '\n';
  }
  return out;
}

Result<std::vector<std::string>> write_result(ResultFolder folder, const ResultContent& content) {
  const EnsembleResult& result = content.result;
  SECONDWAVE_REQUIRE(result.replicates.size() == result.runs_done);
  StoredManifest stored = stored_of(content);
  std::vector<std::string>& warnings = stored.warnings;
  Status done = folder.add("curve.csv", curve_csv(result), Bytes::reproducible);
  if (done) done = folder.add("replicates.csv", replicates_csv(result), Bytes::reproducible);
  if (done && !content.debate.empty()) {
    done = folder.add("debate.csv", table_csv(debate_columns(content.debate)), Bytes::reproducible);
  }
  if (done) done = add_netcdf(folder, result, warnings);
  if (done) done = add_plots(folder, plots_of(result), warnings);
  if (done) {
    const std::string page = report_html(content, stored, folder.target().filename().string());
    done = folder.add("report.html", page, Bytes::may_differ);
  }
  if (done) done = folder.commit(stored);
  if (!done) return tl::unexpected(done.error());
  return warnings;
}

}  // namespace secondwave
