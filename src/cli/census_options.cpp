#include "cli/census_commands.hpp"
#include "cli/options.hpp"

namespace secondwave {
namespace {

void add_asking(CLI::App& command, CensusOptions& options) {
  add_repeated(command, "--resolver", options.resolvers,
               "A resolver that may be asked, with its port; may be repeated. Default: the system's, or nobody where "
               "--offline is given. Example: --resolver 192.0.2.53:53",
               "ADDR[:PORT]");
  command.add_flag("--no-lookup", options.no_lookup,
                   "Ask nobody: names come from the store and from --offline. Default: off. Example: --no-lookup");
  command
      .add_option("--qps", options.qps,
                  "Questions a second, repeated ones included, over all resolvers; 0: no bound. Default: 100. Example: "
                  "--qps 1000")
      ->check(number_between(0.0, 10'000'000.0))
      ->type_name("N");
  command
      .add_option("--tries", options.tries,
                  "How often a question is put where no usable answer comes, 1 to 10. Default: 3. Example: --tries 2")
      ->check(number_between(1, 10))
      ->type_name("N");
  command
      .add_option("--timeout", options.timeout_s,
                  "Seconds that a try waits for its answer, 0.01 to 60. Default: 2. Example: --timeout 5")
      ->check(number_between(0.01, 60.0))
      ->type_name("SECONDS");
  command
      .add_option("--back-off", options.back_off_s,
                  "Seconds before the second try; doubled before each further one. Default: 1. Example: --back-off 0.5")
      ->check(number_between(0.0, 60.0))
      ->type_name("SECONDS");
  command.add_flag("--confirm", options.confirm,
                   "Ask also whether each name leads back to its address. Default: off. Example: --confirm");
  add_repeated(command, "--offline", options.offline,
               "Names from a file: ZDNS JSON lines, address<TAB>name lines, or another store; may be repeated. "
               "Default: none. Example: --offline names.tsv",
               "FILE");
}

void add_estimating(CLI::App& command, CensusOptions& options) {
  add_repeated(command, "--sensor-prefix", options.sensor_prefixes,
               "Addresses that the sensor watches, for the estimate of hosts behind an address; may be repeated. "
               "Default: none, each address stands for one host at a time. Example: --sensor-prefix 198.18.0.0/16",
               "PREFIX");
  command
      .add_option("--scan-rate", options.scan_rate,
                  "Mean targets per second of an infected host, and how well that is known. Default: not known. "
                  "Example: --scan-rate 6:0.5")
      ->type_name("MEAN[:SD]");
}

void add_showing(CLI::App& command, CensusOptions& options) {
  add_repeated(command, "--networks", options.networks,
               "A table of networks or countries: MaxMind format, prefix2as, IPFire's or geoip text; may be "
               "repeated, the first "
               "that knows an address counts. Default: Tor's geoip and IPFire's, where they are installed. Example: "
               "--networks "
               "GeoLite2-ASN.mmdb",
               "FILE");
  add_max_bad(command, options.max_bad, "a file's rows");
  command
      .add_option("--by", options.by,
                  "Which tables: country, tld, domain, as, network, access, assignment, role, owner; may be repeated. "
                  "Default: all that have something to show. Example: --by country --by tld")
      ->check(CLI::IsMember({"country", "tld", "domain", "as", "network", "access", "assignment", "role", "owner"})
                  .description(""))
      ->type_name("WHAT")
      ->allow_extra_args(false);
  command.add_flag("--by-day", options.by_day, "Counts of each UTC day as well. Default: off. Example: --by-day");
  command.add_flag("--hosts", options.list_hosts,
                   "A row for each host in the place of tables. Default: off. Example: --hosts");
  command
      .add_option("--top", options.top,
                  "Rows of each table. Default: 20 in tables, all in CSV and JSON. Example: --top 10")
      ->check(number_between(std::size_t{1}, std::size_t{1} << 32))
      ->type_name("N");
  command
      .add_option("--out", options.out,
                  "Folder of pictures and a page that shows them: bars, hours, a map of IPv4, a map of the world. "
                  "Default: none. Example: --out census")
      ->type_name("DIR");
  command
      .add_option("--map", options.map,
                  "Shapes of countries for the map of the world: countries-110m.json of world-atlas. Default: those "
                  "that were installed with the program, or no such map. Example: --map countries-110m.json")
      ->type_name("FILE");
}

}  // namespace

void add_census(CLI::App& app, int& code) {
  static CensusOptions options;
  CLI::App* command = app.add_subcommand("census", "Who is infected: names, networks and countries of the sources");
  add_common(*command, options.query.common);
  command
      ->add_option("--store", options.query.store,
                   "The store; what is learned of names is kept in it. No default. Example: --store knocks.db")
      ->type_name("FILE");
  command
      ->add_option("--classify", options.classify,
                   "Only the kinds of the hosts in a file of lines address<TAB>name (- for standard input), by their "
                   "names; no store is needed. Default: none. Example: --classify names.tsv")
      ->type_name("FILE");
  add_selection(*command, options.query);
  add_asking(*command, options);
  add_estimating(*command, options);
  add_showing(*command, options);
  command->callback([&code] { code = census_command(options); });
}

}  // namespace secondwave
