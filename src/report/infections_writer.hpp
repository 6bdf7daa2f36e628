// infections.csv.zst: every infection of every replicate, streamed.
#pragma once

#include <cstddef>
#include <filesystem>
#include <memory>
#include <string>

#include "base/error.hpp"
#include "records/run_result.hpp"

namespace secondwave {

inline constexpr const char* infections_file_name = "infections.csv.zst";

/// Writes "replicate,time_s,host,address,source_host,source_address", a line an infection, in the order given. Fields
/// are empty where nobody infected the host, and where the run has no addresses. Memory does not grow with the runs.
class InfectionsWriter {
 public:
  /// Errors: machine, as for all functions here.
  [[nodiscard]] static Result<InfectionsWriter> create(const std::filesystem::path& path);

  InfectionsWriter(InfectionsWriter&&) noexcept;
  InfectionsWriter& operator=(InfectionsWriter&&) noexcept;
  ~InfectionsWriter();

  [[nodiscard]] Status append(const RunResult& run);

  /// Ends the stream and gives the SHA-256 of the file. Nothing may be appended afterwards.
  [[nodiscard]] Result<std::string> finish();

 private:
  struct State;
  explicit InfectionsWriter(std::unique_ptr<State> state);

  std::unique_ptr<State> state_;
};

}  // namespace secondwave
