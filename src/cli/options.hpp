// From words of the command line to options: what the commands share. Each family of commands has a file of its own,
// FAMILY_options.cpp, and a line here; CLI11 is heavy to compile and stays in these files.
#pragma once

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <charconv>
#include <cstdint>
#include <string>
#include <vector>

#include "cli/commands.hpp"
#include "cli/observe_commands.hpp"

namespace secondwave {

/// CLI11 reads a number as strtoull does: it takes "", -1 and what is too large for another number. These do not.
template <class Number>
[[nodiscard]] CLI::Validator number_between(Number low, Number high) {
  const auto check = [low, high](const std::string& text) {
    Number value{};
    const char* end = text.data() + text.size();
    const auto [stop, fault] = std::from_chars(text.data(), end, value);
    const bool good = fault == std::errc() && stop == end && value >= low && value <= high;  // false for NaN
    return good ? std::string() : fmt::format("'{}' is not a number from {} to {}", text.substr(0, 100), low, high);
  };
  return {check, ""};
}

/// --format and --quiet.
void add_common(CLI::App& command, Common& common);
/// --out DIR.
void add_out(CLI::App& command, std::string& out);
/// --set KEY=VALUE.
void add_sets(CLI::App& command, std::vector<std::string>& sets);
/// --jobs N.
void add_jobs(CLI::App& command, std::uint32_t& jobs);
/// --runs, --seed, --jobs, --set and --max-bad.
void add_runs(CLI::App& command, RunRequest& request);
/// The same and --construction.
void add_request(CLI::App& command, RunRequest& request);
/// --signatures DIR.
void add_signature_folder(CLI::App& command, std::string& folder);

/// --max-bad SHARE, of `what` ("a file's rows").
void add_max_bad(CLI::App& command, double& share, const std::string& what);
/// An option that may be given several times, with one value each.
CLI::Option* add_repeated(CLI::App& command, const std::string& name, std::vector<std::string>& values,
                          const std::string& text, const char* type);

/// --label, --sensor, --from, --to, --own and --known.
void add_selection(CLI::App& command, QueryOptions& options);

/// Each adds its commands to `app`; the command that was chosen leaves its exit code in `code`. Their options live as
/// long as the program.
void add_simulate(CLI::App& app, int& code);
void add_verify(CLI::App& app, int& code);
void add_scenario(CLI::App& app, int& code);
void add_signatures(CLI::App& app, int& code);
void add_clock(CLI::App& app, int& code);
void add_observe(CLI::App& app, int& code);
void add_queries(CLI::App& app, int& code);
void add_census(CLI::App& app, int& code);
void add_notify(CLI::App& app, int& code);
void add_fit(CLI::App& app, int& code);
void add_forecast(CLI::App& app, int& code);
void add_score(CLI::App& app, int& code);
void add_hindcast(CLI::App& app, int& code);
void add_compare(CLI::App& app, int& code);

}  // namespace secondwave
