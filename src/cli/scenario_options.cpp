#include "cli/options.hpp"

namespace secondwave {
namespace {

void add_scenario_command(CLI::App& scenario, int& code, const char* name, const char* what,
                          int (*run)(const ScenarioOptions&), bool named, bool settable) {
  static ScenarioOptions options;  // one for all: only one command is chosen
  CLI::App* command = scenario.add_subcommand(name, what);
  add_common(*command, options.common);
  if (settable) add_sets(*command, options.sets);
  if (named) {
    command->add_option("SCENARIO", options.scenario, "A scenario of the library, or a path. Example: uniform-si")
        ->required();
  }
  if (run == scenario_lint_command) {
    command->add_flag("--strict", options.strict, "Warnings, too, give exit code 3. Default: off. Example: --strict");
  }
  command->callback([&code, run] { code = run(options); });
}

}  // namespace

void add_scenario(CLI::App& app, int& code) {
  CLI::App* scenario = app.add_subcommand("scenario", "List, show, check, explain and verify scenarios");
  scenario->require_subcommand(1);
  add_scenario_command(*scenario, code, "list", "Scenarios that come with the program", scenario_list_command, false,
                       false);
  add_scenario_command(*scenario, code, "show", "The scenario in full, as TOML", scenario_show_command, true, true);
  add_scenario_command(*scenario, code, "lint", "Look for errors and for numbers without a source",
                       scenario_lint_command, true, false);
  add_scenario_command(*scenario, code, "explain", "Every parameter with unit, value and source",
                       scenario_explain_command, true, true);
  static VerifyScenarioOptions options;
  options.request.runs = 200;
  CLI::App* verify = scenario->add_subcommand("verify", "Hold what is simulated against what was recorded");
  add_common(*verify, options.common);
  add_request(*verify, options.request);
  verify->add_flag("--all", options.all, "All scenarios of the library. Default: off. Example: --all");
  add_out(*verify, options.out);
  verify
      ->add_option("--beside", options.beside,
                   "Show the medians of this scenario as well, with the same sets, runs and seed; they are not judged. "
                   "Default: none. Example: --beside code-red-2001-always-on")
      ->type_name("SCENARIO");
  verify
      ->add_option("--beside-runs", options.beside_runs,
                   "Replicates of the scenario beside. Default: as --runs. Example: --beside-runs 40")
      ->check(number_between(std::uint32_t{1}, std::uint32_t{10'000'000}))
      ->type_name("N");
  verify->add_option("SCENARIO", options.request.scenario,
                     "A scenario of the library, or a path. Example: code-red-july");
  verify->callback([&code, verify] {
    options.runs_given = verify->get_option("--runs")->count() > 0;
    code = scenario_verify_command(options);
  });
}

}  // namespace secondwave
