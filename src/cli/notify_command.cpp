#include "cli/notify_command.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <memory>

#include "base/text.hpp"
#include "base/time.hpp"
#include "census/network_table.hpp"
#include "cli/contacts.hpp"
#include "cli/environment.hpp"
#include "cli/json_text.hpp"
#include "cli/query_setup.hpp"
#include "cli/table_output.hpp"
#include "ensemble/thread_executor.hpp"
#include "observatory/victims.hpp"
#include "report/notice_advice.hpp"
#include "report/notice_folder.hpp"
#include "report/notice_text.hpp"
#include "scenario/text_file.hpp"
#include "signature/labels.hpp"
#include "store/sqlite_names.hpp"

namespace secondwave {
namespace {

constexpr std::size_t notices_on_screen = 30;

/// What was read before anything is written.
struct NotifyParts {
  QuerySetup query;
  ContactBook book;
  std::vector<NetworkTable> networks;
  std::vector<const NoticeFormat*> formats;
  NoticeRun run;
  std::optional<std::int64_t> date_us;
};

struct Gathered {
  std::vector<NoticeHost> hosts;
  VictimTally tally;
  std::uint64_t told_before = 0;  ///< hosts and labels
};

Result<NoticeSender> sender_from(const std::string& text) {
  NoticeSender sender;
  if (text.empty()) return sender;
  if (escape_line(text) != text) {
    return failure(ErrorKind::usage,
                   "the sender has control characters or bytes that are no text: '" + text.substr(0, 100) + "'", {},
                   "--sender \"Example CERT <cert@example.org>\"");
  }
  const std::size_t open = text.find('<');
  std::string address = text;
  if (open != std::string::npos) {
    const std::size_t close = text.find('>', open);
    address = text.substr(open + 1, close == std::string::npos ? close : close - open - 1);
    const std::size_t end = text.find_last_not_of(" \"", open == 0 ? 0 : open - 1);
    const std::size_t start = text.find_first_not_of(" \"");
    sender.name = open == 0 || end == std::string::npos || start > end ? address : text.substr(start, end + 1 - start);
  } else {
    sender.name = text;
  }
  if (!is_mail_address(address))
    return failure(ErrorKind::usage, "'" + text.substr(0, 100) + "' names no plain mail address", {},
                   "--sender \"Example CERT <cert@example.org>\"");
  sender.name = notice_line(sender.name);
  sender.address = address;
  return sender;
}

Status use_labels(const NotifyOptions& options, NotifyParts& parts, std::vector<std::string>& labels) {
  const auto names = label_names();
  for (const std::string& label : options.labels) {
    if (label_from(label)) {
      labels.push_back(label);
      continue;
    }
    const std::string_view near = nearest_word(label, {names.begin(), names.end()});
    return failure(
        ErrorKind::usage, "there is no label '" + label.substr(0, 100) + "'", {},
        near.empty() ? "secondwave signatures list shows labels" : "did you mean " + std::string(near) + "?");
  }
  if (!labels.empty()) return {};
  for (const std::string_view name : names) {
    const auto known = parts.run.advice.find(std::string(name));
    if (known != parts.run.advice.end() && known->second.infected) labels.emplace_back(name);
  }
  return {};
}

Status use_contacts(const NotifyOptions& options, NotifyParts& parts) {
  const Status read = add_contact_files(options.contacts, options.max_bad, options.query.common, parts.book);
  if (!read) return read;
  for (const std::string& path : options.networks) {
    Result<NetworkTable> table = NetworkTable::open(path, options.max_bad);
    if (!table) return tl::unexpected(table.error());
    parts.networks.push_back(std::move(*table));
  }
  return {};
}

Status use_form(const NotifyOptions& options, NotifyParts& parts) {
  Result<NoticeSender> sender = sender_from(options.sender);
  if (!sender) return tl::unexpected(sender.error());
  parts.run.sender = std::move(*sender);
  parts.run.exercise = options.exercise;
  for (const Tlp tlp : {Tlp::clear, Tlp::green, Tlp::amber, Tlp::red}) {
    if (options.tlp == to_string(tlp)) parts.run.tlp = tlp;
  }
  if (!options.date.empty()) {
    const Result<UtcTime> date = parse_utc(options.date);
    if (!date) return failure(ErrorKind::usage, date.error().message, {}, date.error().remedy);
    parts.date_us = date->microseconds();
  }
  for (const NoticeFormat& format : notice_formats()) {
    const auto& asked = options.formats;
    if (asked.empty() || std::find(asked.begin(), asked.end(), format.name) != asked.end())
      parts.formats.push_back(&format);
  }
  return {};
}

Status use_advice(const NotifyOptions& options, NotifyParts& parts) {
  std::string path = options.advice;
  if (path.empty()) {
    const Result<std::filesystem::path> data = data_folder();
    if (!data) return tl::unexpected(data.error());
    path = (*data / "tables" / "advice.toml").string();
  }
  const Result<std::string> text = read_text_file(path, std::size_t{1} << 20);
  if (!text) return tl::unexpected(text.error());
  Result<std::map<std::string, Advice>> advice = parse_advice(*text, path);
  if (!advice) return tl::unexpected(advice.error());
  parts.run.advice = std::move(*advice);
  return {};
}

Result<NotifyParts> notify_parts(const NotifyOptions& options) {
  NotifyParts parts;
  if (const Status used = use_form(options, parts); !used) return tl::unexpected(used.error());
  if (const Status used = use_advice(options, parts); !used) return tl::unexpected(used.error());
  std::error_code unknown;
  if (std::filesystem::exists(options.out, unknown) && !std::filesystem::is_directory(options.out, unknown))
    return failure(ErrorKind::usage, "this is not a folder", {.file = options.out}, "name a folder, or a new one");
  if (const Status used = use_contacts(options, parts); !used) return tl::unexpected(used.error());
  Result<QuerySetup> query = open_query(options.query);
  if (!query) return tl::unexpected(query.error());
  parts.query = std::move(*query);
  if (const Status kept = add_stored_contacts(*parts.query.store, parts.book); !kept)
    return tl::unexpected(kept.error());
  for (const std::string& text : options.allow) {
    const Result<Prefix> prefix = parse_prefix(text);
    if (!prefix) return failure(ErrorKind::usage, prefix.error().message, {}, prefix.error().remedy);
    parts.query.selection.apart.all.push_back({*prefix, "allowed"});
  }
  return parts;
}

/// Nobody is told of a victim that was made up.
Status refuse_simulated(const NotifyOptions& options, const VictimTally& tally) {
  if (tally.simulated == 0 || options.exercise) return {};
  return failure(ErrorKind::data,
                 fmt::format("{} of {} sources were seen by a simulated sensor: nobody may be told of them",
                             tally.simulated, tally.sources),
                 {.file = options.query.store},
                 "--exercise marks every notice as an exercise; --sensor picks a real sensor. Nothing was written");
}

Result<Gathered> gather(const NotifyOptions& options, NotifyParts& parts) {
  Gathered found;
  VictimRequest request{.selection = parts.query.selection, .labels = {}};
  if (const Status used = use_labels(options, parts, request.labels); !used) return tl::unexpected(used.error());
  Result<VictimTally> tally = each_victim(*parts.query.store, request, [&](Victim&& victim) -> Status {
    if (cancelled_by_signal().cancelled()) return failure(ErrorKind::interrupted, "interrupted: no notice was written");
    found.hosts.push_back({.address = victim.address,
                           .label = victim.label,
                           .sensors = victim.sensors,
                           .first_us = victim.first_us,
                           .last_us = victim.last_us,
                           .sightings = victim.sightings,
                           .packets = victim.packets,
                           .targets = victim.targets,
                           .evidence_us = victim.evidence_us,
                           .country = {},
                           .name = {},
                           .evidence = std::move(victim.evidence)});
    return {};
  });
  if (!tally) return tl::unexpected(tally.error());
  found.tally = std::move(*tally);
  if (const Status fine = refuse_simulated(options, found.tally); !fine) return tl::unexpected(fine.error());
  parts.run.labels = found.tally.labels;
  for (const VictimTally::Sensor& each : found.tally.sensors) parts.run.sensors.push_back({each.name, each.time_zone});
  parts.run.date_us = parts.date_us.value_or(found.tally.last_us);
  return found;
}

void drop_told(const NotifyOptions& options, const NoticeFolder& folder, const NoticeRun& run, Gathered& found) {
  if (options.again) return;
  const std::size_t before = found.hosts.size();
  std::erase_if(found.hosts, [&](const NoticeHost& host) {
    return !folder.is_new(host.address, run.label(host), host.first_us, host.last_us, run.exercise);
  });
  found.told_before = before - found.hosts.size();
}

/// Names that the store knows; both are in order of address, of several names the latest holds.
Status add_names(SqliteStore& store, std::vector<NoticeHost>& hosts) {
  SqliteNameCache names(store);
  std::size_t at = 0;
  return names.walk([&](const NamePeriod& period) -> Status {
    while (at < hosts.size() && hosts[at].address < period.answer.address) ++at;
    for (std::size_t i = at; i < hosts.size() && hosts[i].address == period.answer.address; ++i) {
      if (!period.answer.name.empty()) hosts[i].name = period.answer.name;
    }
    return {};
  });
}

HostFact fact_from_tables(const std::vector<NetworkTable>& tables, Ipv4 address) {
  HostFact fact{.address = address};
  for (const NetworkTable& table : tables) {
    const NetworkFact* known = table.find(address);
    if (known == nullptr) continue;
    if (fact.asn == 0 && known->asn != 0) {
      fact.asn = known->asn;
      fact.as_name = table.text(known->as_name);
    }
    if (fact.country.empty() && known->country[0] != 0)
      fact.country = std::string(known->country.data(), known->country.size());
  }
  return fact;
}

/// For people without the names of files: they are long, and notices.csv has them.
Table owners_table(const NoticeSet& set, std::size_t most, bool files) {
  Table table{{"owner", "name", "addresses", "sightings", "first_seen", "last_seen"},
              {Align::left, Align::left, Align::right, Align::right},
              {}};
  if (files) table.headers.emplace_back("file");
  for (const Notice& notice : set.notices) {
    if (table.rows.size() == most) break;
    const NoticeSpan span = span_of(notice.hosts);
    table.rows.push_back({notice.owner.key, notice.owner.name, span.addresses, span.sightings,
                          notice_time(span.first_us), notice_time(span.last_us)});
    if (files) table.rows.back().emplace_back(notice_file_name(notice));
  }
  return table;
}

std::string owner_json(const Notice& notice) {
  const NoticeSpan span = span_of(notice.hosts);
  const char* kind = notice.owner.kind == NoticeOwner::Kind::contact ? "contact"
                     : notice.owner.kind == NoticeOwner::Kind::as    ? "as"
                                                                     : "prefix";
  return fmt::format(
      "{{\"notice\": \"{}\", \"file\": {}, \"kind\": \"{}\", \"owner\": {}, \"contact\": {}, \"name\": {}, "
      "\"addresses\": "
      "{}, \"sightings\": {}, \"first_seen\": {}, \"last_seen\": {}}}",
      notice.id, json_string(notice_file_name(notice)), kind, json_string(notice.owner.key),
      notice.owner.contact.empty() ? "null" : json_string(notice.owner.contact), json_string(notice.owner.name),
      span.addresses, span.sightings, json_time(span.first_us), json_time(span.last_us));
}

std::string left_out_json(const Gathered& found) {
  std::string apart;
  for (const auto& [name, count] : found.tally.apart)
    apart += fmt::format("{}{}: {}", apart.empty() ? "" : ", ", json_string(name), count);
  return fmt::format("{{\"told_before\": {}, \"other_labels\": {}, \"no_owner\": {}, \"apart\": {{{}}}}}",
                     found.told_before, found.tally.other_labels, found.tally.forged, apart);
}

Status emit_notices_json(const NoticeSet& set, const NoticeRun& run, const Gathered& found,
                         const WrittenNotices& written) {
  std::uint64_t addresses = 0;
  for (const Notice& notice : set.notices) addresses += span_of(notice.hosts).addresses;
  std::string text = fmt::format(
      "{{\n  \"folder\": {},\n  \"exercise\": {},\n  \"tlp\": \"{}\",\n  \"date\": {},\n  \"addresses\": {},\n  "
      "\"files\": {},\n  \"bytes\": {},\n  \"left_out\": {},\n  \"count\": {},\n  \"notices\": [",
      written.folder.empty() ? "null" : json_string(written.folder.string()), run.exercise, to_string(run.tlp),
      json_time(run.date_us), addresses, written.files, written.bytes, left_out_json(found), set.notices.size());
  const char* comma = "";
  for (const Notice& notice : set.notices) {
    text += fmt::format("{}\n    {}", comma, owner_json(notice));
    comma = ",";
  }
  return emit(text + "\n  ]\n}\n");
}

void tell_left_out(const NotifyOptions& options, const Gathered& found) {
  const auto say = [&](std::uint64_t count, const char* things, const std::string& why) {
    if (count == 0) return;
    const std::string what = fmt::format("{} {}{}", count, things, count == 1 ? "" : "s");
    tell(options.query.common, escape_for_terminal(what + " left out: " + why));
  };
  for (const auto& [name, count] : found.tally.apart) say(count, "source", name);
  say(found.tally.other_labels, "source", "seen with other labels alone (--label asks for them)");
  say(found.tally.forged, "source", "an address that nobody owns, so it is likely forged");
  say(found.told_before, "host", "told of before (--again writes it too)");
}

/// Told before, or never there: two things that a responder must not take for each other.
const char* nothing_written(const Gathered& found) {
  return found.told_before > 0
             ? "Nothing new: no notice was written\n"
             : "No source fits what was asked for: no notice was written (--label, --from, --to, and what "
               "is left out above)\n";
}

Status emit_notices(const NotifyOptions& options, const NoticeSet& set, const NoticeRun& run, const Gathered& found,
                    const WrittenNotices& written) {
  tell_left_out(options, found);
  const Format format = options.query.common.format;
  if (format == Format::json) return emit_notices_json(set, run, found, written);
  if (format == Format::csv) return emit(table_csv(owners_table(set, set.notices.size(), true)));
  if (set.notices.empty()) return emit(nothing_written(found));
  std::string text = table_text(owners_table(set, notices_on_screen, false), terminal_style());
  if (set.notices.size() > notices_on_screen)
    text += fmt::format("... and {} more: notices.csv lists all\n", set.notices.size() - notices_on_screen);
  return emit(text + escape_for_terminal(fmt::format("\n{}{} notices in {}; nothing was sent\n",
                                                     run.exercise ? "EXERCISE: " : "", set.notices.size(),
                                                     written.folder.string())));
}

Status notify(const NotifyOptions& options) {
  Result<NotifyParts> parts = notify_parts(options);
  if (!parts) return tl::unexpected(parts.error());
  Result<Gathered> found = gather(options, *parts);
  if (!found) return tl::unexpected(found.error());
  Result<NoticeFolder> folder = NoticeFolder::open(options.out);
  if (!folder) return tl::unexpected(folder.error());
  drop_told(options, *folder, parts->run, *found);
  if (const Status named = add_names(*parts->query.store, found->hosts); !named) return named;
  const NoticeSet set = group_notices(
      std::move(found->hosts), parts->book, [&](Ipv4 address) { return fact_from_tables(parts->networks, address); },
      parts->run);
  if (options.sender.empty() && !set.notices.empty())
    tell(options.query.common, "No --sender was given: notices bear a placeholder that must be filled in");
  ThreadExecutor executor(options.jobs);
  const Result<WrittenNotices> written =
      folder->write(set, parts->run, parts->formats, executor, cancelled_by_signal());
  if (!written) return tl::unexpected(written.error());
  return emit_notices(options, set, parts->run, *found, *written);
}

}  // namespace

int notify_command(const NotifyOptions& options) {
  return finish(notify(options));
}

}  // namespace secondwave
