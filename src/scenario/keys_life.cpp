// Keys of what hosts and copies do over days: classes, clocks, phases, responses, and the outcomes asked for.
#include "scenario/key_parts.hpp"

namespace secondwave {
namespace {

constexpr double hours_of_a_year = 8784;

void describe_hour(KeyVisitor& v, std::string_view name, std::string_view meaning, double standard, Quantity& value) {
  v.quantity(
      {.name = name, .meaning = meaning, .unit = "h, local", .min = 0, .max = 24, .standard = standard, .silent = true},
      value);
}

void describe_probability(KeyVisitor& v, std::string_view name, std::string_view meaning, double standard,
                          Quantity& value) {
  v.quantity({.name = name,
              .meaning = meaning,
              .unit = "probability",
              .min = 0,
              .max = 1,
              .standard = standard,
              .silent = true},
             value);
}

void describe_length(KeyVisitor& v, std::string_view name, std::string_view meaning, double standard, Quantity& value) {
  v.quantity({.name = name,
              .meaning = meaning,
              .unit = "h",
              .min = 0,
              .max = hours_of_a_year,
              .standard = standard,
              .silent = true},
             value);
}

void describe_hours(KeyVisitor& v, HostClassSpec& c) {
  v.text({.name = "time_zone",
          .meaning = "Where its clocks and hours are: an offset such as \"+09:00\", or a name such as "
                     "\"Asia/Seoul\" (its offset in July from April to October, else its offset in January, of 2001).",
          .standard_text = "UTC"},
         TextRule::line, c.time_zone);
  static constexpr std::array<std::string_view, 3> hours = {"always", "office", "home"};
  visit_choice(v,
               {.name = "hours",
                .meaning = "When its hosts are on line. always; office: from a time of the host's own until another, "
                           "each working day; home: one session a day, its begin and length drawn for each day.",
                .standard = 0,
                .silent = true},
               hours, c.hours);
  describe_hour(v, "on_from_h", "office: the time at which a host is switched on is uniform from here", 7.5,
                c.on_from_h);
  describe_hour(v, "on_until_h", "to here, one time for each host.", 10.5, c.on_until_h);
  describe_hour(v, "off_from_h", "office: the time at which it is switched off is uniform from here", 16.5,
                c.off_from_h);
  describe_hour(v, "off_until_h", "to here.", 20, c.off_until_h);
  describe_probability(v, "weekend_share", "office: part of the hosts that are on at weekends as well.", 0,
                       c.weekend_share);
  describe_hour(v, "session_from_h", "home: the session of a day begins at a time uniform from here", 17,
                c.session_from_h);
  describe_hour(v, "session_until_h", "to here.", 23, c.session_until_h);
  describe_length(v, "session_mean_h",
                  "home: mean length of a session (exponential; it ends at the latest when the next day's may begin).",
                  3, c.session_mean_h);
  describe_probability(v, "session_share", "home: probability that there is a session on a day.", 1, c.session_share);
  describe_probability(v, "loss_at_switch_off",
                       "Probability that a copy in memory is lost at a switch-off; else it goes on when the host is "
                       "back.",
                       1, c.loss_at_switch_off);
}

}  // namespace

void describe_class(KeyVisitor& v, HostClassSpec& host_class) {
  v.text({.name = "name", .meaning = "What people call the class.", .required = true}, TextRule::name, host_class.name);
  v.quantity({.name = "share",
              .meaning = "Weight of the class: its part of the sum of all classes' shares.",
              .unit = "weight",
              .min = 0,
              .max = most_weight,
              .required = true},
             host_class.share);
  v.quantity({.name = "scan_rate_per_s",
              .meaning = "Mean scan rate of an infected host of this class; takes the place of the worm's.",
              .unit = "targets/s",
              .min = 1e-6,
              .max = 1e6,
              .standard = 0,
              .standard_text = "scan_rate_factor times the worm's",
              .silent = true},
             host_class.scan_rate_per_s);
  v.quantity({.name = "scan_rate_factor",
              .meaning = "Mean scan rate of this class in units of the worm's; used without scan_rate_per_s.",
              .unit = "",
              .min = 1e-6,
              .max = 1e6,
              .standard = 1,
              .silent = true},
             host_class.scan_rate_factor);
  describe_hours(v, host_class);
  static constexpr std::array<std::string_view, 2> addresses = {"kept", "each_session"};
  visit_choice(v,
               {.name = "address",
                .meaning = "kept: a host has one address, but for lease_h; each_session: a new one at each switch-on.",
                .standard = 0,
                .silent = true},
               addresses, host_class.address);
  describe_length(v, "lease_h",
                  "Mean time to a new address (exponential), on line or off; 0: never. The new address counts as "
                  "another source; scanning still meets the host at the place it was given at the start.",
                  0, host_class.lease_h);
  visit_integer(v,
                {.name = "hosts_per_address",
                 .meaning = "So many hosts of the class share one outward address (NAT), which is then one source.",
                 .unit = "hosts",
                 .min = 1,
                 .max = 65536,
                 .standard = 1,
                 .silent = true},
                host_class.hosts_per_address);
  v.place("", host_class.place);
}

void describe_clock(KeyVisitor& v, ClockErrorSpec& clock) {
  static constexpr std::array<std::string_view, 4> kinds = {"wrong_date", "time_zone", "drift", "dead_battery"};
  visit_choice(v,
               {.name = "kind",
                .meaning = "wrong_date: at the start, the own date is uniform over the month that holds the start; "
                           "time_zone: off by a uniform time within +/- hours; drift: off by a normal time of "
                           "standard deviation hours; dead_battery: shows date at each boot and runs from there.",
                .required = true},
               kinds, clock.kind);
  v.quantity({.name = "share",
              .meaning = "Probability that a host has such a clock. All shares together are at most 1.",
              .unit = "probability",
              .min = 0,
              .max = 1,
              .required = true},
             clock.share);
  describe_length(v, "hours", "Of time_zone and drift: see kind.", 0, clock.hours);
  v.time({.name = "date", .meaning = "Of dead_battery.", .standard_text = "none", .silent = true}, clock.date);
  describe_length(v, "uptime_h",
                  "Of dead_battery: mean time since the last boot at the start (exponential). A boot is a switch-on, "
                  "or the end of a copy but by patching.",
                  240, clock.uptime_h);
  v.place("", clock.place);
}

void describe_life(KeyVisitor& v, LifeSpec& life) {
  static constexpr std::array<std::string_view, 2> residences = {"memory", "disk"};
  visit_choice(v,
               {.name = "residence",
                .meaning = "memory: a reboot removes the copy, and a switch-off does by the class's chance; disk: "
                           "neither does.",
                .standard = 0,
                .silent = true},
               residences, life.residence);
  static constexpr std::array<std::string_view, 3> reinfections = {"never", "lost", "sleeping"};
  visit_choice(v,
               {.name = "reinfection",
                .meaning = "Who can be infected again. never: a host that was infected carries a marker for good; "
                           "lost: a host that lost its copy; sleeping: also one whose copy sleeps: the fresh copy "
                           "takes its place.",
                .standard = 1,
                .silent = true},
               reinfections, life.reinfection);
  static constexpr std::array<std::string_view, 2> sleeps = {"for_ever", "phase"};
  visit_choice(v,
               {.name = "sleep",
                .meaning = "for_ever: a copy that has gone to sleep does not wake by the calendar; phase: it wakes "
                           "when a phase begins that is no sleep.",
                .standard = 0,
                .silent = true},
               sleeps, life.sleep);
  static constexpr std::array<std::string_view, 2> clocks = {"utc", "local"};
  visit_choice(v,
               {.name = "clock",
                .meaning = "Which time of its host a copy reads: UTC, or the local time of the host's time zone.",
                .standard = 0,
                .silent = true},
               clocks, life.clock);
  describe_length(v, "lifetime_h", "After so long a copy ends, and the host can be infected again; 0: never.", 0,
                  life.lifetime_h);
  v.time({.name = "kill_date",
          .meaning = "By the own clock: then a copy ends, and one that arrives later ends at once.",
          .standard_text = "none",
          .silent = true},
         life.kill_date);
  visit_integer(
      v,
      {.name = "copies_per_host",
       .meaning = "Most copies that a host holds at a time. A hit on a host whose copies do not sleep adds one "
                  "as long as there is room; all copies of a host end together.",
       .unit = "copies",
       .min = 1,
       .max = 255,
       .standard = 1,
       .silent = true},
      life.copies_per_host);
  v.quantity({.name = "further_copy_rate",
              .meaning = "What each copy after the first adds to the scan rate of its host, in units of the first "
                         "one's.",
              .unit = "",
              .min = 0,
              .max = 1,
              .standard = 1,
              .silent = true},
             life.further_copy_rate);
  v.quantity({.name = "congestion_exponent",
              .meaning = "All copies scan (1 - hosts that scan / vulnerable hosts) to this power times as fast: the "
                         "slowing of Zou's two-factor model; 0: none.",
              .unit = "",
              .min = 0,
              .max = 100,
              .standard = 0,
              .silent = true},
             life.congestion_exponent);
}

namespace {

void describe_phase(KeyVisitor& v, PhaseSpec& phase) {
  static constexpr std::array<std::string_view, 4> deeds = {"spread", "flood", "sleep", "stop"};
  visit_choice(v,
               {.name = "does",
                .meaning = "spread: the copy scans; flood: it sends to a fixed target and does not scan; sleep: it "
                           "does nothing; stop: it ends.",
                .required = true},
               deeds, phase.does);
  v.text({.name = "days", .meaning = "Days of the month, such as \"1-19\" or \"5, 20-27\".", .standard_text = "all"},
         TextRule::line, phase.days);
  v.text({.name = "months", .meaning = "Months, such as \"1-8\".", .standard_text = "all"}, TextRule::line,
         phase.months);
  v.time({.name = "from",
          .meaning = "In the place of days and months: from this time of the own clock.",
          .standard_text = "the beginning of time",
          .silent = true},
         phase.from);
  v.time({.name = "until",
          .meaning = "In the place of days and months: until this time of the own clock.",
          .standard_text = "the end of time",
          .silent = true},
         phase.until);
  v.place("", phase.place);
}

void describe_success_change(KeyVisitor& v, SuccessChangeSpec& change) {
  visit_time(v, {.name = "from", .meaning = "When it begins; it lasts until the next one.", .required = true},
             change.from);
  v.quantity({.name = "factor",
              .meaning = "Hits succeed so many times as often as success_probability says: filters, broken servers.",
              .unit = "",
              .min = 0,
              .max = 1,
              .required = true},
             change.factor);
  v.place("", change.place);
}

}  // namespace

void describe_life_lists(KeyVisitor& v, LifeSpec& life) {
  v.list({.name = "phase",
          .meaning = "A part of the life of a copy by its host's own clock. Phases cover every day of the year (or all "
                     "time) and do not overlap.",
          .standard_text = "spread for ever"},
         access_to(life.phases, 366, "", describe_phase));
  v.list({.name = "success_change", .meaning = "A change of the success of hits, in order of time."},
         access_to(life.success, 1000, "", describe_success_change));
  v.begin_table(
      {.name = "sleepers",
       .meaning = "Copies that sleep and are woken nevertheless: a hypothesis to be tested, off by default."});
  describe_probability(v, "share", "Part of the copies that sleep at `from` which wake.", 0, life.sleepers.share);
  v.time({.name = "from",
          .meaning = "Each wakes at a time uniform from here",
          .standard_text = "none; needed with a share",
          .silent = true},
         life.sleepers.from);
  v.time({.name = "until", .meaning = "to here.", .standard_text = "from: all at once", .silent = true},
         life.sleepers.until);
  v.quantity({.name = "targets_per_h",
              .meaning = "Scan rate of a woken copy, which then scans until it is removed; 0: the host's own.",
              .unit = "targets/h",
              .min = 0,
              .max = 3.6e9,
              .standard = 0,
              .silent = true},
             life.sleepers.targets_per_h);
  v.place("", life.sleepers.place);
  v.end_table();
}

void describe_response(KeyVisitor& v, ResponseRuleSpec& rule) {
  v.text({.name = "name", .meaning = "What people call the rule.", .required = true}, TextRule::name, rule.name);
  static constexpr std::array<std::string_view, 3> kinds = {"patch", "clean", "reboot"};
  visit_choice(v,
               {.name = "kind",
                .meaning = "patch: the host becomes immune for good, an infected one is cleaned as well; clean: the "
                           "copy is removed, the host is susceptible again; reboot: as clean, counted apart.",
                .required = true},
               kinds, rule.kind);
  using Target = ResponseRuleSpec::Target;
  if (v.reading()) rule.target = rule.kind == ResponseRuleSpec::Kind::patch ? Target::all : Target::infected;
  static constexpr std::array<std::string_view, 3> targets = {"susceptible", "infected", "all"};
  visit_choice(v,
               {.name = "target",
                .meaning = "Which hosts the rule acts on; clean and reboot act on infected ones only.",
                .standard_text = "all for patch, infected for clean and reboot"},
               targets, rule.target);
  static constexpr std::array<std::string_view, 3> courses = {"rate", "campaign", "grows"};
  visit_choice(v,
               {.name = "course",
                .meaning = "rate: a constant hazard; campaign: a share of the hosts, spread over a time after `from`; "
                           "grows: a hazard of rate_per_h times (hosts ever infected / vulnerable hosts), as in Zou's "
                           "two-factor model.",
                .standard = 0,
                .silent = true},
               courses, rule.course);
  v.names({.name = "classes", .meaning = "Classes of hosts that it concerns.", .standard_text = "all"}, rule.classes);
  v.quantity({.name = "rate_per_h",
              .meaning = "Hazard: the chance that a host is hit in a short time is this rate times the time. Needed "
                         "but for a campaign.",
              .unit = "1/h",
              .min = 0,
              .max = 1e6,
              .standard = 0,
              .silent = true},
             rule.rate_per_h);
  describe_probability(v, "share", "campaign: part of the hosts concerned that follow it.", 0, rule.share);
  describe_length(v, "time_constant_h",
                  "campaign: those who follow do so after `from` at times with this mean, exponential; 0: at once.", 0,
                  rule.time_constant_h);
  v.time({.name = "from", .meaning = "When the rule begins to act.", .standard_text = "the start"}, rule.from);
  v.time({.name = "until", .meaning = "When it ends.", .standard_text = "never"}, rule.until);
  v.place("", rule.place);
}

void describe_outcome(KeyVisitor& v, OutcomeSpec& outcome) {
  v.text({.name = "name", .meaning = "What it is called in results.", .required = true}, TextRule::name, outcome.name);
  static constexpr std::array<std::string_view, 10> measures = {
      "count", "reach_h", "half_h", "peak", "growth", "logistic_growth", "share_percent", "sum", "ratio", "peak_h"};
  visit_choice(
      v,
      {.name = "measure",
       .meaning = "count: how many within [from, until), of copies those at `until`; reach_h: hours "
                  "from `from` to the moment when `count` are reached; half_h: the same for half of what the "
                  "window brings; peak: most in one bin of the sensor, or in a minute; growth: slope of a "
                  "Poisson regression of the bins, of ever_infected the growth rate of estimators.md, 1/h; "
                  "logistic_growth: K of the logistic curve fitted to "
                  "hourly counts, 1/h; share_percent: 100 x count / addresses seen within the window; sum: of "
                  "the bins of a sensor, sources counted anew in each; ratio: count within [from, until) over "
                  "count within [from, over); peak_h: hours from `from` to the peak of copies, or to the middle of the "
                  "largest bin.",
       .standard = 0},
      measures, outcome.measure);
  static constexpr std::array<std::string_view, 8> things = {
      "ever_infected", "addresses_seen", "active", "flooding", "packets", "targets", "sources", "new_sources"};
  visit_choice(v,
               {.name = "of",
                .meaning = "What is counted: hosts infected for the first time, distinct addresses under which copies "
                           "scanned, copies that scan, copies that flood; or, with a sensor, what its bins hold.",
                .required = true},
               things, outcome.of);
  v.text({.name = "sensor", .meaning = "Name of the sensor.", .standard_text = "none"}, TextRule::name, outcome.sensor);
  v.time({.name = "from", .meaning = "Begin of the window.", .standard_text = "the start", .silent = true},
         outcome.from);
  v.time({.name = "until", .meaning = "End of the window.", .standard_text = "the end", .silent = true}, outcome.until);
  v.time({.name = "over", .meaning = "Of ratio.", .standard_text = "none", .silent = true}, outcome.over);
  v.quantity({.name = "count",
              .meaning = "Of reach_h: how many.",
              .unit = "",
              .min = 0,
              .max = 1e12,
              .known = true,
              .standard = 0,
              .silent = true},
             outcome.count);
  v.place("", outcome.place);
}

}  // namespace secondwave
