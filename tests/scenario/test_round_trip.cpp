// Writing what was read, and reading what was written.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <cmath>
#include <cstdlib>
#include <limits>
#include <sstream>

#include "scenario/explain.hpp"
#include "scenario/writer.hpp"
#include "texts.hpp"

namespace secondwave {
namespace {

/// One seed for all properties, so that a failure can be repeated; RC_PARAMS in the environment overrides it.
[[maybe_unused]] const int seed_is_fixed = setenv("RC_PARAMS", "seed=20010719", 0);

using testing::good_text;
using testing::must_parse;
using testing::with;

/// All of a spec but places and path, as text: two specs are equal where this is.
class Dump {
 public:
  explicit Dump(const ScenarioSpec& spec) {
    out_.precision(17);
    out_ << spec.name << '|' << spec.title << '|' << spec.summary << '|' << spec.time.start.microseconds() << '|';
    time(spec.time.end);
    const PopulationSpec& p = spec.population;
    quantity(p.vulnerable);
    out_ << p.address_bits << '|' << static_cast<int>(p.placement.method) << '|' << p.placement.table << '|'
         << p.placement.networks << '|' << p.placement.network_length << '\n';
    for (const auto& share : p.placement.shares) out_ << share.code, quantity(share.percent);
    for (const auto& c : p.classes) out_ << c.name, quantity(c.share), quantity(c.scan_rate_per_s);
    const WormSpec& w = spec.worm;
    out_ << static_cast<int>(w.rate_law) << static_cast<int>(w.latency_law);
    for (const Quantity* q : {&w.scan_rate_per_s, &w.rate_shape, &w.success_probability, &w.latency_s}) quantity(*q);
    for (const auto& scope : w.scopes) out_ << scope.prefix_length, quantity(scope.share);
    quantity(spec.outbreak.initially_infected);
    for (const auto& r : spec.responses) {
      out_ << static_cast<int>(r.kind) << static_cast<int>(r.target) << r.name;
      quantity(r.rate_per_h);
      time(r.from);
      time(r.until);
    }
    for (const auto& s : spec.sensors) {
      out_ << s.name;
      for (const Prefix& prefix : s.prefixes) out_ << to_string(prefix) << ' ';
      for (const Quantity* q : {&s.bin_s, &s.packets_per_target, &s.loss}) quantity(*q);
      for (const auto& o : s.outages) out_ << o.from.microseconds() << ' ' << o.until.microseconds() << '\n';
    }
  }
  [[nodiscard]] std::string text() const { return out_.str(); }

