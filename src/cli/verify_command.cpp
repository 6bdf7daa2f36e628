#include <fmt/format.h>

#include <filesystem>
#include <utility>

#include "cli/commands.hpp"
#include "cli/environment.hpp"
#include "report/curve_bands.hpp"
#include "report/manifest_json.hpp"
#include "report/output_file.hpp"
#include "report/result_files.hpp"
#include "report/table.hpp"
#include "scenario/reader.hpp"

namespace secondwave {
namespace {

/// What was compared, and how it came out.
struct Comparison {
  std::string what;
  std::string stored;
  std::string found;
  [[nodiscard]] bool equal() const { return stored == found; }
};

constexpr std::size_t largest_file_bytes = std::size_t{16} << 30;

/// The files of the folder as they are now against what the manifest says of them.
Result<std::vector<Comparison>> compare_files(const std::filesystem::path& folder, const Manifest& manifest) {
  std::vector<Comparison> all;
  for (const auto& [name, sha256] : manifest.files) {
    const Result<std::string> bytes = read_file(folder / name, largest_file_bytes);
    all.push_back({name, sha256, bytes ? sha256_of(*bytes) : "cannot be read: " + bytes.error().message});
  }
  return all;
}

/// The model of the manifest, its tables unchanged since.
Result<Session> reopen(const Manifest& manifest, const std::string& folder, RunRequest& request, const Common& common) {
  if (manifest.model != model_version) {
    return failure(ErrorKind::machine,
                   fmt::format("the result was made with version {} of the model; this program has version {}",
                               manifest.model, model_version),
                   {}, "verify it with secondwave " + manifest.program_version);
  }
  if (!construction_from(manifest.construction)) {
    return failure(ErrorKind::data, fmt::format("there is no construction '{}'", manifest.construction.substr(0, 80)),
                   {.file = folder + "/manifest.json"}, "the manifest was changed since it was written");
  }
  Result<ScenarioSpec> spec =
      parse_scenario(manifest.scenario_text, folder + "/manifest.json (scenario_text)", {}, no_parents());
  if (!spec) return tl::unexpected(spec.error());
  // A table that has a name of its own is the one of this machine; a path was relative to the scenario's file.
  const bool is_path = spec->population.placement.table != "plan" && spec->population.placement.table != "tor-geoip";
  if (!manifest.tables.empty() && is_path) spec->population.placement.table = manifest.tables[0].path;
  request.seed = manifest.seed;
  request.runs = manifest.runs_done;
  request.construction = manifest.construction;
  request.addresses = !manifest.tables.empty();
  Result<Session> session = open_session(std::move(*spec), request, common);
  if (!session) return session;
  for (std::size_t i = 0; i < session->tables.size(); ++i) {
    if (i < manifest.tables.size() && session->tables[i].sha256 == manifest.tables[i].sha256) continue;
    return failure(
        ErrorKind::machine, "the table " + session->tables[i].path + " is not the one that the result was made with",
        {}, "bring back the file whose SHA-256 is " + (i < manifest.tables.size() ? manifest.tables[i].sha256 : "?"));
  }
  return session;
}

Result<std::vector<Comparison>> recompute(const Manifest& manifest, const Session& session, const RunRequest& request,
                                          const VerifyOptions& options) {
  std::vector<Comparison> all;
  if (options.replicate) {
    if (*options.replicate >= manifest.replicate_digests.size()) {
      return failure(ErrorKind::usage, fmt::format("there is no replicate {}: the result has {}", *options.replicate,
                                                   manifest.replicate_digests.size()));
    }
    const Result<std::string> digest = digest_of_replicate(
        *session.model, {.seed = request.seed, .replicate = *options.replicate, .construction = session.construction});
    if (!digest) return tl::unexpected(digest.error());
    all.push_back(
        {fmt::format("replicate {}", *options.replicate), manifest.replicate_digests[*options.replicate], *digest});
    return all;
  }
  const Result<EnsembleResult> result = run_session(session, request, options.common);
  if (!result) return tl::unexpected(result.error());
  if (result->partial()) return failure(ErrorKind::interrupted, "interrupted: nothing is verified");
  all.push_back({"run_hash", manifest.run_hash, result->run_hash});
  const auto compare_text = [&](const std::string& name, const std::string& text) {
    const auto found = manifest.files.find(name);
    if (found != manifest.files.end()) all.push_back({name + " (recomputed)", found->second, sha256_of(text)});
  };
  compare_text("curve.csv", curve_csv(*result));
  compare_text("replicates.csv", replicates_csv(*result));
  return all;
}

Status print(const std::vector<Comparison>& all, bool equal, Format format) {
  Table table{{"what", "equal", "stored", "found"}, {}, {}};
  for (const Comparison& each : all) table.rows.push_back({each.what, each.equal(), each.stored, each.found});
  if (format == Format::csv) return emit(table_csv(table));
  if (format == Format::json) {
    // {"comparisons": [...]} with the verdict put in front.
    const std::string rows = table_json(table, "comparisons");
    return emit(fmt::format("{{\n  \"equal\": {},{}", equal ? "true" : "false", rows.substr(rows.find('{') + 1)));
  }
  std::string text;
  for (const Comparison& each : all) {
    text += fmt::format("{}: {}\n", each.what, each.equal() ? "equal" : "NOT EQUAL");
    if (!each.equal()) text += fmt::format("  stored {}\n  found  {}\n", each.stored, each.found);
  }
  return emit(text + (equal ? "equal: the result is what its manifest says\n" : "not equal\n"));
}

Result<int> verify(const VerifyOptions& options) {
  const Result<StoredManifest> stored = read_manifest(options.folder);
  if (!stored) return tl::unexpected(stored.error());
  const Manifest& manifest = stored->manifest;
  Result<std::vector<Comparison>> all = compare_files(options.folder, manifest);
  if (!all) return tl::unexpected(all.error());
  RunRequest request;
  request.jobs = options.jobs;
  request.max_bad = 1.0;
  const Result<Session> session = reopen(manifest, options.folder, request, options.common);
  if (!session) return tl::unexpected(session.error());
  const auto computed = recompute(manifest, *session, request, options);
  if (!computed) return tl::unexpected(computed.error());
  all->insert(all->end(), computed->begin(), computed->end());
  bool equal = true;
  for (const Comparison& each : *all) equal = equal && each.equal();
  if (const Status status = print(*all, equal, options.common.format); !status) return tl::unexpected(status.error());
  return equal ? 0 : 1;
}

}  // namespace

int verify_command(const VerifyOptions& options) {
  const Result<int> code = verify(options);
  return code ? *code : report_error(code.error());
}

}  // namespace secondwave
