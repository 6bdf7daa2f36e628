#include "cli/reading_report.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>

#include "base/text.hpp"
#include "cli/environment.hpp"
#include "cli/json_text.hpp"
#include "cli/table_output.hpp"
#include "report/table.hpp"

namespace secondwave {
namespace {

bool places_are_offsets(const std::string& format) {
  return format == "pcap" || format == "pcapng" || format.find("avro") != std::string::npos;
}

bool too_bad(const ReadTally& tally, double max_bad) {
  return static_cast<double>(tally.bad) > max_bad * static_cast<double>(tally.records());
}

std::string first_bad(const InputReport& input, const ReadTally& tally) {
  if (tally.bad_samples.empty()) return "null";
  const ReadTally::Bad& bad = tally.bad_samples.front();
  return fmt::format("{{\"{}\": {}, \"why\": {}}}", places_are_offsets(input.input.format) ? "offset" : "line",
                     bad.place, json_string(bad.why));
}

std::string report_json(const ObserveReport& report) {
  std::string text = "{\n  \"files\": [";
  bool first = true;
  for (const InputReport& each : report.inputs) {
    const ReadTally t = each.tally();
    fmt::format_to(std::back_inserter(text),
                   "{}\n    {{\"path\": {}, \"status\": {}, \"format\": {}, \"compression\": {}, \"records\": {}, "
                   "\"sightings\": {}, \"repeats\": {}, \"other\": {}, \"ipv6\": {}, \"outside\": {}, \"unmatched\": "
                   "{}, \"bad\": {}, "
                   "\"first_bad\": {}, \"first\": {}, \"last\": {}, \"new_records\": {}, \"new_bytes\": {}",
                   first ? "" : ",", json_string(each.path), json_string(to_string(each.status)),
                   each.input.format.empty() ? "null" : json_string(each.input.format),
                   each.input.compression.empty() ? "null" : json_string(each.input.compression), t.records(),
                   t.sightings, t.repeats, t.other, t.ipv6, t.outside, t.unmatched, t.bad, first_bad(each, t),
                   json_time(t.first_us), json_time(t.last_us), each.records_read, each.bytes_read);
    if (each.error) text += ", \"error\": " + json_string(each.error->message);
    text += "}";
    first = false;
  }
  fmt::format_to(std::back_inserter(text), "\n  ],\n  \"sightings\": {},\n  \"sources\": {}", report.sightings,
                 report.sources);
  if (report.interrupted) text += ",\n  \"partial\": true";
  return text + "\n}\n";
}

Cell time_cell(const std::optional<std::int64_t>& time_us) {
  if (!time_us) return {};
  return to_string(UtcTime::from_microseconds(*time_us));
}

Table report_table(const ObserveReport& report) {
  Table table{{"file", "status", "format", "records", "sightings", "bad", "first", "last"}, {}, {}};
  table.alignments = {Align::left, Align::left, Align::left, Align::right, Align::right, Align::right};
  for (const InputReport& each : report.inputs) {
    const ReadTally t = each.tally();
    table.rows.push_back({each.path, std::string(to_string(each.status)), each.input.format, t.records(), t.sightings,
                          t.bad, time_cell(t.first_us), time_cell(t.last_us)});
  }
  return table;
}

Status emit_report(const ObserveReport& report, const Common& common) {
  if (common.format == Format::json) return emit(report_json(report));
  if (common.format == Format::csv) return emit(table_csv(report_table(report)));
  return emit(table_text(report_table(report), terminal_style()) +
              fmt::format("\n{} sightings from {} sources\n", report.sightings, report.sources));
}

/// What the user should know of an input; true where it was read well.
bool tell_input(const InputReport& each, double max_bad, const Common& common) {
  if (!each.note.empty()) tell(common, each.path + ": " + each.note);
  const ReadTally tally = each.tally();
  if (!tally.bad_samples.empty()) {
    const ReadTally::Bad& bad = tally.bad_samples.front();
    const std::string what =
        fmt::format("{}: {} of {} records are bad; the first, {} {}: {}", each.path, tally.bad, tally.records(),
                    places_are_offsets(each.input.format) ? "offset" : "line", bad.place, bad.why);
    if (!too_bad(tally, max_bad)) {
      tell(common, what);
    } else {
      static_cast<void>(report_error(
          {ErrorKind::data,
           what,
           {},
           fmt::format(
               "what could be read is in the store (secondwave store forget {} takes it back); --max-bad sets how "
               "many may be bad",
               each.input.id)}));
    }
  }
  if (tally.ipv6 > 0)
    tell(common, fmt::format("{}: {} records are about IPv6 and are not counted", each.path, tally.ipv6));
  if (each.error && each.error->kind != ErrorKind::interrupted) static_cast<void>(report_error(*each.error));
  return !each.error && !too_bad(tally, max_bad);
}

int code_of(const ObserveReport& report, double max_bad) {
  if (report.interrupted) return exit_code(ErrorKind::interrupted);
  const auto any = [&](ErrorKind kind) {
    return std::any_of(report.inputs.begin(), report.inputs.end(),
                       [&](const InputReport& each) { return each.error && each.error->kind == kind; });
  };
  for (const ErrorKind kind : {ErrorKind::machine, ErrorKind::usage, ErrorKind::data}) {
    if (any(kind)) return exit_code(kind);
  }
  const bool bad = std::any_of(report.inputs.begin(), report.inputs.end(),
                               [&](const InputReport& each) { return too_bad(each.tally(), max_bad); });
  return bad ? exit_code(ErrorKind::data) : 0;
}

}  // namespace

Result<int> tell_report(const ObserveReport& report, double max_bad, const Common& common) {
  bool any_good = report.interrupted;
  for (const InputReport& each : report.inputs) any_good = tell_input(each, max_bad, common) || any_good;
  if (report.interrupted) tell(common, "interrupted: what was read is committed; the same command goes on from there");
  if (any_good) {
    if (const Status written = emit_report(report, common); !written) return tl::unexpected(written.error());
  }
  return code_of(report, max_bad);
}

}  // namespace secondwave
