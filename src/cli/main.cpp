// The command line: options to functions, nothing else. CLI11 is heavy to compile and stays in this file.
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <charconv>
#include <cstdio>
#include <functional>
#include <limits>
#include <map>
#include <sstream>

#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/environment.hpp"

namespace {

using namespace secondwave;

const std::map<std::string, Format> formats = {{"table", Format::table}, {"csv", Format::csv}, {"json", Format::json}};

/// CLI11 reads a number as strtoull does: it takes "", -1 and what is too large for another number. These do not.
template <class Number>
CLI::Validator number_between(Number low, Number high) {
  const auto check = [low, high](const std::string& text) {
    Number value{};
    const char* end = text.data() + text.size();
    const auto [stop, fault] = std::from_chars(text.data(), end, value);
    const bool good = fault == std::errc() && stop == end && value >= low && value <= high;  // false for NaN
    return good ? std::string() : fmt::format("'{}' is not a number from {} to {}", text.substr(0, 100), low, high);
  };
  return {check, ""};
}

void add_common(CLI::App& command, Common& common) {
  command
      .add_option("--format", common.format,
                  "Form of the data on standard output: table, csv or json. Default: table. Example: --format json")
      ->transform(CLI::CheckedTransformer(formats).description(""))
      ->type_name("FORM");
  command.add_flag("--quiet", common.quiet, "Say nothing on standard error but errors. Default: off. Example: --quiet");
}

void add_sets(CLI::App& command, std::vector<std::string>& sets) {
  command
      .add_option("--set", sets,
                  "Override a parameter, in the unit of its key; may be repeated, applied in order. Default: none. "
                  "Example: --set worm.scan_rate_per_s=10")
      ->type_name("KEY=VALUE")
      ->allow_extra_args(false);
}

void add_jobs(CLI::App& command, std::uint32_t& jobs) {
  command
      .add_option("--jobs", jobs,
                  "Threads. Default: 0, one for each processor. Results do not depend on it. Example: --jobs 2")
      ->check(number_between(0u, 4096u))
      ->type_name("N");
}

void add_request(CLI::App& command, RunRequest& request) {
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
  command
      .add_option("--construction", request.construction,
                  "How the law is drawn: order, pressure, reference, or auto for the fastest that fits. All are exact. "
                  "Default: auto. Example: --construction pressure")
      ->check(CLI::IsMember({"auto", "order", "pressure", "reference"}).description(""))
      ->type_name("NAME");
  command
      .add_option("--max-bad", request.max_bad,
                  "Largest share of a table's rows that may be bad, 0 to 1. Default: 0.1. Example: --max-bad 0.01")
      ->check(number_between(0.0, 1.0))
      ->type_name("SHARE");
}

/// All options of all commands, and the code with which the chosen command ended.
struct Program {
  SimulateOptions simulate;
  VerifyOptions verify;
  ScenarioOptions scenario;
  VerifyScenarioOptions scenario_verify;
  int code = 0;
};

void add_simulate(CLI::App& app, Program& program) {
  CLI::App* command = app.add_subcommand("simulate", "Simulate an outbreak, host by host and exactly");
  SimulateOptions& options = program.simulate;
  add_common(*command, options.common);
  add_request(*command, options.request);
  command
      ->add_option("--out", options.out,
                   "Folder for the result: manifest, CSV, NetCDF, plots, report.html. Default: none is written. "
                   "Example: --out results/july")
      ->check(CLI::Validator(
          [](const std::string& text) { return std::string(text.empty() ? "no folder is named" : ""); }, ""))
      ->type_name("DIR");
  command->add_flag(
      "--infections", options.infections,
      "Also write every infection to infections.csv.zst (needs --out). Default: off. Example: --infections");
  command
      ->add_option("SCENARIO", options.request.scenario, "A scenario of the library, or a path. Example: code-red-july")
      ->required();
  command->callback([&] { program.code = simulate_command(program.simulate); });
}

void add_verify(CLI::App& app, Program& program) {
  CLI::App* command = app.add_subcommand("verify", "Recompute a result folder from its manifest and compare");
  VerifyOptions& options = program.verify;
  add_common(*command, options.common);
  add_jobs(*command, options.jobs);
  command
      ->add_option("--replicate", options.replicate,
                   "Recompute this replicate alone, counted from 0. Default: all of them. Example: --replicate 17")
      ->check(number_between(std::uint32_t{0}, std::numeric_limits<std::uint32_t>::max()))
      ->type_name("K");
  command->add_option("DIR", options.folder, "The result folder. Example: results/july")->required();
  command->callback([&] { program.code = verify_command(program.verify); });
}

void add_scenario_command(CLI::App& scenario, Program& program, const char* name, const char* what,
                          int (*run)(const ScenarioOptions&), bool named, bool settable) {
  CLI::App* command = scenario.add_subcommand(name, what);
  add_common(*command, program.scenario.common);
  if (settable) add_sets(*command, program.scenario.sets);
  if (named) {
    command
        ->add_option("SCENARIO", program.scenario.scenario, "A scenario of the library, or a path. Example: uniform-si")
        ->required();
  }
  if (run == scenario_lint_command) {
    command->add_flag("--strict", program.scenario.strict,
                      "Warnings, too, give exit code 3. Default: off. Example: --strict");
  }
  command->callback([&program, run] { program.code = run(program.scenario); });
}

void add_scenario(CLI::App& app, Program& program) {
  CLI::App* scenario = app.add_subcommand("scenario", "List, show, check, explain and verify scenarios");
  scenario->require_subcommand(1);
  add_scenario_command(*scenario, program, "list", "Scenarios that come with the program", scenario_list_command, false,
                       false);
  add_scenario_command(*scenario, program, "show", "The scenario in full, as TOML", scenario_show_command, true, true);
  add_scenario_command(*scenario, program, "lint", "Look for errors and for numbers without a source",
                       scenario_lint_command, true, false);
  add_scenario_command(*scenario, program, "explain", "Every parameter with unit, value and source",
                       scenario_explain_command, true, true);
  CLI::App* verify = scenario->add_subcommand("verify", "Hold what is simulated against what was recorded");
  add_common(*verify, program.scenario_verify.common);
  add_request(*verify, program.scenario_verify.request);
  verify->add_flag("--all", program.scenario_verify.all, "All scenarios of the library. Default: off. Example: --all");
  verify->add_option("SCENARIO", program.scenario_verify.request.scenario,
                     "A scenario of the library, or a path. Example: code-red-july");
  verify->callback([&program] { program.code = scenario_verify_command(program.scenario_verify); });
}

/// The first word that the parser could not place, options before others (what follows an unknown option is often its
/// value); empty where there is none.
std::string unknown_word(const CLI::App& app, int argc, char** argv) {
  const std::vector<std::string> left = app.remaining(true);
  std::string first;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (std::find(left.begin(), left.end(), word) == left.end()) continue;
    if (word.starts_with('-')) return word;
    if (first.empty()) first = word;
  }
  return first;
}

