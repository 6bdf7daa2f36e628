// Checks of classes, clocks, phases, responses and outcomes.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <utility>

#include "base/text.hpp"
#include "scenario/calendar_words.hpp"
#include "scenario/check_parts.hpp"
#include "scenario/keys.hpp"
#include "scenario/zones.hpp"

namespace secondwave {
namespace {

constexpr std::array days_in_month = {31u, 29u, 31u, 30u, 31u, 30u, 31u, 31u, 30u, 31u, 30u, 31u};
constexpr std::array<std::string_view, 12> month_names = {"January",   "February", "March",    "April",
                                                          "May",       "June",     "July",     "August",
                                                          "September", "October",  "November", "December"};

/// The two numbers are in order; both are known by their centres.
void check_order(const Quantity& low, const Quantity& high, const char* low_name, const char* high_name,
                 const HostClassSpec& c, Problems& problems) {
  const double highest = low.law == Quantity::Law::uniform ? low.b : low.a;
  const double lowest = high.law == Quantity::Law::uniform ? high.a : high.a;
  if (highest <= lowest) return;
  problems.add(fmt::format("population.class {}: {} {} is after {} {}", c.name, low_name, highest, high_name, lowest),
               high.place.file.empty() ? c.place : high.place, "hours run from 0 to 24, in this order");
}

void check_class(const ScenarioSpec& spec, const HostClassSpec& c, Problems& problems) {
  if (const auto offset = zone_offset_min(c.time_zone, spec.time.start); !offset) {
    problems.add(fmt::format("population.class {}: {}", c.name, offset.error().message), c.place,
                 offset.error().remedy);
  }
  if (c.hours == HostClassSpec::Hours::office) {
    check_order(c.on_from_h, c.on_until_h, "on_from_h", "on_until_h", c, problems);
    check_order(c.on_until_h, c.off_from_h, "on_until_h", "off_from_h", c, problems);
    check_order(c.off_from_h, c.off_until_h, "off_from_h", "off_until_h", c, problems);
  }
  if (c.hours == HostClassSpec::Hours::home) {
    check_order(c.session_from_h, c.session_until_h, "session_from_h", "session_until_h", c, problems);
  }
  if (c.hours == HostClassSpec::Hours::always && c.address == HostClassSpec::Address::each_session) {
    problems.add(
        fmt::format("population.class {}: a new address at each session, but the hosts are always on line", c.name),
        c.place, "give the class hours, or a lease_h");
  }
  const bool changes = c.address == HostClassSpec::Address::each_session || c.lease_h.centre() > 0;
  if (c.hosts_per_address > 1 && changes) {
    problems.add(fmt::format("population.class {}: hosts that share an address keep it", c.name), c.place,
                 "leave out hosts_per_address, or lease_h and address");
  }
  // A lease that is surely longer than the window would renew nothing, or nearly so: most likely a slip of units.
  const bool known = c.lease_h.law == Quantity::Law::fixed || c.lease_h.law == Quantity::Law::uniform;
  if (spec.time.end && known && c.lease_h.a * 3600 > spec.time.end->seconds_since(spec.time.start)) {
    problems.add(fmt::format("population.class {}: lease_h {} is longer than the whole run", c.name, c.lease_h.a),
                 c.lease_h.place.file.empty() ? c.place : c.lease_h.place, "0 means that addresses are kept");
  }
}

void check_clocks(const PopulationSpec& population, Problems& problems) {
  double shares = 0;
  for (const ClockErrorSpec& clock : population.clocks) {
    shares += clock.share.centre();
    if (clock.kind == ClockErrorSpec::Kind::dead_battery && !clock.date) {
      problems.add("population.clock: a dead_battery needs the date that it shows at a boot", clock.place,
                   "for instance date = 1980-01-01T00:00:00Z");
    }
    if (clock.date && *clock.date < UtcTime()) {
      problems.add(fmt::format("population.clock: the date {} is before 1970", to_string(*clock.date)), clock.place,
                   "clocks begin at 1970-01-01T00:00:00Z here");
    }
    const bool by_hours = clock.kind == ClockErrorSpec::Kind::time_zone || clock.kind == ClockErrorSpec::Kind::drift;
    if (by_hours && left_out(clock.hours)) {
      problems.add("population.clock: hours is missing: how far it is off", clock.place);
    }
  }
  if (shares > 1 + 1e-9) {
    problems.add(fmt::format("the shares of population.clock add up to {:.4g}", shares),
                 population.clocks.front().place, "they may not exceed 1");
  }
}

/// Which phase each day of the year belongs to; says which days none or two do.
void check_calendar(const std::vector<PhaseSpec>& phases, Problems& problems) {
  std::array<std::uint64_t, 12> once{};
  std::array<std::uint64_t, 12> twice{};
  for (const PhaseSpec& phase : phases) {
    const auto days = parse_numbers(phase.days, 31);
    const auto months = parse_numbers(phase.months, 12);
    if (!days || !months) {
      const Error& error = days ? months.error() : days.error();
      problems.add(fmt::format("worm.phase: {}: {}", days ? "months" : "days", error.message), phase.place,
                   error.remedy);
      return;
    }
    for (unsigned month = 0; month < 12; ++month) {
      if ((*months >> (month + 1) & 1) == 0) continue;
      twice[month] |= once[month] & *days;
      once[month] |= *days;
    }
  }
  std::string uncovered;
  std::string overlapping;
  const auto note = [](std::string& text, unsigned month, std::uint64_t days) {
    if (days != 0) text += fmt::format("{}{} {}", text.empty() ? "" : "; ", month_names[month], numbers_in_words(days));
  };
  bool same_uncovered = true;
  bool same_overlap = true;
  for (unsigned month = 0; month < 12; ++month) {
    const std::uint64_t all = (std::uint64_t{2} << days_in_month[month]) - 2;
    note(uncovered, month, all & ~once[month]);
    note(overlapping, month, twice[month] & all);
    same_uncovered = same_uncovered && (all & ~once[month]) == (all & ~once[0]);
    same_overlap = same_overlap && (all & twice[month]) == (all & twice[0]);
  }
  const std::uint64_t january = (std::uint64_t{2} << 31) - 2;
  if (same_uncovered && !uncovered.empty())
    uncovered = "days " + numbers_in_words(january & ~once[0]) + " of every month";
  if (same_overlap && !overlapping.empty()) overlapping = "days " + numbers_in_words(twice[0]) + " of every month";
  if (!uncovered.empty()) {
    problems.add("worm.phase: no phase covers " + uncovered, phases.front().place, "every day needs one phase");
  }
  if (!overlapping.empty()) {
    problems.add("worm.phase: two phases cover " + overlapping, phases.front().place, "every day needs one phase");
  }
}

void check_dates(std::vector<PhaseSpec> phases, Problems& problems) {
  std::stable_sort(phases.begin(), phases.end(), [](const PhaseSpec& a, const PhaseSpec& b) {
    if (!a.from || !b.from) return !a.from && b.from;
    return *a.from < *b.from;
  });
  if (phases.front().from) {
    problems.add(fmt::format("worm.phase: no phase covers the time before {}", to_string(*phases.front().from)),
                 phases.front().place, "leave out `from` of the first phase");
  }
  for (std::size_t i = 0; i < phases.size(); ++i) {
    const PhaseSpec& phase = phases[i];
    const bool last = i + 1 == phases.size();
    if (phase.from && phase.until && *phase.until <= *phase.from) {
      problems.add(fmt::format("worm.phase: until {} is not after from", to_string(*phase.until)), phase.place);
    } else if (last ? phase.until.has_value() : !phase.until) {
      problems.add(last ? fmt::format("worm.phase: no phase covers the time from {} on", to_string(*phase.until))
                        : "worm.phase: a phase that is not the last one has no end",
                   phase.place, last ? "leave out `until` of the last phase" : "");
    } else if (!last && phases[i + 1].from != phase.until) {
      const bool gap = phases[i + 1].from && *phases[i + 1].from > *phase.until;
      problems.add(
          fmt::format("worm.phase: {} {} and {}", gap ? "no phase covers the time between" : "two phases cover",
                      to_string(*phase.until), phases[i + 1].from ? to_string(*phases[i + 1].from) : "the beginning"),
          phases[i + 1].place);
    }
  }
}

void check_phases(const LifeSpec& life, Problems& problems) {
  if (life.phases.empty()) return;
  const auto dated = static_cast<std::size_t>(
      std::count_if(life.phases.begin(), life.phases.end(), [](const PhaseSpec& phase) { return phase.by_date(); }));
  const bool all_by_date = dated == life.phases.size() || life.phases.size() == 1;
  for (const PhaseSpec& phase : life.phases) {
    const bool by_days = !phase.days.empty() || !phase.months.empty();
    if ((dated > 0 && by_days) || (dated > 0 && !all_by_date && !phase.by_date())) {
      problems.add("worm.phase: days and dates do not go together", phase.place,
                   "give all phases days and months, or all of them dates");
      return;
    }
  }
  if (dated > 0) {
    check_dates(life.phases, problems);
  } else {
    check_calendar(life.phases, problems);
  }
}

void check_life(const ScenarioSpec& spec, Problems& problems) {
  const LifeSpec& life = spec.worm.life;
  check_phases(life, problems);
  for (std::size_t i = 1; i < life.success.size(); ++i) {
    if (life.success[i].from <= life.success[i - 1].from) {
      problems.add("worm.success_change: not in order of time", life.success[i].place);
    }
  }
  if (life.kill_date && *life.kill_date < UtcTime()) {
    problems.add("worm.kill_date is before 1970", spec.worm.place);
  }
  const SleepersSpec& sleepers = life.sleepers;
  const bool wakes = sleepers.share.law != Quantity::Law::fixed || sleepers.share.a > 0;
  if (wakes && !sleepers.from) {
    problems.add("worm.sleepers.from is missing: when they wake", sleepers.place);
  } else if (wakes && sleepers.until && *sleepers.until < *sleepers.from) {
    problems.add("worm.sleepers: until is before from", sleepers.place);
  }
  if (spec.outbreak.begins &&
      (*spec.outbreak.begins < spec.time.start || (spec.time.end && *spec.outbreak.begins >= *spec.time.end))) {
    problems.add("outbreak.begins lies outside the window", spec.outbreak.place);
  }
}

void check_course(const ScenarioSpec& spec, const ResponseRuleSpec& rule, Problems& problems) {
  const bool campaign = rule.course == ResponseRuleSpec::Course::campaign;
  if (campaign && left_out(rule.share)) {
    problems.add(fmt::format("response {}: share is missing: the course is campaign", rule.name), rule.place);
  }
  if (!campaign && left_out(rule.rate_per_h)) {
    problems.add(fmt::format("response {}: rate_per_h is missing", rule.name), rule.place,
                 "add rate_per_h (1/h), or make it a campaign with a share");
  }
  if (campaign && !left_out(rule.rate_per_h)) {
    problems.add(fmt::format("response {}: a campaign has a share, not a rate_per_h", rule.name), rule.place);
  }
  if (rule.course == ResponseRuleSpec::Course::grows && rule.kind != ResponseRuleSpec::Kind::patch) {
    problems.add(fmt::format("response {}: only a patch can grow with the number infected", rule.name), rule.place);
  }
  for (const std::string& name : rule.classes) {
    std::vector<std::string_view> names;
    for (const HostClassSpec& c : spec.population.classes) names.push_back(c.name);
    if (std::find(names.begin(), names.end(), name) != names.end()) continue;
    const std::string_view near = nearest_word(name, names);
    problems.add(fmt::format("response {}: there is no population.class {}", rule.name, name), rule.place,
                 near.empty() ? "" : fmt::format("did you mean {}?", near));
  }
}

void check_outcome(const ScenarioSpec& spec, const OutcomeSpec& outcome, Problems& problems) {
  using Measure = OutcomeSpec::Measure;
  const auto wrong = [&](const std::string& why, const std::string& remedy = {}) {
    problems.add(fmt::format("outcome {}: {}", outcome.name, why), outcome.place, remedy);
  };
  const UtcTime from = outcome.from.value_or(spec.time.start);
  if (from < spec.time.start) wrong("from is before the start");
  if (spec.time.end && outcome.until.value_or(*spec.time.end) > *spec.time.end) wrong("until is after the end");
  if (outcome.until && *outcome.until < from) wrong("until is before from");
  const SensorSpec* sensor = nullptr;
  for (const SensorSpec& one : spec.sensors) sensor = one.name == outcome.sensor ? &one : sensor;
  if (outcome.of_sensor() != !outcome.sensor.empty()) {
    wrong(outcome.of_sensor() ? "sensor is missing: whose bins are counted" : "it is not of a sensor");
  } else if (!outcome.sensor.empty() && sensor == nullptr) {
    wrong(fmt::format("there is no sensor {}", outcome.sensor));
  }
  if (sensor != nullptr && sensor->bin_s.a > 0) {
    const auto whole = [&](UtcTime time) {
      const double bins = time.seconds_since(spec.time.start) / sensor->bin_s.a;
      return bins == static_cast<double>(static_cast<std::int64_t>(bins));
    };
    const bool to_end = !outcome.until || (spec.time.end && *outcome.until == *spec.time.end);
    if (!whole(from) || !(to_end || whole(*outcome.until))) wrong("its window does not begin and end with the bins");
    const double width = outcome.until ? outcome.until->seconds_since(from) : 0;
    if (outcome.of == OutcomeSpec::Of::sources && outcome.measure == Measure::count && width != sensor->bin_s.a) {
      wrong("distinct sources are known for single bins only", "ask for one bin, for new_sources, or for a sum");
    }
  }
  const bool of_times = outcome.of == OutcomeSpec::Of::ever_infected && outcome.measure == Measure::growth;
  const bool regression = outcome.measure == Measure::growth || outcome.measure == Measure::logistic_growth;
  if (regression && !outcome.of_sensor() && !of_times) wrong("a fit needs the bins of a sensor");
  const bool needs_count = outcome.measure == Measure::reach_h;
  if (needs_count != (outcome.count.a > 0)) wrong(needs_count ? "count is missing" : "only reach_h has a count");
  if ((outcome.measure == Measure::ratio) != outcome.over.has_value()) {
    wrong(outcome.over ? "only ratio has over" : "over is missing: what it is a ratio to");
  } else if (outcome.over && (*outcome.over <= from || *outcome.over > outcome.until.value_or(*outcome.over))) {
    wrong("over does not lie within its window");
  }
  if (outcome.measure == Measure::ratio && outcome.of_sensor()) wrong("a ratio is of hosts or addresses");
  if (outcome.measure == Measure::sum && !outcome.of_sensor()) wrong("a sum is of the bins of a sensor");
  const bool copies = outcome.of == OutcomeSpec::Of::active || outcome.of == OutcomeSpec::Of::flooding;
  if (copies && outcome.measure != Measure::count && outcome.measure != Measure::peak &&
      outcome.measure != Measure::peak_h) {
    wrong("of copies that scan or flood, count, peak and peak_h are known");
  }
  if (!copies && !outcome.of_sensor() && outcome.measure == Measure::peak_h) {
    wrong("peak_h is of copies or of the bins of a sensor");
  }
}

}  // namespace

bool left_out(const Quantity& value) {
  return value.assumed == assumed_by_default && value.source.empty();
}

void check_lives(const ScenarioSpec& spec, Problems& problems) {
  if (spec.time.start < UtcTime()) {
    problems.add(fmt::format("time.start {} is before 1970", to_string(spec.time.start)), spec.time.place,
                 "clocks begin at 1970-01-01T00:00:00Z here");
  }
  for (const HostClassSpec& c : spec.population.classes) check_class(spec, c, problems);
  check_clocks(spec.population, problems);
  check_life(spec, problems);
  for (const ResponseRuleSpec& rule : spec.responses) check_course(spec, rule, problems);
  for (const OutcomeSpec& outcome : spec.outcomes) check_outcome(spec, outcome, problems);
}

}  // namespace secondwave
