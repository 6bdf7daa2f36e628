#include "cli/destination.hpp"

#include <unistd.h>

#include <cerrno>
#include <cstring>
#include <filesystem>
#include <utility>

#include "scenario/explain.hpp"

namespace secondwave {
namespace {

std::vector<ParameterRow> parameters_of(const ScenarioSpec& spec) {
  std::vector<ParameterRow> rows;
  for (const ExplainRow& row : explain_scenario(spec)) {
    rows.push_back({row.parameter, row.value, row.unit, row.source});
  }
  return rows;
}

}  // namespace

Status check_folder_to_write(const std::string& path) {
  namespace fs = std::filesystem;
  std::error_code error;
  fs::path there = fs::absolute(path, error).lexically_normal();
  while (!there.empty() && !fs::exists(fs::symlink_status(there, error)) && there != there.parent_path())
    there = there.parent_path();
  if (!fs::is_directory(there, error))
    return failure(ErrorKind::usage, "this is not a folder", {.file = there.string()}, "name a folder, or a new one");
  if (::access(there.c_str(), W_OK | X_OK) == 0) return {};
  return failure(ErrorKind::machine, std::string("nothing can be written there: ") + std::strerror(errno),
                 {.file = there.string()}, "name another folder; nothing was computed");
}

Result<Destination> prepare_destination(const std::string& out, bool infections) {
  Destination destination;
  if (out.empty()) {
    if (!infections) return destination;
    return failure(ErrorKind::usage, "--infections writes into the result folder, but none is named", {},
                   "add --out DIR");
  }
  Result<ResultFolder> folder = prepare_result_folder(out);
  if (!folder) return tl::unexpected(folder.error());
  destination.folder = std::move(*folder);
  if (infections) {
    Result<InfectionsWriter> writer = InfectionsWriter::create(destination.folder->work() / infections_file_name);
    if (!writer) return tl::unexpected(writer.error());
    destination.infections = std::move(*writer);
  }
  return destination;
}

Result<std::vector<std::string>> write_destination(Destination destination, const Session& session,
                                                   const RunRequest& request, const EnsembleResult& result,
                                                   std::vector<RecordRow> record, std::vector<DebateRow> debate) {
  if (!destination.folder) return result.warnings;
  Manifest manifest = manifest_of(session, request);
  if (destination.infections) {
    const Result<std::string> sha256 = destination.infections->finish();
    if (!sha256) return tl::unexpected(sha256.error());
    destination.folder->adopt(infections_file_name, *sha256, Bytes::reproducible);
    manifest.infections_written = true;
  }
  return write_result(
      std::move(*destination.folder),
      {result, std::move(manifest), parameters_of(session.model->spec()), std::move(record), std::move(debate)});
}

}  // namespace secondwave
