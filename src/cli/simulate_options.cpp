#include <limits>

#include "cli/options.hpp"

namespace secondwave {

namespace {

void add_sensor_files(CLI::App& command, SensorFileOptions& options) {
  command
      .add_option("--sensor-files", options.folder,
                  "New folder for what each sensor of the scenario would have written in one replicate. Default: none. "
                  "Example: --sensor-files seen")
      ->type_name("DIR");
  command
      .add_option("--sensor-format", options.formats,
                  "What is written, separated by commas: pcap, apache, iis, iptables, zeek. Default: pcap. Example: "
                  "--sensor-format pcap,zeek")
      ->delimiter(',')
      ->type_name("LIST");
  command
      .add_option("--sensor-worm", options.worm,
                  "What the worm looks like: code-red-1, code-red-2, nimda, slammer, blaster, sasser, nachi, witty, "
                  "mirai, wannacry or scan. Default: by the scenario's name, else scan. Example: --sensor-worm slammer")
      ->type_name("LABEL");
  command
      .add_option("--sensor-noise", options.noise_per_h,
                  "Background noise: sightings an hour and sensor of others than the worm. Default: 0. Example: "
                  "--sensor-noise 1000")
      ->check(number_between(0.0, 1e9))
      ->type_name("N");
  command
      .add_option("--sensor-replicate", options.replicate,
                  "The replicate whose sensors are written, counted from 0. Default: 0. Example: --sensor-replicate 3")
      ->check(number_between(std::uint32_t{0}, std::numeric_limits<std::uint32_t>::max()))
      ->type_name("K");
}

}  // namespace

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
  add_sensor_files(*command, options.sensor_files);
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
