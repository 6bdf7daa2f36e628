#include "cli/query_setup.hpp"

#include <fmt/format.h>

#include "base/text.hpp"
#include "base/time.hpp"
#include "observatory/skew_correction.hpp"
#include "scenario/text_file.hpp"
#include "signature/labels.hpp"

namespace secondwave {
namespace {

constexpr std::size_t largest_known_file = std::size_t{16} << 20;

Status use_label(const QueryOptions& options, Selection& selection) {
  if (options.label.empty()) return {};
  if (!label_from(options.label)) {
    const auto names = label_names();
    const std::string_view near = nearest_word(options.label, {names.begin(), names.end()});
    return failure(
        ErrorKind::usage, "there is no label '" + options.label + "'", {},
        near.empty() ? "secondwave signatures list shows labels" : "did you mean " + std::string(near) + "?");
  }
  selection.label = options.label;
  return {};
}

Status use_apart(const QueryOptions& options, Selection& selection) {
  for (const std::string& text : options.own) {
    const Result<Prefix> prefix = parse_prefix(text);
    if (!prefix) return failure(ErrorKind::usage, prefix.error().message, {}, prefix.error().remedy);
    selection.apart.all.push_back({*prefix, "own network"});
  }
  if (options.known.empty()) return {};
  const Result<std::string> text = read_text_file(options.known, largest_known_file);
  if (!text) return tl::unexpected(text.error());
  Result<std::vector<KnownSources::Named>> known = parse_known_sources(*text, options.known);
  if (!known) return tl::unexpected(known.error());
  selection.apart.all.insert(selection.apart.all.end(), known->begin(), known->end());
  return {};
}

/// What was done to the clock of a sensor, for people.
std::string told(const ClockCorrection& correction) {
  const SkewEstimate& estimate = correction.estimate;
  const auto interval = [](const Interval95& value) {
    return fmt::format("{:.3f} ({:.3f} to {:.3f})", value.estimate, value.low, value.high);
  };
  std::string text =
      fmt::format("times of {} are shown by the clock of {}: the clock of {} is {} s ahead of that of {} at {}",
                  correction.sensor, correction.reference, estimate.sensor, interval(*estimate.skew_s),
                  estimate.reference, to_string(UtcTime::from_seconds(estimate.at_us / 1'000'000)));
  if (estimate.drift_s_per_day) text += fmt::format(" and gains {} s a day", interval(*estimate.drift_s_per_day));
  return text + fmt::format(", from {}", estimate.method);
}

Status correct_skew(const QueryOptions& options, QuerySetup& setup) {
  if (options.correct_skew.empty()) return {};
  auto corrections = correct_clocks(*setup.store, options.correct_skew, setup.selection.sensor);
  if (!corrections) return tl::unexpected(corrections.error());
  for (const ClockCorrection& each : *corrections) tell(options.common, told(each));
  setup.corrected = with_corrected_clocks(*setup.store, std::move(*corrections));
  return {};
}

}  // namespace

Result<Minute> minute_from(const std::string& text) {
  const Result<UtcTime> time = parse_utc(text);
  if (!time) return failure(ErrorKind::usage, time.error().message, {}, time.error().remedy);
  if (time->microseconds() < 0 || time->microseconds() % minute_us != 0) {
    return failure(ErrorKind::usage, "'" + text.substr(0, 80) + "' is not a whole minute from 1970 on", {},
                   "the store counts by the minute, so only whole minutes have exact answers");
  }
  return static_cast<Minute>(time->microseconds() / minute_us);
}

Result<QuerySetup> open_query(const QueryOptions& options) {
  QuerySetup setup;
  Selection& selection = setup.selection;
  if (const Status used = use_label(options, selection); !used) return tl::unexpected(used.error());
  if (const Status used = use_apart(options, selection); !used) return tl::unexpected(used.error());
  if (!options.sensor.empty()) selection.sensor = options.sensor;
  for (const bool first : {true, false}) {
    const std::string& text = first ? options.from : options.to;
    if (text.empty()) continue;
    const Result<Minute> minute = minute_from(text);
    if (!minute) return tl::unexpected(minute.error());
    (first ? selection.from : selection.to) = *minute;
  }
  if (selection.from && selection.to && *selection.from >= *selection.to)
    return failure(ErrorKind::usage, "--from must be earlier than --to");
  Result<std::unique_ptr<SqliteStore>> store = SqliteStore::open(options.store, Database::Access::read);
  if (!store) return tl::unexpected(store.error());
  setup.store = std::move(*store);
  if (const Status corrected = correct_skew(options, setup); !corrected) return tl::unexpected(corrected.error());
  return setup;
}

}  // namespace secondwave
