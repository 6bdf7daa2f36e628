#include "cli/observe_commands.hpp"
#include "cli/options.hpp"

namespace secondwave {
namespace {

void add_reading(CLI::App& command, ObserveOptions& options) {
  add_common(command, options.common);
  command
      .add_option("--store", options.store,
                  "The store: a file, made where there is none. No default. Example: --store knocks.db")
      ->required()
      ->type_name("FILE");
  command
      .add_option(
          "--sensor", options.sensor,
          "Name of the sensor that wrote the inputs. Default: the name in the sensor file. Example: --sensor bridge")
      ->type_name("NAME");
  command
      .add_option("--sensor-file", options.sensor_file,
                  "What is known of the sensor, TOML: name, dark prefixes, time zone, clock, outages. Default: none. "
                  "Example: --sensor-file bridge.toml")
      ->type_name("FILE");
  command
      .add_option("--tz", options.time_zone,
                  "Zone or offset (hours east of UTC) of the sensor's clock, for formats that do not say it. Default: "
                  "the sensor file's, else UTC. Example: --tz America/New_York")
      ->type_name("ZONE");
  command
      .add_option("--year", options.year,
                  "Year of the first record, for logs that name none (syslog). Default: from the time of the file. "
                  "Example: --year 2005")
      ->check(number_between(1970, 9999))
      ->type_name("Y");
  add_repeated(command, "--dark", options.dark,
               "Count only sightings whose target lies here, and records that name no target; may be repeated. "
               "Default: the sensor file's, else everywhere. Example: --dark 192.0.2.0/24",
               "PREFIX");
  add_signature_folder(command, options.signatures);
  command
      .add_option("--origin", options.origin,
                  "observed, or simulated where no real sensor wrote the inputs. Default: observed, but for records "
                  "that say so themselves. Example: --origin simulated")
      ->check(CLI::IsMember({"observed", "simulated"}).description(""))
      ->type_name("WHICH");
  command.add_flag(
      "--labelled-only", options.labelled_only,
      "Count only what a signature hits; lines of web logs that none can hit are not even parsed. Default: "
      "off. Example: --labelled-only");
  add_max_bad(command, options.max_bad, "an input's records");
}

}  // namespace

void add_observe(CLI::App& app, int& code) {
  static ObserveOptions options;
  CLI::App* observe =
      app.add_subcommand("observe", "Read logs, captures and flows into a store, each byte exactly once");
  add_reading(*observe, options);
  add_jobs(*observe, options.jobs);
  observe->add_flag(
      "--replace", options.replace,
      "Read anew what was read before, with these settings and signatures. Default: off. Example: --replace");
  observe
      ->add_option(
          "INPUT", options.inputs,
          "Files, folders, patterns, or - for standard input; plain, gzip, bzip2, xz or zstd. Example: logs/access*")
      ->required();
  observe->callback([&code] { code = observe_command(options); });

  static ObserveOptions tail;
  CLI::App* follow = app.add_subcommand("follow", "Go on reading files that grow and are rotated, until Ctrl-C");
  add_reading(*follow, tail);
  follow
      ->add_option("--until-idle", tail.until_idle_s,
                   "End once nothing was new for so many seconds. Default: never. Example: --until-idle 5")
      ->check(number_between(0.0, 1e9))
      ->type_name("S");
  follow->add_option("--poll", tail.poll_s, "Seconds between two looks at the files. Default: 1. Example: --poll 0.2")
      ->check(number_between(0.01, 3600.0))
      ->type_name("S");
  follow->add_option("FILE", tail.inputs, "Plain files that grow. Example: /var/log/apache2/access.log")->required();
  follow->callback([&code] { code = follow_command(tail); });
}

}  // namespace secondwave
