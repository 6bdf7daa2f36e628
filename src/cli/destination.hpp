// The result folder that a command may be told to write.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/session.hpp"
#include "report/infections_writer.hpp"
#include "report/result_files.hpp"

namespace secondwave {

/// A folder and a writer of infections, both made before anything runs; nothing where none was asked for.
struct Destination {
  std::optional<ResultFolder> folder;
  std::optional<InfectionsWriter> infections;
};

/// Whether a folder can be written, or made where it is not there, as far as can be told without doing it: so that long
/// work does not end at a place that cannot take its result. Errors: usage (something on the way is no folder), machine
/// (no permission, a read-only disk).
[[nodiscard]] Status check_folder_to_write(const std::string& path);

/// `out` is empty for none. Errors: usage (infections without a folder; see prepare_result_folder), machine.
[[nodiscard]] Result<Destination> prepare_destination(const std::string& out, bool infections);

/// Ends the writer of infections and writes the folder, where there is one. Gives the warnings.
[[nodiscard]] Result<std::vector<std::string>> write_destination(Destination destination, const Session& session,
                                                                 const RunRequest& request,
                                                                 const EnsembleResult& result,
                                                                 std::vector<RecordRow> record,
                                                                 std::vector<DebateRow> debate = {});

}  // namespace secondwave
