#include <fmt/format.h>

#include <iterator>

#include "base/text.hpp"
#include "cli/environment.hpp"
#include "cli/json_text.hpp"
#include "cli/observe_commands.hpp"
#include "cli/query_setup.hpp"
#include "cli/table_output.hpp"
#include "observatory/query.hpp"
#include "report/table.hpp"
#include "signature/behaviour.hpp"

namespace secondwave {
namespace {

std::string time_text(std::int64_t time_us) {
  return to_string(UtcTime::from_microseconds(time_us));
}

SeriesKind series_kind(const std::string& name) {
  if (name == "new_sources") return SeriesKind::new_sources;
  if (name == "sightings") return SeriesKind::sightings;
  if (name == "packets") return SeriesKind::packets;
  if (name == "targets") return SeriesKind::targets;
  return SeriesKind::sources;
}

SourceOrder source_order(const std::string& name) {
  if (name == "packets") return SourceOrder::packets;
  if (name == "targets") return SourceOrder::targets;
  if (name == "first_seen") return SourceOrder::first_seen;
  if (name == "last_seen") return SourceOrder::last_seen;
  if (name == "address") return SourceOrder::address;
  return SourceOrder::sightings;
}

Status series(const QueryOptions& options) {
  Result<QuerySetup> setup = open_query(options);
  if (!setup) return tl::unexpected(setup.error());
  SeriesRequest request{.selection = std::move(setup->selection), .kind = series_kind(options.count)};
  request.bin_minutes = options.by == "minute" ? 1 : options.by == "day" ? 1440 : 60;
  const Result<StoredSeries> found = series_of(setup->asked(), request);
  if (!found) return tl::unexpected(found.error());
  if (found->apart > 0)
    tell(options.common, fmt::format("{} sources are shown apart and are not counted here", found->apart));
  const bool json = options.common.format == Format::json;
  const std::string label = options.label.empty() ? "all" : options.label;
  std::string text = json ? "{\n  \"series\": [" : "time,bin_s,count,kind,sensor,label\n";
  bool first = true;
  for (const StoredSeries::Bin& bin : found->bins) {
    const std::string start = time_text(std::int64_t{bin.start} * minute_us);
    const std::string count = fmt::format("{}", bin.count);
    if (json) {
      fmt::format_to(std::back_inserter(text),
                     "{}\n    {{\"time\": \"{}\", \"bin_s\": {}, \"count\": {}, \"kind\": \"{}\", \"sensor\": {}, "
                     "\"label\": {}{}}}",
                     first ? "" : ",", start, request.bin_minutes * 60, bin.gap ? "null" : count, options.count,
                     json_string(found->sensor), json_string(label),
                     bin.gap ? ", \"reason\": \"the sensor did not watch\"" : "");
    } else {
      fmt::format_to(std::back_inserter(text), "{},{},{},{},{},{}\n", start, request.bin_minutes * 60,
                     bin.gap ? "" : count, options.count, escape_for_csv(found->sensor), escape_for_csv(label));
    }
    first = false;
  }
  return emit(json ? text + "\n  ]\n}\n" : text);
}

/// The names of the bits that are set.
std::vector<std::string> names_of(std::uint64_t bits, const std::vector<std::string>& names) {
  std::vector<std::string> found;
  for (std::size_t i = 0; i < names.size() && i < 64; ++i) {
    if ((bits >> i & 1) != 0) found.push_back(names[i]);
  }
  return found;
}

std::string json_names(std::uint64_t bits, const std::vector<std::string>& names) {
  std::string text;
  for (const std::string& name : names_of(bits, names)) text += (text.empty() ? "" : ", ") + json_string(name);
  return "[" + text + "]";
}

std::string row_json(const SourceList& list, const SourceRow& row) {
  return fmt::format(
      "\"address\": \"{}\", \"sightings\": {}, \"packets\": {}, \"targets\": {}, \"labels\": {}, \"sensors\": {}, "
      "\"first_seen\": {}, \"last_seen\": {}{}",
      to_string_ipv4(row.address), row.sightings, row.packets, row.targets, json_names(row.labels, list.labels),
      json_names(row.sensors, list.sensors), json_time(row.first_us), json_time(row.last_us),
      row.spoof != 0 ? ", \"spoof_likely\": true" : "");
}

Status emit_sources_json(const SourceList& list, bool apart) {
  std::string text = fmt::format("{{\n  \"count\": {},\n  \"sources\": [", list.count);
  bool first = true;
  const auto put = [&](const std::string& row) -> Status {
    text += (first ? "\n    {" : ",\n    {") + row + "}";
    first = false;
    if (text.size() < std::size_t{1} << 20) return {};
    const Status written = emit(text);
    text.clear();
    return written;
  };
  for (const SourceRow& row : list.rows) {
    if (const Status written = put(row_json(list, row)); !written) return written;
  }
  text += "\n  ]";
  if (apart) {
    text += fmt::format(",\n  \"apart\": {{\n  \"count\": {},\n  \"sources\": [", list.apart.size());
    first = true;
    for (const SourceList::Apart& each : list.apart) {
      const std::string row = row_json(list, each.row) + ", \"known_as\": " + json_string(each.name);
      if (const Status written = put(row); !written) return written;
    }
    text += "\n  ]}";
  }
  return emit(text + "\n}\n");
}

std::vector<Cell> row_cells(const SourceList& list, const SourceRow& row, const std::string& known_as) {
  return {to_string_ipv4(row.address),
          row.sightings,
          row.packets,
          row.targets,
          fmt::format("{}", fmt::join(names_of(row.labels, list.labels), " ")),
          fmt::format("{}", fmt::join(names_of(row.sensors, list.sensors), " ")),
          time_text(row.first_us),
          time_text(row.last_us),
          std::string(row.spoof != 0 ? "likely" : ""),
          known_as};
}

Status sources(const QueryOptions& options) {
  Result<QuerySetup> setup = open_query(options);
  if (!setup) return tl::unexpected(setup.error());
  const bool apart = !setup->selection.apart.all.empty();
  const Result<SourceList> list =
      sources_of(setup->asked(),
                 {.selection = std::move(setup->selection), .order = source_order(options.sort), .top = options.top});
  if (!list) return tl::unexpected(list.error());
  if (options.common.format == Format::json) return emit_sources_json(*list, apart);
  Table table{{"address", "sightings", "packets", "targets", "labels", "sensors", "first_seen", "last_seen", "spoofed",
               "known_as"},
              {Align::left, Align::right, Align::right, Align::right},
              {}};
  for (const SourceRow& row : list->rows) table.rows.push_back(row_cells(*list, row, ""));
  for (const SourceList::Apart& each : list->apart) table.rows.push_back(row_cells(*list, each.row, each.name));
  if (options.common.format == Format::csv) return emit(table_csv(table));
  return emit(table_text(table, terminal_style()) + fmt::format("\n{} sources\n", list->count));
}

std::string spoof_text(std::uint8_t spoof) {
  if ((spoof & spoof_reserved) != 0) return "no host on the Internet can have this address: likely forged";
  return spoof != 0 ? "an address of the sensor's own networks: likely forged" : "";
}

Status emit_evidence_json(const SourceEvidence& evidence, Ipv4 address) {
  std::string text = fmt::format("{{\n  \"address\": \"{}\",\n  \"activity\": [", to_string_ipv4(address));
  std::string comma;
  for (const SourceEvidence::Activity& a : evidence.activity) {
    text += fmt::format(
        "{}\n    {{\"sensor\": {}, \"label\": {}, \"rule\": {}, \"what\": {}, \"origin\": \"{}\", \"sightings\": {}, "
        "\"packets\": {}, \"targets\": {}, \"first_seen\": {}, \"last_seen\": {}}}",
        comma, json_string(a.sensor), json_string(a.label), a.rule.empty() ? "null" : json_string(a.rule),
        a.what.empty() ? "null" : json_string(a.what), a.simulated ? "simulated" : "observed", a.sightings, a.packets,
        a.targets, json_time(a.first_us), json_time(a.last_us));
    comma = ",";
  }
  text += "\n  ],\n  \"behaviour\": [";
  comma.clear();
  for (const SourceEvidence::Verdict& v : evidence.behaviour) {
    text += fmt::format("{}\n    {{\"sensor\": {}, \"label\": {}, \"reason\": {}, \"spoof_likely\": {}}}", comma,
                        json_string(v.sensor), json_string(v.label), json_string(v.reason), v.spoof != 0);
    comma = ",";
  }
  text += "\n  ],\n  \"samples\": [";
  comma.clear();
  for (const SourceEvidence::Sample& s : evidence.samples) {
    text += fmt::format(
        "{}\n    {{\"time\": {}, \"sensor\": {}, \"label\": {}, \"rule\": {}, \"input\": {}, \"place\": {}, \"text\": "
        "{}}}",
        comma, json_time(s.time_us), json_string(s.sensor), json_string(s.label),
        s.rule.empty() ? "null" : json_string(s.rule), json_string(s.input), s.place, json_string(s.text));
    comma = ",";
  }
  return emit(text + "\n  ]\n}\n");
}

Status evidence(const QueryOptions& options) {
  const Result<Ipv4> address = parse_ipv4(options.address);
  if (!address) return failure(ErrorKind::usage, address.error().message, {}, address.error().remedy);
  Result<QuerySetup> setup = open_query(options);
  if (!setup) return tl::unexpected(setup.error());
  const Result<SourceEvidence> found = evidence_of(*setup->store, *address);
  if (!found) return tl::unexpected(found.error());
  if (options.common.format == Format::json) return emit_evidence_json(*found, *address);
  Table samples{{"time", "sensor", "label", "rule", "input", "place", "text"}, {}, {}};
  for (const SourceEvidence::Sample& s : found->samples)
    samples.rows.push_back({time_text(s.time_us), s.sensor, s.label, s.rule, s.input, s.place, s.text});
  if (options.common.format == Format::csv) return emit(table_csv(samples));
  Table activity{{"sensor", "label", "rule", "what", "sightings", "packets", "targets", "first", "last"}, {}, {}};
  for (const SourceEvidence::Activity& a : found->activity)
    activity.rows.push_back({a.sensor, a.label, a.rule, a.what, a.sightings, a.packets, a.targets,
                             time_text(a.first_us), time_text(a.last_us)});
  std::string text = found->activity.empty() ? options.address + " is in no input of this store\n"
                                             : table_text(activity, terminal_style());
  for (const SourceEvidence::Verdict& v : found->behaviour) {
    text += escape_for_terminal(fmt::format("\n{}: {}: {}", v.sensor, v.label, v.reason));
    if (v.spoof != 0) text += "; " + spoof_text(v.spoof);
  }
  if (!found->behaviour.empty()) text += "\n";
  if (!samples.rows.empty()) text += "\n" + table_text(samples, terminal_style());
  return emit(text);
}

}  // namespace

int series_command(const QueryOptions& options) {
  return finish(series(options));
}
int sources_command(const QueryOptions& options) {
  return finish(sources(options));
}
int evidence_command(const QueryOptions& options) {
  return finish(evidence(options));
}

}  // namespace secondwave
