#include "cli/compare_command.hpp"

#include <fmt/format.h>

#include <utility>

#include "cli/environment.hpp"
#include "ensemble/thread_executor.hpp"
#include "report/curve_bands.hpp"
#include "report/plots.hpp"
#include "report/progress_bar.hpp"
#include "report/result_files.hpp"

namespace secondwave {
namespace {

/// The models of all variants, the base first.
struct World {
  std::vector<Session> sessions;
  bool addresses = false;
  std::string no_groups;
};

Result<Session> open_variant(const Variant& variant, RunRequest request, bool addresses, const Common& common) {
  request.sets.insert(request.sets.end(), variant.sets.begin(), variant.sets.end());
  request.construction = to_string(Construction::pressure);
  request.addresses = addresses;
  Result<ScenarioSpec> spec = find_scenario(request.scenario, request.sets);
  Result<Session> session = spec ? open_session(std::move(*spec), request, common) : tl::unexpected(spec.error());
  if (session || variant.name == base_variant) return session;
  Error error = session.error();
  error.message = fmt::format("variant {}: {}", variant.name, error.message);
  return tl::unexpected(std::move(error));
}

Result<World> open_world(const std::vector<Variant>& variants, const CompareOptions& options) {
  World world;
  world.addresses = true;
  Result<Session> base = open_variant(variants[0], options.request, true, options.common);
  if (!base && base.error().kind == ErrorKind::machine) {
    // The table of countries may be missing where the outbreak itself needs no addresses.
    Result<Session> without = open_variant(variants[0], options.request, false, options.common);
    if (without) {
      world.addresses = false;
      world.no_groups = base.error().message;
      base = std::move(without);
    }
  }
  if (!base) return tl::unexpected(base.error());
  world.sessions.push_back(std::move(*base));
  const Common quiet{.format = options.common.format, .quiet = true};  // of a table's bad rows the base has told
  for (std::size_t i = 1; i < variants.size(); ++i) {
    Result<Session> session = open_variant(variants[i], options.request, world.addresses, quiet);
    if (!session) return tl::unexpected(session.error());
    world.sessions.push_back(std::move(*session));
  }
  return world;
}

std::vector<Grouping> groupings_of(const World& world) {
  std::vector<Grouping> all;
  if (!world.addresses) return all;
  const PopulationSpec& population = world.sessions[0].model->spec().population;
  if (world.sessions[0].table != nullptr) all.push_back(by_country(*world.sessions[0].table));
  const int length = population.placement.networks > 0 ? population.placement.network_length : 16;
  all.push_back(by_prefix("network", length, population.address_bits));
  all.push_back(by_prefix("prefix", 8, population.address_bits));
  return all;
}

Result<PairedEnsemble> run_world(const World& world, const CompareOptions& options) {
  std::vector<const Model*> models;
  for (const Session& session : world.sessions) models.push_back(session.model.get());
  ThreadExecutor executor(options.request.jobs);
  ProgressBar bar({.terminal = stderr_is_terminal() && !options.common.quiet,
                   .utf8 = terminal_style().utf8,
                   .clock_s = steady_seconds,
                   .sink = write_to_stderr});
  Result<PairedEnsemble> result = run_paired(models, executor,
                                             {.runs = options.request.runs,
                                              .seed = options.request.seed,
                                              .construction = Construction::pressure,
                                              .addresses = world.addresses,
                                              .groupings = groupings_of(world),
                                              .cancel = &cancelled_by_signal(),
                                              .progress = &bar});
  bar.finish();
  return result;
}

Plot plot_of(const ComparisonReport& report) {
  Plot plot{
      .file_stem = "compare",
      .title = report.title.empty() ? report.scenario : report.title,
      .subtitle = fmt::format("Hosts ever infected: base with its bands, variants by their medians; {} runs, seed {}",
                              report.result.runs_done, report.seed),
      .axis = "Hosts ever infected",
      .curves = {},
      .start = report.result.start};
  for (std::size_t i = 0; i < report.variants.size(); ++i) {
    const CurveTable& curve = report.result.models[i].infected;
    if (curve.value.empty() || curve.time_s.size() < 2) continue;
    plot.curves.push_back(thinned(bands_of(curve), 1200));
    plot.curves.back().quantity = report.variants[i].name;
  }
  return plot;
}

Status write_folder(ResultFolder folder, const ComparisonReport& report, const Session& base, const RunRequest& request,
                    const Common& common) {
  StoredManifest stored{.manifest = manifest_of(base, request)};
  const PairedResult& first = report.result.models[0];
  stored.manifest.command = "compare";
  stored.manifest.run_hash = first.run_hash;
  stored.manifest.runs_done = report.result.runs_done;
  stored.manifest.partial = report.result.runs_done < report.runs_asked;
  for (const ReplicateRow& row : first.replicates) stored.manifest.replicate_digests.push_back(row.digest);
  const std::pair<const char*, std::string> files[] = {{"compare.json", comparison_json(report)},
                                                       {"differences.csv", comparison_csv(report)},
                                                       {"gains.csv", gains_csv(report)}};
  for (const auto& [name, text] : files) {
    if (const Status status = folder.add(name, text, Bytes::reproducible); !status) return status;
  }
  Plot plot = plot_of(report);
  if (!plot.curves.empty()) {
    const Status drawn = add_plots(folder, {std::move(plot)}, stored.warnings);
    if (!drawn) return drawn;
  }
  for (const std::string& warning : stored.warnings) tell(common, "warning: " + warning);
  return folder.commit(std::move(stored));
}

Result<int> compare(const CompareOptions& options) {
  Result<std::vector<Variant>> given = parse_variants(options.variants);
  if (!given) return tl::unexpected(given.error());
  ComparisonReport report{.scenario = {},
                          .title = {},
                          .seed = options.request.seed,
                          .runs_asked = options.request.runs,
                          .variants = std::move(*given),
                          .result = {},
                          .no_groups = {},
                          .top = options.top};
  report.variants.insert(report.variants.begin(), Variant{.name = base_variant, .sets = {}});
  const Result<World> world = open_world(report.variants, options);
  if (!world) return tl::unexpected(world.error());
  const Session& base = world->sessions[0];
  report.scenario = base.model->spec().name;
  report.title = base.model->spec().title;
  report.no_groups = world->no_groups;
  std::optional<ResultFolder> folder;
  if (!options.out.empty()) {
    Result<ResultFolder> made = prepare_result_folder(options.out);
    if (!made) return tl::unexpected(made.error());
    folder = std::move(*made);
  }
  tell(options.common, fmt::format("{}: base and {} variants, {} replicates, seed {}, construction pressure",
                                   report.scenario, report.variants.size() - 1, options.request.runs, report.seed));
  Result<PairedEnsemble> result = run_world(*world, options);
  if (!result) return tl::unexpected(result.error());
  report.result = std::move(*result);
  const bool partial = report.result.runs_done < report.runs_asked;
  if (report.result.runs_done == 0) return failure(ErrorKind::interrupted, "interrupted before a replicate was done");
  if (folder) {
    const Status written = write_folder(std::move(*folder), report, base, options.request, options.common);
    if (!written) return tl::unexpected(written.error());
  }
  const std::string text = options.common.format == Format::json  ? comparison_json(report)
                           : options.common.format == Format::csv ? comparison_csv(report)
                                                                  : comparison_text(report);
  if (const Status status = emit(text); !status) return tl::unexpected(status.error());
  if (!options.out.empty()) tell(options.common, "result in " + options.out);
  if (!partial) return 0;
  tell(options.common, fmt::format("interrupted: {} of {} replicates are in this result, which is marked partial",
                                   report.result.runs_done, report.runs_asked));
  return exit_code(ErrorKind::interrupted);
}

}  // namespace

int compare_command(const CompareOptions& options) {
  const Result<int> code = compare(options);
  return code ? *code : report_error(code.error());
}

}  // namespace secondwave