/// What is wrong with `word`, which the parser could not place, and the nearest that exists.
Error unknown_error(const CLI::App& app, const std::string& word) {
  const CLI::App* command = &app;
  std::string name = app.get_name();
  for (auto deeper = app.get_subcommands(); !deeper.empty(); deeper = command->get_subcommands()) {
    command = deeper.front();
    name += " " + command->get_name();
  }
  std::vector<std::string> choices;
  const bool is_option = word.starts_with('-');
  const auto below = command->get_subcommands([](const CLI::App*) { return true; });
  if (is_option) {
    for (const CLI::Option* option : command->get_options()) {
      for (const std::string& choice : option->get_lnames()) choices.push_back("--" + choice);
    }
  } else {
    for (const CLI::App* each : below) choices.push_back(each->get_name());
  }
  const std::string known = is_option ? word.substr(0, word.find('=')) : word;
  const std::string_view near =
      known.size() <= 100 ? nearest_word(known, {choices.begin(), choices.end()}) : std::string_view();
  const std::string what = is_option       ? "there is no option '" + known.substr(0, 100) + "'"
                           : below.empty() ? "'" + word.substr(0, 100) + "' is one argument too many"
                                           : "there is no command '" + word.substr(0, 100) + "'";
  return {ErrorKind::usage,
          what,
          {},
          near.empty() ? name + " --help shows what there is" : "did you mean " + std::string(near) + "?"};
}

/// Help and version are data, on standard output; everything else is wrong usage.
int end_of_parsing(const CLI::App& app, const CLI::ParseError& error, int argc, char** argv) {
  std::ostringstream out;
  std::ostringstream err;
  if (app.exit(error, out, err) == 0) {
    const Status written = emit(out.str());
    return written ? 0 : report_error(written.error());
  }
  const auto is = [&](CLI::ExitCodes code) { return error.get_exit_code() == static_cast<int>(code); };
  const bool may_be_unknown = is(CLI::ExitCodes::ExtrasError) || is(CLI::ExitCodes::RequiredError);
  const std::string word = may_be_unknown ? unknown_word(app, argc, argv) : std::string();
  if (!word.empty()) return report_error(unknown_error(app, word));
  Error wrong;
  wrong.kind = ErrorKind::usage;
  wrong.message = error.what();
  wrong.remedy = "--help shows how it is used";
  return report_error(wrong);
}

int run(int argc, char** argv) {
  CLI::App app("secondwave: an outbreak laboratory for Internet worms", "secondwave");
  app.require_subcommand(1);
  app.set_version_flag("--version", "secondwave " SECONDWAVE_VERSION " (" SECONDWAVE_BUILD ", model version " +
                                        std::to_string(model_version) + ")");
  Program program;
  program.scenario_verify.request.runs = 200;
  add_simulate(app, program);
  add_verify(app, program);
  add_scenario(app, program);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return end_of_parsing(app, error, argc, argv);
  }
  return program.code;
}

}  // namespace

int main(int argc, char** argv) {
  hold_standard_streams();
  try {
    return run(argc, argv);
  } catch (const std::bad_alloc&) {
    std::fputs("secondwave: out of memory\n  use fewer hosts or fewer replicates at a time (--jobs 1)\n", stderr);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "secondwave: unexpected failure: %s\n", error.what());
  }
  return 1;
}
