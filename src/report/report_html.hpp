// report.html: the result on one page that opens from disk.
#pragma once

#include <string>
#include <vector>

#include "report/manifest_json.hpp"
#include "report/result_files.hpp"

namespace secondwave {

/// A whole page: no scripts, nothing fetched, light and dark. Every text from outside is escaped. `folder` is the name
/// shown in the commands that check the result.
[[nodiscard]] std::string report_html(const ResultContent& content, const StoredManifest& stored,
                                      const std::string& folder);

}  // namespace secondwave
