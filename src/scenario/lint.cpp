#include "scenario/lint.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <filesystem>
#include <tuple>
#include <utility>

#include "scenario/expectations.hpp"
#include "scenario/keys.hpp"
#include "scenario/reader.hpp"
#include "scenario/table_reader.hpp"
#include "scenario/text_file.hpp"
#include "scenario/toml_tree.hpp"

namespace secondwave {
namespace {

/// Finds the numbers that say neither where they come from nor why they are assumed.
class OriginChecker : public KeyVisitor {
 public:
  explicit OriginChecker(std::vector<LintFinding>& findings) : findings_(findings) {}

  void begin_table(const KeyInfo& info) override { path_.push_back(join_path(path_.back(), info.name)); }
  void end_table() override { path_.pop_back(); }
  void list(const KeyInfo& info, const ListAccess& access) override {
    for (std::size_t i = 0; i < access.size(); ++i) {
      path_.push_back(fmt::format("{}.{}", join_path(path_.back(), info.name), i));
      access.visit(i, *this);
      path_.pop_back();
    }
  }
  void text(const KeyInfo&, TextRule, std::string&) override {}
  void time(const KeyInfo&, std::optional<UtcTime>&) override {}
  void quantity(const KeyInfo& info, Quantity& value) override {
    if (!value.source.empty() || !value.assumed.empty()) return;
    findings_.push_back({LintFinding::Severity::warning, value.place,
                         fmt::format("{} has neither source nor assumed", join_path(path_.back(), info.name)),
                         "write { value = ..., source = \"where it was published\" } or { value = ..., assumed = "
                         "\"why\" }"});
  }
  void integer(const KeyInfo&, std::int64_t&) override {}
  void choice(const KeyInfo&, std::span<const std::string_view>, std::size_t&) override {}
  void prefixes(const KeyInfo&, std::vector<Prefix>&) override {}
  void names(const KeyInfo&, std::vector<std::string>&) override {}
  void countries(const KeyInfo& info, std::vector<CountryShare>& value) override {
    path_.push_back(join_path(path_.back(), info.name));
    for (CountryShare& share : value) quantity({.name = share.code}, share.percent);
    path_.pop_back();
  }

 private:
  std::vector<LintFinding>& findings_;
  std::vector<std::string> path_ = {""};
};

void check_folder_name(const ScenarioSpec& spec, const std::string& path, std::vector<LintFinding>& findings) {
  const std::filesystem::path file(path);
  const std::string folder = file.parent_path().filename().string();
  if (file.filename() != "scenario.toml" || folder.empty() || folder == "." || folder == ".." || folder == spec.name) {
    return;
  }
  LintFinding finding;
  finding.place = {path, 1, 1};
  finding.text = fmt::format("the scenario is named {}, its folder {}", spec.name, folder);
  finding.remedy = "give them one name: the library finds it by that of the folder";
  findings.push_back(std::move(finding));
}

}  // namespace

Result<std::vector<LintFinding>> lint_scenario(const std::string& path, const std::string& library_folder) {
  const Result<std::string> text = read_text_file(path, max_toml_bytes);
  if (!text) return tl::unexpected(text.error());
  const ParentLoader loader = parents_of(path, library_folder);
  std::vector<LintFinding> findings;
  for (const Error& error : scenario_errors(*text, path, {}, loader)) {
    findings.push_back({LintFinding::Severity::error, error.place, error.message, error.remedy});
  }
  if (const auto expected = read_expectations(path); !expected) {
    const Error& error = expected.error();
    findings.push_back({LintFinding::Severity::error, error.place, error.message, error.remedy});
  }
  if (Result<ScenarioSpec> spec = parse_scenario(*text, path, {}, loader)) {
    check_folder_name(*spec, path, findings);
    OriginChecker checker(findings);
    visit_scenario(*spec, checker);
  }
  std::stable_sort(findings.begin(), findings.end(), [](const LintFinding& a, const LintFinding& b) {
    return std::tie(a.severity, a.place.file, a.place.line, a.place.column) <
           std::tie(b.severity, b.place.file, b.place.line, b.place.column);
  });
  return findings;
}

}  // namespace secondwave
