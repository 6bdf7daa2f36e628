#include "cli/notify_command.hpp"
#include "cli/options.hpp"

namespace secondwave {
namespace {

void add_notify_selection(CLI::App& command, NotifyOptions& options) {
  QueryOptions& query = options.query;
  add_common(command, query.common);
  command.add_option("--store", query.store, "The store. No default. Example: --store knocks.db")
      ->required()
      ->type_name("FILE");
  command
      .add_option("--out", options.out,
                  "Folder of notices; each run adds a folder to it. No default. Example: --out notices")
      ->required()
      ->type_name("DIR");
  add_repeated(command, "--label", options.labels,
               "Hosts with this label; may be repeated. Default: every label of a worm (scan, scanner-research, "
               "backscatter and other must be asked for). Example: --label code-red-2",
               "LABEL");
  command.add_option("--sensor", query.sensor, "Only what this sensor saw. Default: all. Example: --sensor bridge")
      ->type_name("NAME");
  command
      .add_option("--from", query.from,
                  "From this whole minute of UTC on. Default: from the first. Example: --from 2001-08-01T00:00:00Z")
      ->type_name("TIME");
  command
      .add_option("--to", query.to,
                  "Before this whole minute of UTC. Default: to the last. Example: --to 2001-08-02T00:00:00Z")
      ->type_name("TIME");
  add_repeated(command, "--own", query.own,
               "One's own network, left out and counted; may be repeated. Default: none. Example: --own 192.0.2.0/24",
               "PREFIX");
  add_repeated(command, "--allow", options.allow,
               "A network to leave out, such as a scanner that is welcome; may be repeated. Default: none. Example: "
               "--allow 198.51.100.0/24",
               "PREFIX");
  command
      .add_option("--known", query.known,
                  "File of networks to leave out, a prefix and a name a line. Default: none. Example: --known "
                  "scanners.txt")
      ->type_name("FILE");
}

void add_notify_owners(CLI::App& command, NotifyOptions& options) {
  add_repeated(command, "--contacts", options.contacts,
               "Whom to tell: a table PREFIX,CONTACT,NAME or ASn,CONTACT,NAME (commas or tabs), or saved answers of "
               "RDAP as JSON; may be repeated, the first that knows counts. Default: those in the store (store "
               "contacts). Example: --contacts "
               "abuse.csv",
               "FILE");
  add_repeated(command, "--networks", options.networks,
               "Table of networks with AS numbers or countries (MaxMind, prefix2as, geoip); may be repeated. Default: "
               "none, hosts without a contact are grouped by /16. Example: --networks routeviews.pfx2as.gz",
               "FILE");
  add_max_bad(command, options.max_bad, "a file's contacts");
}

void add_notify_form(CLI::App& command, NotifyOptions& options) {
  command
      .add_option(
          "--tlp", options.tlp,
          "Mark of the Traffic Light Protocol: clear, green, amber or red. Default: amber. Example: --tlp green")
      ->check(CLI::IsMember({"clear", "green", "amber", "red"}).description(""))
      ->type_name("MARK");
  command
      .add_option("--sender", options.sender,
                  "Who reports, NAME <ADDRESS> or an address. Default: a place to fill in. Example: --sender \"Example "
                  "CERT <cert@example.org>\"")
      ->type_name("WHO");
  command
      .add_option("--date", options.date,
                  "The date that notices bear. Default: that of the last sighting, so that the same run gives the same "
                  "bytes. Example: --date 2001-08-02T09:00:00Z")
      ->type_name("TIME");
  command
      .add_option(
          "--formats", options.formats,
          "Formats to write, by commas: mail, xarf, csv, stix, iodef, intelmq. Default: all. Example: --formats "
          "mail,csv")
      ->delimiter(',')
      ->check(CLI::IsMember({"mail", "xarf", "csv", "stix", "iodef", "intelmq"}).description(""))
      ->type_name("LIST")
      ->allow_extra_args(false);
  command
      .add_option(
          "--advice", options.advice,
          "Table of what to do about each label. Default: the one that came with the program. Example: --advice "
          "advice.toml")
      ->type_name("FILE");
  command.add_flag(
      "--exercise", options.exercise,
      "Take simulated sightings too, and mark every notice as an exercise. Default: no. Example: --exercise");
  command.add_flag("--again", options.again,
                   "Write also what earlier runs into the folder told. Default: only what is new. Example: --again");
}

}  // namespace

void add_notify(CLI::App& app, int& code) {
  static NotifyOptions options;
  CLI::App* command =
      app.add_subcommand("notify", "Write a notice to each owner of networks whose hosts a store saw; sends nothing");
  add_notify_selection(*command, options);
  add_notify_owners(*command, options);
  add_notify_form(*command, options);
  add_jobs(*command, options.jobs);
  command->callback([&code] { code = notify_command(options); });
}

}  // namespace secondwave
