#include "cli/observe_commands.hpp"
#include "cli/options.hpp"

namespace secondwave {
namespace {

void add_store(CLI::App& command, std::string& store) {
  command.add_option("--store", store, "The store. No default. Example: --store knocks.db")
      ->required()
      ->type_name("FILE");
}

void add_skew_correction(CLI::App& command, QueryOptions& options) {
  command
      .add_option("--correct-skew", options.correct_skew,
                  "Show all times by the clock of this sensor: those of others are moved by the skew and drift that "
                  "`skew` finds. Default: times as they were written. Example: --correct-skew firewall")
      ->type_name("SENSOR");
}

void add_store_commands(CLI::App& app, int& code) {
  static StoreOptions options;
  CLI::App* store = app.add_subcommand("store", "What a store holds, and taking back what was read");
  store->require_subcommand(1);
  const auto add = [&](const char* name, const char* what, int (*run)(const StoreOptions&)) {
    CLI::App* command = store->add_subcommand(name, what);
    add_common(*command, options.common);
    add_store(*command, options.store);
    command->callback([&code, run] { code = run(options); });
    return command;
  };
  add("info", "The inputs of a store, its size and its sensors", store_info_command);
  add("forget", "Take inputs back, each in one transaction", store_forget_command)
      ->add_option("INPUT", options.inputs, "Path of an input, or its number in store info. Example: access.log.4")
      ->required();
  add("prune", "Drop counts and evidence older than a time; the inputs stay known", store_prune_command)
      ->add_option("--older-than", options.older_than,
                   "A time, or days before the latest sighting. No default. Example: --older-than 365d")
      ->required()
      ->type_name("TIME");
  add("merge", "Add the inputs of another store that this one does not know", store_merge_command)
      ->add_option("OTHER", options.other, "The other store; it is not changed. Example: other.db")
      ->required();
  CLI::App* contacts =
      add("contacts", "Keep contacts of networks in the store, or show those that it keeps", store_contacts_command);
  contacts->add_option("FILE", options.inputs,
                       "Tables PREFIX,CONTACT,NAME or ASn,CONTACT,NAME (commas or tabs), or saved answers of RDAP as "
                       "JSON; none: show what is kept. Example: abuse.csv");
  add_max_bad(*contacts, options.max_bad, "a file's records");
  contacts->add_flag("--clear", options.clear, "Drop all contacts that are kept. Default: off. Example: --clear");
  CLI::App* anonymise =
      add("anonymise", "Write a copy with all addresses changed, prefixes preserved, evidence left out",
          store_anonymise_command);
  anonymise
      ->add_option("--key", options.key,
                   "File with a key of 32 bytes, made where there is none: the same key changes addresses in the same "
                   "way. Default: a key that is thrown away. Example: --key secret.key")
      ->type_name("FILE");
  anonymise->add_option("OUT", options.other, "The store to write; must not exist. Example: shared.db")->required();
}

/// What every question to a store has.
void add_question(CLI::App& command, QueryOptions& options) {
  add_common(command, options.common);
  add_store(command, options.store);
  add_selection(command, options);
}

}  // namespace

void add_selection(CLI::App& command, QueryOptions& options) {
  command.add_option("--label", options.label, "Only this label. Default: all. Example: --label slammer")
      ->type_name("LABEL");
  command.add_option("--sensor", options.sensor, "Only this sensor. Default: all. Example: --sensor bridge")
      ->type_name("NAME");
  command
      .add_option("--from", options.from,
                  "From this whole minute of UTC on. Default: from the first. Example: --from 2001-08-01T00:00:00Z")
      ->type_name("TIME");
  command
      .add_option("--to", options.to,
                  "Before this whole minute of UTC. Default: to the last. Example: --to 2001-08-02T00:00:00Z")
      ->type_name("TIME");
  add_repeated(command, "--own", options.own,
               "Sources of one's own network, shown apart; may be repeated. Default: none. Example: --own 192.0.2.0/24",
               "PREFIX");
  command
      .add_option("--known", options.known,
                  "File of known scanners, a prefix and a name a line, shown apart. Default: none. Example: --known "
                  "scanners.txt")
      ->type_name("FILE");
}

void add_queries(CLI::App& app, int& code) {
  static QueryOptions series;
  series.common.format = Format::csv;
  CLI::App* command = app.add_subcommand("series", "Counts over time from a store, as CSV (or --format json)");
  add_question(*command, series);
  add_skew_correction(*command, series);
  command->add_option("--by", series.by, "Length of a bin: minute, hour or day. Default: hour. Example: --by minute")
      ->check(CLI::IsMember({"minute", "hour", "day"}).description(""))
      ->type_name("BIN");
  command
      ->add_option("--count", series.count,
                   "What is counted: sources, new_sources, sightings, packets or targets. Default: sources. Example: "
                   "--count packets")
      ->check(CLI::IsMember({"sources", "new_sources", "sightings", "packets", "targets"}).description(""))
      ->type_name("KIND");
  command->callback([&code] { code = series_command(series); });

  static QueryOptions sources;
  command = app.add_subcommand("sources", "Who knocked: the distinct sources of a store");
  add_question(*command, sources);
  add_skew_correction(*command, sources);
  command
      ->add_option(
          "--sort", sources.sort,
          "sightings, packets, targets, first_seen, last_seen or address. Default: sightings. Example: --sort targets")
      ->check(CLI::IsMember({"sightings", "packets", "targets", "first_seen", "last_seen", "address"}).description(""))
      ->type_name("ORDER");
  command->add_option("--top", sources.top, "Show only the first so many. Default: all. Example: --top 20")
      ->check(number_between(std::uint64_t{1}, std::uint64_t{1} << 32))
      ->type_name("N");
  command->callback([&code] { code = sources_command(sources); });

  static QueryOptions evidence;
  command = app.add_subcommand("evidence", "What one source did, with samples of what it sent");
  add_common(*command, evidence.common);
  add_store(*command, evidence.store);
  command->add_option("ADDRESS", evidence.address, "The source. Example: 192.0.2.1")->required();
  command->callback([&code] { code = evidence_command(evidence); });

  static QueryOptions skew;
  command = app.add_subcommand("skew", "How far the clocks of sensors are apart, from sources that several saw");
  add_common(*command, skew.common);
  add_store(*command, skew.store);
  command->callback([&code] { code = skew_command(skew); });

  add_store_commands(app, code);
}

}  // namespace secondwave