 private:
  void time(const std::optional<UtcTime>& t) {
    if (t) out_ << t->microseconds();
    out_ << '\n';
  }
  void quantity(const Quantity& q) {
    out_ << ' ' << static_cast<int>(q.law) << ' ' << q.a << ' ' << q.b << ' ' << q.min << ' ' << q.max << ' '
         << q.source << '|' << q.assumed << '\n';
  }
  std::ostringstream out_;
};

void expect_fixed_point(const ScenarioSpec& spec) {
  const std::string text = write_scenario(spec);
  const Result<ScenarioSpec> again = parse_scenario(text, "canonical.toml", {}, no_parents());
  ASSERT_TRUE(again) << again.error().text() << "\n" << text;
  EXPECT_EQ(Dump(*again).text(), Dump(spec).text());
  EXPECT_EQ(write_scenario(*again), text);
}

TEST(RoundTrip, OfTheGoodText) {
  expect_fixed_point(must_parse(good_text));
}

TEST(RoundTrip, TheCanonicalTextIsThis) {
  EXPECT_EQ(write_scenario(must_parse(good_text, {"worm.latency_s=60"})), R"(format = 1
name = "small"
title = "A small one"

[time]
start = 2001-07-19T10:00:00Z
end = 2001-07-20T00:00:00Z

[population]
vulnerable = 1000
address_bits = 24

[population.placement]
method = "uniform"
networks = 0
network_length = 16

[worm]
scan_rate_per_s = 6
scan_rate_law = "constant"
success_probability = { value = 1, assumed = "default" }
latency_s = { value = 60, assumed = "set on the command line" }
latency_law = "constant"

[[worm.scope]]
prefix_length = 0
share = 1

[outbreak]
initially_infected = 5

[[response]]
name = "admins"
kind = "patch"
target = "all"
rate_per_h = 0.1

[[sensor]]
name = "dark"
prefixes = ["0.1.0.0/16"]
bin_s = { value = 3600, assumed = "default" }
packets_per_target = { value = 1, assumed = "default" }
loss = { value = 0, assumed = "default" }
)");
}

TEST(RoundTrip, OfEverythingAtOnce) {
  const std::string text = with(
      "[worm]\nscan_rate_per_s = 6",
      "[population.placement]\nmethod = \"country\"\ntable = \"a\\\\b \\\"c\\\"\"\nnetworks = 100\nnetwork_length = 9\n"
      "[population.countries]\nZA = 1\nUS = { normal = [40, 1], source = \"l1\\nl2\\té\" }\n"
      "[[population.class]]\nname = \"a\"\nshare = 1\nscan_rate_per_s = { lognormal = [3, 0.1] }\n"
      "[worm]\nscan_rate_law = \"lognormal\"\nscan_rate_shape = { uniform = [0.5, 1.25], assumed = \"x\" }\n"
      "latency_law = \"exponential\"\nlatency_s = -0.0",
      with("rate_per_h = 0.1",
           "rate_per_h = 1e-300\nfrom = 2001-07-19T10:00:00.000001Z\nuntil = 2001-07-19T13:00:00+02:00",
           with("prefixes = [\"0.1.0.0/16\"]",
                "prefixes = [\"0.1.0.0/16\", \"0.9.9.9/32\"]\npackets_per_target = 2.5\nloss = 0.1\n[[sensor.outage]]\n"
                "from = 2001-07-19T12:00:00Z\nuntil = 2001-07-19T13:00:00Z")));
  const ScenarioSpec spec = must_parse(text);
  EXPECT_FALSE(std::signbit(spec.worm.latency_s.a));
  expect_fixed_point(spec);
}

TEST(RoundTrip, OfLivesOfHostsAndCopies) {
  const std::string text = with(
      "[worm]\nscan_rate_per_s = 6",
      "[[population.class]]\nname = \"a\"\nshare = 1\nhours = \"office\"\ntime_zone = \"Asia/Seoul\"\n"
      "on_from_h = 8\nweekend_share = 0.1\nlease_h = 3\nscan_rate_factor = { uniform = [0.5, 1] }\n"
      "[[population.class]]\nname = \"b\"\nshare = 1\nhours = \"home\"\naddress = \"each_session\"\n"
      "session_mean_h = 2\nloss_at_switch_off = 0.5\n"
      "[[population.class]]\nname = \"c\"\nshare = 1\nhosts_per_address = 9\n"
      "[[population.clock]]\nkind = \"wrong_date\"\nshare = 0.01\n"
      "[[population.clock]]\nkind = \"dead_battery\"\nshare = 0.01\ndate = 1980-01-01T00:00:00Z\nuptime_h = 10\n"
      "[worm]\nscan_rate_per_s = 6\nresidence = \"disk\"\nreinfection = \"sleeping\"\nsleep = \"phase\"\n"
      "clock = \"local\"\nlifetime_h = 100\nkill_date = 2001-10-01T00:00:00Z\n"
      "[[worm.phase]]\ndoes = \"spread\"\ndays = \"1-19\"\n[[worm.phase]]\ndoes = \"sleep\"\ndays = \"20-31\"\n"
      "[[worm.success_change]]\nfrom = 2001-07-19T12:00:00Z\nfactor = 0.8\n"
      "[worm.sleepers]\nshare = 0.5\nfrom = 2001-07-19T12:00:00Z\ntargets_per_h = 160",
      with("initially_infected = 5", "initially_infected = 5\nbegins = 2001-07-19T11:00:00Z",
           with("rate_per_h = 0.1", "course = \"campaign\"\nshare = 0.5\ntime_constant_h = 9\nclasses = [\"a\", \"b\"]",
                with("prefixes = [\"0.1.0.0/16\"]",
                     "prefixes = [\"0.1.0.0/16\"]\nfrom = 2001-07-19T12:00:00Z\nuntil = 2001-07-19T20:00:00Z\n"
                     "[[outcome]]\nname = \"first\"\nof = \"sources\"\nsensor = \"dark\"\n"
                     "from = 2001-07-19T12:00:00Z\nuntil = 2001-07-19T13:00:00Z\n"
                     "[[outcome]]\nname = \"half\"\nmeasure = \"reach_h\"\nof = \"addresses_seen\"\ncount = 500"))));
  const ScenarioSpec spec = must_parse(text);
  expect_fixed_point(spec);
  EXPECT_EQ(spec.population.classes[0].hours, HostClassSpec::Hours::office);
  EXPECT_EQ(spec.population.classes[1].address, HostClassSpec::Address::each_session);
  EXPECT_EQ(spec.population.classes[2].hosts_per_address, 9u);
  EXPECT_EQ(spec.population.clocks[1].uptime_h.a, 10);
  EXPECT_EQ(spec.worm.life.phases[1].does, PhaseSpec::Does::sleep);
  EXPECT_EQ(spec.worm.life.sleepers.targets_per_h.a, 160);
  EXPECT_EQ(spec.responses[0].classes, (std::vector<std::string>{"a", "b"}));
  EXPECT_EQ(spec.outcomes[1].measure, OutcomeSpec::Measure::reach_h);
}

TEST(RoundTrip, KeepsEveryBitOfANumber) {
  for (const double value : {5.97, 0.1, 1.0 / 3.0, 1e-6, 999999.9999999999, 123456.78912345678, 1e6, 4.35e-5}) {
    ScenarioSpec spec = must_parse(good_text);
    spec.worm.scan_rate_per_s.a = value;
    EXPECT_EQ(must_parse(write_scenario(spec)).worm.scan_rate_per_s.a, value);
  }
  for (const double value : {5e-324, 2.2250738585072014e-308, 1e-300, 0.9999999999999999}) {
    ScenarioSpec spec = must_parse(good_text);
    spec.worm.success_probability.a = value;
    EXPECT_EQ(must_parse(write_scenario(spec)).worm.success_probability.a, value);
  }
}

RC_GTEST_PROP(RoundTripProperty, AnyNumbersAndTexts, ()) {
  const auto unit = [] { return *rc::gen::inRange(0, 1 << 30) / static_cast<double>(1 << 30); };
  const auto prose = [] {
    std::string text = *rc::gen::container<std::string>(
        rc::gen::oneOf(rc::gen::inRange<char>(' ', '\x7F'), rc::gen::elementOf(std::string("\"\\\n\t'#={}[]"))));
    return text.empty() ? std::string("x") : text;
  };
  ScenarioSpec spec = must_parse(good_text);
  spec.summary = prose();
  spec.population.vulnerable.a = *rc::gen::inRange(1000, 16777216);
  spec.outbreak.initially_infected.max = spec.population.vulnerable.a;
  spec.worm.scan_rate_per_s.a = 1e-6 + 1000 * unit();
  spec.worm.success_probability.a = unit();
  spec.worm.success_probability.assumed = prose();
  spec.worm.latency_s.law = Quantity::Law::uniform;
  spec.worm.latency_s.a = 1000 * unit();
  spec.worm.latency_s.b = 1001 + 1000 * unit();
  spec.worm.latency_s.assumed.clear();
  spec.worm.latency_s.source = prose();
  spec.time.start = UtcTime::from_microseconds(*rc::gen::inRange<std::int64_t>(0, 900'000'000'000'000));
  spec.time.end = spec.time.start.plus_seconds(1 + 1e6 * unit());
  const std::string text = write_scenario(spec);
  const Result<ScenarioSpec> again = parse_scenario(text, "canonical.toml", {}, no_parents());
  RC_ASSERT(again.has_value());
  RC_ASSERT(Dump(*again).text() == Dump(spec).text());
  RC_ASSERT(write_scenario(*again) == text);
}

RC_GTEST_PROP(RoundTripProperty, SpoiltTextsNeverCrashAndWhatReadsIsAFixedPoint, ()) {
  std::string text = good_text;
  const int edits = *rc::gen::inRange(1, 4);
  for (int i = 0; i < edits; ++i) {
    const auto at = *rc::gen::inRange<std::size_t>(0, text.size());
    const auto length = *rc::gen::inRange<std::size_t>(0, 12);
    text.replace(at, length,
                 *rc::gen::elementOf(std::vector<std::string>{"", "[", "]", "=", "\"", ".", "-", "0", "9", "\n", "{",
                                                              "}", "nan", "1e400", "[[", "\xC3"}));
  }
  const Result<ScenarioSpec> spec = parse_scenario(text, "spoilt.toml", {}, no_parents());
  if (!spec) {
    RC_ASSERT(!spec.error().message.empty());
    return;
  }
  const std::string written = write_scenario(*spec);
  const Result<ScenarioSpec> again = parse_scenario(written, "canonical.toml", {}, no_parents());
  RC_ASSERT(again.has_value());
  RC_ASSERT(write_scenario(*again) == written);
}

RC_GTEST_PROP(RoundTripProperty, ParsingIsAFunction, ()) {
  const std::string text = good_text + *rc::gen::string<std::string>();
  const Result<ScenarioSpec> first = parse_scenario(text, "s.toml", {}, no_parents());
  const Result<ScenarioSpec> second = parse_scenario(text, "s.toml", {}, no_parents());
  RC_ASSERT(first.has_value() == second.has_value());
  const std::string one = first ? Dump(*first).text() : first.error().text();
  const std::string two = second ? Dump(*second).text() : second.error().text();
  RC_ASSERT(one == two);
}

}  // namespace
}  // namespace secondwave
