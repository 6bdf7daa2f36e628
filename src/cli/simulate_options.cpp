#include <limits>

#include "cli/options.hpp"

namespace secondwave {

void add_simulate(CLI::App& app, int& code) {
  CLI::App* command = app.add_subcommand("simulate", "Simulate an outbreak, host by host and exactly");
  static SimulateOptions options;
  add_common(*command, options.common);
  add_request(*command, options.request);
  add_out(*command, options.out);
  command->add_flag(
      "--infections", options.infections,
      "Also write every infection to infections.csv.zst (needs --out). Default: off. Example: --infections");
  command->add_flag("--debate", options.debate,
                    "Also answer each claim of the scenario's debate.toml, by its variant in the same world. Default: "
                    "off. Example: --debate");
  command
      ->add_option("SCENARIO", options.request.scenario, "A scenario of the library, or a path. Example: code-red-july")
      ->required();
  command->callback([&code] { code = simulate_command(options); });
}

void add_verify(CLI::App& app, int& code) {
  CLI::App* command = app.add_subcommand("verify", "Recompute a result folder from its manifest and compare");
  static VerifyOptions options;
  add_common(*command, options.common);
  add_jobs(*command, options.jobs);
  command
      ->add_option("--replicate", options.replicate,
                   "Recompute this replicate alone, counted from 0. Default: all of them. Example: --replicate 17")
      ->check(number_between(std::uint32_t{0}, std::numeric_limits<std::uint32_t>::max()))
      ->type_name("K");
  command->add_option("DIR", options.folder, "The result folder. Example: results/july")->required();
  command->callback([&code] { code = verify_command(options); });
}

}  // namespace secondwave
