// A result folder that appears whole or not at all.
#pragma once

#include <filesystem>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "report/manifest_json.hpp"

namespace secondwave {

/// Whether the bytes of a file follow from scenario, seed and version alone.
enum class Bytes { reproducible, may_differ };

/// Everything is written into `DIR.partial-<pid>` beside the target, which is renamed at the end and removed where that
/// end is not reached. Until then an earlier result in DIR stays as it is.
class ResultFolder {
 public:
  ResultFolder(ResultFolder&&) noexcept;
  ResultFolder& operator=(ResultFolder&&) noexcept;
  ~ResultFolder();

  /// Where the result will be.
  [[nodiscard]] const std::filesystem::path& target() const;
  /// Where it is being written.
  [[nodiscard]] const std::filesystem::path& work() const;

  /// Writes a file and notes it for the manifest. `name` has no folder. Errors: machine.
  [[nodiscard]] Status add(const std::string& name, std::string_view bytes, Bytes kind);

  /// Notes a file that somebody else wrote into work().
  void adopt(const std::string& name, const std::string& sha256, Bytes kind);

  /// Writes manifest.json with the files noted so far, and puts the folder in place. `stored.manifest.files` and
  /// `other_files` are set here. Errors: machine; usage, where foreign files came into DIR meanwhile.
  [[nodiscard]] Status commit(StoredManifest stored);

 private:
  struct State;
  explicit ResultFolder(std::unique_ptr<State> state);
  friend Result<ResultFolder> prepare_result_folder(const std::filesystem::path& path);

  std::unique_ptr<State> state_;
};

/// To be called before the simulation runs. Errors: usage, where DIR is a file, the current folder, or holds anything
/// that is not an earlier result of ours (its manifest and the files that it lists); machine, where the folder beside
/// it cannot be created.
[[nodiscard]] Result<ResultFolder> prepare_result_folder(const std::filesystem::path& path);

}  // namespace secondwave
