#include <limits>
#include <map>

#include "cli/options.hpp"

namespace secondwave {
namespace {

const std::map<std::string, Format> formats = {{"table", Format::table}, {"csv", Format::csv}, {"json", Format::json}};

std::string name_of(Format format) {
  for (const auto& [name, value] : formats) {
    if (value == format) return name;
  }
  return "table";
}

}  // namespace

void add_common(CLI::App& command, Common& common) {
  command
      .add_option_function<std::string>(
          "--format", [&common](const std::string& text) { common.format = formats.at(text); },
          "Form of the data on standard output: table, csv or json. Default: " + name_of(common.format) +
              ". Example: --format json")
      ->check(CLI::Validator(
          [](const std::string& text) {
            return formats.contains(text) ? std::string() : "'" + text.substr(0, 100) + "' is none of table, csv, json";
          },
          ""))
      ->type_name("FORM");
  command.add_flag("--quiet", common.quiet, "Say nothing on standard error but errors. Default: off. Example: --quiet");
}

void add_out(CLI::App& command, std::string& out) {
  command
      .add_option("--out", out,
                  "Folder for the result: manifest, CSV, NetCDF, plots, report.html. Default: none is written. "
                  "Example: --out results/july")
      ->check(CLI::Validator(
          [](const std::string& text) { return std::string(text.empty() ? "no folder is named" : ""); }, ""))
      ->type_name("DIR");
}

void add_sets(CLI::App& command, std::vector<std::string>& sets) {
  add_repeated(command, "--set", sets,
               "Override a parameter, in the unit of its key; may be repeated, applied in order. Default: none. "
               "Example: --set worm.scan_rate_per_s=10",
               "KEY=VALUE");
}

void add_jobs(CLI::App& command, std::uint32_t& jobs) {
  command
      .add_option("--jobs", jobs,
                  "Threads. Default: 0, one for each processor. Results do not depend on it. Example: --jobs 2")
      ->check(number_between(0u, 4096u))
      ->type_name("N");
}

void add_runs(CLI::App& command, RunRequest& request) {
  command.add_option("--runs", request.runs, "Replicates, 1 to 10,000,000. Default: 100. Example: --runs 200")
      ->check(number_between(1u, 10'000'000u))
      ->type_name("N");
  command
      .add_option("--seed", request.seed,
                  "Seed of all random numbers, a whole number below 2^64. Default: 1. Example: --seed 2001")
      ->check(number_between(std::uint64_t{0}, std::numeric_limits<std::uint64_t>::max()))
      ->type_name("S");
  add_jobs(command, request.jobs);
  add_sets(command, request.sets);
  add_max_bad(command, request.max_bad, "a table's rows");
}

void add_max_bad(CLI::App& command, double& share, const std::string& what) {
  command
      .add_option("--max-bad", share,
                  "Largest share of " + what + " that may be bad, 0 to 1. Default: 0.1. Example: --max-bad 0.01")
      ->check(number_between(0.0, 1.0))
      ->type_name("SHARE");
}

CLI::Option* add_repeated(CLI::App& command, const std::string& name, std::vector<std::string>& values,
                          const std::string& text, const char* type) {
  return command.add_option(name, values, text)->type_name(type)->allow_extra_args(false);
}

void add_request(CLI::App& command, RunRequest& request) {
  add_runs(command, request);
  command
      .add_option("--construction", request.construction,
                  "How the law is drawn: order, pressure, reference, or auto for the fastest that fits. All are exact. "
                  "Default: auto. Example: --construction pressure")
      ->check(CLI::IsMember({"auto", "order", "pressure", "reference"}).description(""))
      ->type_name("NAME");
}

}  // namespace secondwave
