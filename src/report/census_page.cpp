// The folder of a census: pictures, and a page that shows them.
#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <system_error>

#include "base/text.hpp"
#include "report/census_pictures.hpp"
#include "report/child_process.hpp"
#include "report/output_file.hpp"
#include "report/report_style.hpp"

namespace fs = std::filesystem;

namespace secondwave {
namespace {

constexpr const char* page_name = "report.html";
/// Stands in every page of ours, so that a folder is known again.
constexpr std::string_view page_mark = "<meta name=\"generator\" content=\"secondwave census\">";
constexpr std::size_t largest_page = std::size_t{64} << 20;

constexpr double longest_drawing_s = 30;
constexpr std::size_t largest_png = std::size_t{64} << 20;

/// True where a folder holds our page, and besides it pictures alone.
Result<bool> may_be_replaced(const fs::path& folder) {
  std::error_code error;
  bool empty = true;
  bool foreign = false;
  for (fs::directory_iterator it(folder, error), end; !error && it != end; it.increment(error)) {
    empty = false;
    std::error_code unknown;
    const fs::path ending = it->path().extension();
    const bool ours = it->path().filename() == page_name || ending == ".svg" || ending == ".png";
    foreign = foreign || !ours || !fs::is_regular_file(it->symlink_status(unknown));
  }
  if (error) return file_failure(folder, "read the folder", error.value());
  if (empty) return true;
  const Result<std::string> page = read_file(folder / page_name, largest_page);
  return !foreign && page && page->find(page_mark) != std::string::npos;
}

/// The same picture as PNG beside an SVG. That it cannot be drawn is a warning, that it cannot be written an error.
Status add_png(const fs::path& svg, std::vector<std::string>& warnings) {
  const auto drawn =
      run_child({"rsvg-convert", "--format=png", "--zoom=2", svg.string()}, longest_drawing_s, largest_png);
  if (!drawn) {
    warnings.push_back("no PNG beside the pictures: " + drawn.error().message + " (package librsvg2-bin)");
    return {};
  }
  const auto written = write_file(fs::path(svg).replace_extension(".png"), drawn->out);
  return written ? Status() : tl::unexpected(written.error());
}

Status put_in_place(const fs::path& work, const fs::path& folder) {
  std::error_code error;
  const fs::path old = folder.string() + fmt::format(".old-{}", ::getpid());
  const bool stands = fs::exists(folder, error);
  if (stands) fs::rename(folder, old, error);
  if (!error) fs::rename(work, folder, error);
  if (error) return file_failure(folder, "put the folder in place", error.value());
  if (stands) fs::remove_all(old, error);
  return {};
}

}  // namespace

std::string census_html(const CensusPage& page) {
  const std::string title = escape_for_html(page.title);
  std::string out = fmt::format(
      "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n{}\n<meta "
      "http-equiv=\"Content-Security-Policy\" "
      "content=\"default-src 'none'; style-src 'unsafe-inline'\">\n<meta name=\"viewport\" "
      "content=\"width=device-width\">\n<title>{}</title>\n<style>{}</style>\n</head>\n<body>\n<main>\n<h1>{}</h1>\n",
      page_mark, title, report_style, title);
  for (const std::string& warning : page.warnings)
    out += fmt::format("<p class=\"notice\">{}</p>\n", escape_for_html(warning));
  for (const auto& [name, picture] : page.pictures) out += "<figure>" + picture + "</figure>\n";
  out += "<h2>Where this comes from</h2>\n<div class=\"scroll\"><table>\n<tr><th>Fact</th><th>Value</th></tr>\n";
  for (const auto& [name, value] : page.facts)
    out += fmt::format("<tr><td>{}</td><td>{}</td></tr>\n", escape_for_html(name), escape_for_html(value));
  return out + "</table></div>\n</main>\n</body>\n</html>\n";
}

Status check_census_folder(const fs::path& folder) {
  std::error_code error;
  if (!fs::exists(folder, error)) return {};
  if (!fs::is_directory(folder, error))
    return failure(ErrorKind::usage, "this is not a folder", {.file = folder.string()}, "name a folder, or a new one");
  const Result<bool> ours = may_be_replaced(folder);
  if (!ours) return tl::unexpected(ours.error());
  if (!*ours)
    return failure(ErrorKind::usage, "the folder holds files that are no census of secondwave",
                   {.file = folder.string()}, "name a new folder, or an empty one; nothing was changed");
  return {};
}

Result<std::vector<std::string>> write_census_folder(const fs::path& folder, const CensusPage& page) {
  if (const Status good = check_census_folder(folder); !good) return tl::unexpected(good.error());
  std::vector<std::string> warnings;
  std::error_code error;
  const fs::path work = fs::path(folder.string() + fmt::format(".partial-{}", ::getpid()));
  fs::create_directories(work, error);
  if (error) return file_failure(work, "create the folder", error.value());
  Status status;
  for (const auto& [name, picture] : page.pictures) {
    if (!status) break;
    const auto written = write_file(work / name, picture);
    status = written ? Status() : tl::unexpected(written.error());
    if (status && warnings.empty()) status = add_png(work / name, warnings);
  }
  if (status) {
    const auto written = write_file(work / page_name, census_html(page));
    status = written ? put_in_place(work, folder) : tl::unexpected(written.error());
  }
  if (status) return warnings;
  fs::remove_all(work, error);
  return tl::unexpected(status.error());
}

}  // namespace secondwave
