#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/environment.hpp"
#include "worm/machine.hpp"

namespace secondwave {
namespace {

using State = BenchStretch::State;
using Kind = BenchEvent::Kind;

Result<UtcTime> time_in(const std::string& text, const std::string& event) {
  Result<UtcTime> time = parse_utc(text);
  if (time) return time;
  return failure(ErrorKind::usage, fmt::format("--event {}: {}", event.substr(0, 100), time.error().message), {},
                 time.error().remedy);
}

/// "infect@TIME", "set-clock@TIME=TIME", "reboot@TIME", "patch@TIME".
Result<BenchEvent> parse_event(const std::string& text) {
  const std::size_t sign = text.find('@');
  const std::string word = text.substr(0, sign);
  BenchEvent event;
  std::vector<std::string_view> words;
  std::vector<std::string> names;
  for (const Kind kind : {Kind::infect, Kind::set_clock, Kind::reboot, Kind::patch}) names.push_back(to_string(kind));
  words.assign(names.begin(), names.end());
  const auto known = std::find(names.begin(), names.end(), word);
  if (sign == std::string::npos || known == names.end()) {
    const std::string_view near = nearest_word(word.substr(0, 100), words);
    return failure(ErrorKind::usage, fmt::format("--event {}: this is no event", text.substr(0, 100)), {},
                   near.empty() || sign == std::string::npos
                       ? "infect@TIME, set-clock@TIME=TIME, reboot@TIME or patch@TIME"
                       : fmt::format("did you mean {}@...?", near));
  }
  event.kind = static_cast<Kind>(known - names.begin());
  std::string rest = text.substr(sign + 1);
  const std::size_t equals = rest.find('=');
  if ((equals != std::string::npos) != (event.kind == Kind::set_clock)) {
    return failure(ErrorKind::usage,
                   fmt::format("--event {}: {}", text.substr(0, 100),
                               event.kind == Kind::set_clock ? "to which time is the clock set?"
                                                             : "only set-clock has a second time"),
                   {}, "for instance set-clock@2001-07-19T12:00:00Z=2001-08-01T00:00:00Z");
  }
  const Result<UtcTime> time = time_in(rest.substr(0, equals), text);
  if (!time) return tl::unexpected(time.error());
  event.time = *time;
  if (event.kind != Kind::set_clock) return event;
  const Result<UtcTime> clock = time_in(rest.substr(equals + 1), text);
  if (!clock) return tl::unexpected(clock.error());
  event.clock = *clock;
  return event;
}

Table table_of(const std::vector<BenchStretch>& stretches) {
  Table table{{"from", "until", "hours", "clock_shows", "state", "why"}, {}, {}};
  table.alignments = {Align::left, Align::left, Align::right};
  for (const BenchStretch& one : stretches) {
    table.rows.push_back({to_string(one.from), to_string(one.until), one.until.seconds_since(one.from) / 3600.0,
                          to_string(one.clock_from), to_string(one.state), one.why});
  }
  return table;
}

/// A character for each piece of time, in a row of days: what the machine does through most of it.
std::string strip_of(const std::vector<BenchStretch>& stretches, const TerminalStyle& style) {
  static constexpr const char* blocks[] = {"·", "░", "█", "▓", "▁", "─"};
  static constexpr const char* letters[] = {".", "w", "#", "f", "_", "-"};
  const UtcTime begin = stretches.front().from;
  const double length_s = stretches.back().until.seconds_since(begin);
  const std::size_t width = std::clamp<std::size_t>(style.width == 0 ? 100 : style.width, 30, 120) - 2;
  std::string strip;
  for (std::size_t i = 0; i < width; ++i) {
    const UtcTime middle = begin.plus_seconds(length_s * (static_cast<double>(i) + 0.5) / static_cast<double>(width));
    State state = State::clean;
    for (const BenchStretch& one : stretches) {
      if (one.from <= middle && middle < one.until) state = one.state;
    }
    strip += (style.utf8 ? blocks : letters)[static_cast<std::size_t>(state)];
  }
  std::string legend;
  for (const State state : {State::clean, State::waits, State::spreads, State::floods, State::sleeps, State::patched}) {
    legend +=
        fmt::format("{} {}  ", (style.utf8 ? blocks : letters)[static_cast<std::size_t>(state)], to_string(state));
  }
  const std::string first = to_string(begin).substr(0, 10);
  const std::string last = to_string(stretches.back().until).substr(0, 10);
  const std::size_t gap = width > 20 ? width - 20 : 1;
  return fmt::format("{}\n{}{:{}}{}\n{}\n", strip, first, "", gap, last, legend);
}

Result<int> clock_bench(const ClockOptions& options) {
  const Result<ScenarioSpec> spec = find_scenario(options.scenario, options.sets);
  if (!spec) return tl::unexpected(spec.error());
  std::vector<BenchEvent> events;
  for (const std::string& text : options.events) {
    const Result<BenchEvent> event = parse_event(text);
    if (!event) return tl::unexpected(event.error());
    events.push_back(*event);
  }
  const auto stretches = run_machine(spec->worm, events, static_cast<int>(options.days));
  if (!stretches) return tl::unexpected(stretches.error());
  const Table table = table_of(*stretches);
  std::string text;
  switch (options.common.format) {
    case Format::json:
      text = table_json(table, "stretches");
      break;
    case Format::csv:
      text = table_csv(table);
      break;
    case Format::table:
      text = strip_of(*stretches, terminal_style()) + "\n" + table_text(table, terminal_style());
      break;
  }
  if (const Status status = emit(text); !status) return tl::unexpected(status.error());
  return 0;
}

}  // namespace

int clock_command(const ClockOptions& options) {
  const Result<int> code = clock_bench(options);
  return code ? *code : report_error(code.error());
}

}  // namespace secondwave
