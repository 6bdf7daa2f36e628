#include <fmt/format.h>

#include <iterator>

#include "census/local_hours.hpp"
#include "cli/census_hosts.hpp"
#include "cli/census_output.hpp"
#include "cli/json_text.hpp"

namespace secondwave {
namespace {

std::string text_or_null(const std::string& text) {
  return text.empty() ? "null" : json_string(text);
}

template <class Number>
std::string list(const Number& numbers) {
  return fmt::format("[{}]", fmt::join(numbers, ", "));
}

std::string names_json(const NameCounts& names) {
  std::string text = "{";
  for (std::size_t i = 0; i < lookup_outcomes; ++i)
    text += fmt::format("\"{}\": {}, ", to_string(static_cast<LookupOutcome>(i)), names.by_outcome[i]);
  return text + fmt::format(
                    "\"named\": {}, \"kept\": {}, \"shared\": {}, \"zone_owners\": {}, \"confirmed\": {}, "
                    "\"denied\": {}}}",
                    names.named, names.kept, names.shared, names.zone_owners, names.confirmed, names.denied);
}

std::string apart_json(const Census& census) {
  std::string text;
  for (const auto& [name, count] : census.apart)
    text += fmt::format("{}{}: {}", text.empty() ? "" : ", ", json_string(name), count);
  return "{" + text + "}";
}

std::string asked_json(const Census& census) {
  std::string who;
  for (const std::string& each : census.resolvers) who += (who.empty() ? "" : ", ") + json_string(each);
  const NameTraffic& traffic = census.traffic;
  return fmt::format(
      "{{\"resolvers\": [{}], \"names\": {}, \"answers\": {}, \"zones\": {}, \"confirmed\": {}, \"sent\": {}, "
      "\"repeated\": {}, "
      "\"seconds\": {:.3f}, \"not_asked_simulated\": {}}}",
      who, traffic.names, census.answers, traffic.zones, traffic.confirmed, traffic.sent, traffic.repeated,
      traffic.seconds, census.not_asked_simulated);
}

std::string offline_json(const Census& census) {
  std::string text = "[";
  std::string comma;
  for (const Census::NamesFile& file : census.files) {
    std::string bad = "null";
    if (!file.counts.bad_samples.empty())
      bad = fmt::format("{{\"line\": {}, \"why\": {}}}", file.counts.bad_samples[0].place,
                        json_string(file.counts.bad_samples[0].why));
    text += fmt::format("{}{{\"path\": {}, \"names\": {}, \"of_hosts\": {}, \"bad\": {}, \"first_bad\": {}}}", comma,
                        json_string(file.path), file.counts.sightings, file.of_hosts, file.counts.bad, bad);
    comma = ", ";
  }
  return text + "]";
}

std::string networks_json(const Census& census) {
  std::string text = "[";
  std::string comma;
  for (const Census::Table& each : census.networks) {
    const NetworkTable& table = each.table;
    text += fmt::format(
        "{}{{\"path\": {}, \"kind\": \"{}\", \"title\": {}, \"date\": {}, \"rows\": {}, \"skipped\": {}, "
        "\"years_from_sightings\": {}}}",
        comma, json_string(table.path()), to_string(table.kind()), json_string(table.title()),
        json_time(table.date_us()), table.rows(), table.skipped().skipped,
        each.years_apart ? fmt::format("{:.2f}", *each.years_apart) : "null");
    comma = ", ";
  }
  return text + "]";
}

std::string days_json(const CensusDays& days) {
  std::string text = "[";
  for (std::size_t i = 0; i < days.days.size(); ++i) {
    const CensusDays::Day& day = days.days[i];
    fmt::format_to(std::back_inserter(text),
                   "{}\n    {{\"day\": \"{}\", \"hosts\": {}, \"new_hosts\": {}, \"silent\": {}}}", i == 0 ? "" : ",",
                   day_text(days.first + static_cast<std::int32_t>(i)), day.hosts, day.new_hosts, day.silent);
  }
  return text + "\n  ]";
}

std::string table_json(const CensusTable& table, bool by_day, const HostCount& hosts) {
  std::string text = fmt::format("{{\"hosts\": {}, \"unknown\": {}, \"keys\": {}, \"rows\": [", table.hosts,
                                 table.unknown, table.keys);
  bool first = true;
  for (const CensusRow& row : table.rows) {
    fmt::format_to(std::back_inserter(text),
                   "{}\n      {{\"key\": {}, \"label\": {}, \"hosts\": {}, \"share\": {:.6f}, \"sightings\": {}{}{}}}",
                   first ? "" : ",", json_string(row.key), text_or_null(row.label), row.hosts,
                   static_cast<double>(row.hosts) / static_cast<double>(table.hosts), row.sightings,
                   part_json(hosts, row.by_assignment), by_day ? ", \"by_day\": " + list(row.by_day) : "");
    first = false;
  }
  return text + "\n    ]}";
}

std::string silence_json(const CensusSilence& silence) {
  return fmt::format(
      "{{\"first\": {}, \"bin_s\": {}, \"last_seen\": {}, \"lifetime_s\": {{\"p10\": {:.0f}, \"p50\": {:.0f}, "
      "\"p90\": {:.0f}}}}}",
      silence.last_seen.empty() ? "null" : json_time(silence.first_us), silence.bin_us / 1'000'000,
      list(silence.last_seen), silence.lifetime_p10_s, silence.lifetime_p50_s, silence.lifetime_p90_s);
}

std::string host_json(const HostFact& host) {
  std::string because;
  for (const std::string& each : host.because) because += (because.empty() ? "" : ", ") + json_string(each);
  std::string text = fmt::format(
      "{{\"address\": \"{}\", \"lookup\": \"{}\", \"name\": {}, \"named_at\": {}, \"confirmed\": {}, \"zone\": {}, "
      "\"zone_owner\": {}, \"country\": {}, \"city\": {}, \"asn\": {}, \"as_name\": {}, \"network\": {}, ",
      to_string_ipv4(host.address), to_string(host.lookup), text_or_null(host.name),
      host.named_us == 0 ? "null" : json_time(host.named_us),
      host.confirmed ? (*host.confirmed ? "true" : "false") : "null", text_or_null(host.zone),
      text_or_null(host.zone_owner), text_or_null(host.country), text_or_null(host.city),
      host.asn == 0 ? "null" : fmt::format("{}", host.asn), text_or_null(host.as_name),
      host.prefix ? "\"" + to_string(*host.prefix) + "\"" : "null");
  text += fmt::format(
      "\"access\": {}, \"assignment\": {}, \"role\": {}, \"owner\": {}, \"confidence\": {}, \"because\": [{}], "
      "\"abuse_contact\": {}, ",
      text_or_null(host.access), text_or_null(host.assignment), text_or_null(host.role), text_or_null(host.owner),
      host.confidence, because, text_or_null(host.abuse_contact));
  return text +
         fmt::format("\"first_seen\": {}, \"last_seen\": {}, \"days\": {}, \"sightings\": {}, \"simulated\": {}}}",
                     json_time(host.first_us), json_time(host.last_us), host.days.size(), host.sightings,
                     host.simulated);
}

}  // namespace

Status emit_census_json(const CensusOptions& options, const Census& census, const CensusCounts& counts) {
  std::optional<std::int64_t> first_us;
  std::optional<std::int64_t> last_us;
  for (const HostFact& host : census.hosts) {
    first_us = std::min(first_us.value_or(host.first_us), host.first_us);
    last_us = std::max(last_us.value_or(host.last_us), host.last_us);
  }
  std::string text = fmt::format(
      "{{\n  \"sources\": {},\n  \"apart\": {},\n  \"simulated\": {},\n  \"hosts\": {},\n  \"label\": {},\n  "
      "\"sensor\": {},\n  "
      "\"first_seen\": {},\n"
      "  \"last_seen\": {},\n  \"interrupted\": {},\n  \"names\": {},\n  \"asked\": {},\n  \"offline\": {},\n"
      "  \"networks\": {},\n  \"days\": {},\n  \"tables\": {{",
      census.hosts.size(), apart_json(census), census.simulated, hosts_json(counts.host_count, counts.recapture),
      text_or_null(options.query.label), text_or_null(options.query.sensor), json_time(first_us), json_time(last_us),
      census.interrupted, names_json(counts.names), asked_json(census), offline_json(census), networks_json(census),
      days_json(counts.days));
  std::string comma;
  for (const CensusTable& table : counts.tables) {
    text += fmt::format("{}\n    \"{}\": {}", comma, to_string(table.by),
                        table_json(table, options.by_day, counts.host_count));
    comma = ",";
  }
  const HourCounts hours = count_hours(census.hosts);
  text +=
      fmt::format("\n  }},\n  \"silence\": {},\n  \"hours\": {{\"utc\": {}, \"local\": {}, \"local_hosts\": {}}}\n}}\n",
                  silence_json(counts.silence), list(hours.utc), list(hours.local), hours.local_hosts);
  return emit(text);
}

Status emit_hosts_json(const Census& census, const CensusCounts& counts) {
  std::string text = fmt::format(
      "{{\n  \"sources\": {},\n  \"apart\": {},\n  \"interrupted\": {},\n  \"estimate\": {},\n  \"hosts\": [",
      census.hosts.size(), apart_json(census), census.interrupted, hosts_json(counts.host_count, counts.recapture));
  bool first = true;
  for (const HostFact& host : census.hosts) {
    text += (first ? "\n    " : ",\n    ") + host_json(host);
    first = false;
    if (text.size() < std::size_t{1} << 20) continue;
    if (const Status written = emit(text); !written) return written;
    text.clear();
  }
  return emit(text + "\n  ]\n}\n");
}

}  // namespace secondwave
