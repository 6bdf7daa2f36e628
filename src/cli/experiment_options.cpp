// Commands that run many variants of a scenario.
#include "cli/compare_command.hpp"
#include "cli/options.hpp"

namespace secondwave {

void add_compare(CLI::App& app, int& code) {
  CLI::App* command =
      app.add_subcommand("compare", "The same world, different decisions: what each would have changed");
  static CompareOptions options;
  add_common(*command, options.common);
  add_runs(*command, options.request);
  add_out(*command, options.out);
  add_repeated(*command, "--variant", options.variants,
               "A variant: its name, and what it sets, as --set does; may be repeated. Needed. Example: --variant "
               "slow:worm.scan_rate_per_s=2,worm.success_probability=0.5",
               "NAME:KEY=VALUE,...")
      ->required();
  command
      ->add_option("--top", options.top,
                   "Countries, networks and prefixes listed, those that gain the most. Default: 10. Example: --top 100")
      ->check(number_between(1u, 1'000'000u))
      ->type_name("N");
  command
      ->add_option("SCENARIO", options.request.scenario, "A scenario of the library, or a path. Example: code-red-july")
      ->required();
  command->callback([&code] { code = compare_command(options); });
}

}  // namespace secondwave
