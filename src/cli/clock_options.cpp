#include "cli/options.hpp"

namespace secondwave {

void add_clock(CLI::App& app, int& code) {
  CLI::App* command = app.add_subcommand("clock", "One machine on the test bench: what a copy does when, by its clock");
  static ClockOptions options;
  add_common(*command, options.common);
  add_sets(*command, options.sets);
  command
      ->add_option("--event", options.events,
                   "What is done to the machine, in the order of true time (UTC): infect@TIME, set-clock@TIME=TIME, "
                   "reboot@TIME or patch@TIME; may be repeated. Default: none, and one is needed. Example: --event "
                   "infect@2001-07-19T12:00:00Z")
      ->type_name("EVENT")
      ->allow_extra_args(false);
  command
      ->add_option("--days", options.days,
                   "Days that are shown after the last event, 1 to 3660. Default: 31. Example: --days 60")
      ->check(number_between(1u, 3660u))
      ->type_name("N");
  command->add_option("SCENARIO", options.scenario, "A scenario of the library, or a path. Example: code-red-2001")
      ->required();
  command->callback([&code] { code = clock_command(options); });
}

}  // namespace secondwave
