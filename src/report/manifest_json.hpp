// manifest.json: written last into a result folder, and read back from folders that anybody may have touched.
#pragma once

#include <cstddef>
#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

#include "records/manifest.hpp"

namespace secondwave {

/// No manifest of ours is larger; a larger one is not read.
inline constexpr std::size_t largest_manifest_bytes = std::size_t{64} << 20;

/// The manifest, and what else the folder holds.
struct StoredManifest {
  Manifest manifest;
  /// Files whose bytes may differ between machines though the result is the same (plots, HTML, NetCDF): not hashed.
  std::vector<std::string> other_files = {};
  std::vector<std::string> warnings = {};
};

[[nodiscard]] std::string manifest_to_json(const StoredManifest& stored);

/// Reads untrusted text. `file` is named in errors, which are all ErrorKind::data: with line and column where it is not
/// JSON, with the key where a value is missing or impossible. File names with a slash, or "..", are refused.
[[nodiscard]] Result<StoredManifest> manifest_from_json(std::string_view text, const std::string& file);

/// The manifest of a result folder. Errors: machine where it cannot be read, else data.
[[nodiscard]] Result<StoredManifest> read_manifest(const std::filesystem::path& folder);

}  // namespace secondwave
