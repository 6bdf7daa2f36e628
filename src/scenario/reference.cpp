#include "scenario/reference.hpp"

#include <fmt/format.h>

#include <string_view>
#include <vector>

#include "scenario/keys.hpp"
#include "scenario/table_reader.hpp"

namespace secondwave {
namespace {

constexpr std::string_view opening = R"(# The scenario format

*The tables of keys on this page are made from the program's own description of its keys (`src/scenario/keys.cpp`); a
test holds the page against it.*

A scenario is one TOML 1.0 file in UTF-8, at most 1 MiB. In the library each scenario is a folder,
`scenarios/NAME/scenario.toml`, with a `README.md` that tells its story and, where there is a record to hold it
against, an `expected.toml`. Everything is checked when it is read: an unknown key, a value of the wrong type or out of
range, or values that do not go together are errors that name file, line, column, cause and remedy (exit code 3).
`secondwave scenario lint` reports all it can find at once.

## Numbers and where they come from

A number is written in one of these ways. Units are part of the key (`_s`: seconds, `_h`: hours).

| written | meaning |
|---|---|
| `8.6` | known; fine for a quick try, but lint asks where it comes from |
| `{ value = 8.6, source = "Moore, Shannon, Brown 2002" }` | known, and published |
| `{ value = 8.6, assumed = "why" }` | known, and assumed |
| `{ uniform = [3, 5], source = "..." }` | uncertain: anywhere between 3 and 5 |
| `{ normal = [8.6, 1.2], assumed = "..." }` | uncertain: mean and standard deviation |
| `{ lognormal = [8.6, 0.3], assumed = "..." }` | uncertain: median, and standard deviation of the logarithm (at most 5) |

An uncertain number is drawn anew for each replicate; a draw outside the legal range of its key is drawn again. Where
the key counts something (hosts), the draw is rounded. `source` and `assumed` exclude each other.

Times are TOML date-times with a zone and without quotes: `2001-07-19T10:00:00Z`, or with an offset. A date-time
without zone is an error, since it is no point in time. Microseconds are the finest that is kept.

A name has letters, digits, `-` and `_`, a letter first, at most 64 in all. No string may be empty.

## Inheritance

`inherits = "code-red-july"` takes from another scenario what this one does not say: one level only, a parent that
inherits is an error. The parent is found by its name, beside the scenario's own folder or in the library, or by a path
relative to the file. The tables `time`, `population`, `population.placement`, `worm`, `worm.sleepers`, `worm.reach`, `worm.walk` and `outbreak`
are merged key by key. Everything else is replaced as a whole: a number with its source, the shares of all countries, a list of scopes,
classes, responses or sensors. Format, name, title and summary are never inherited.

## --set

`--set KEY=VALUE` overrides a key for one run, after inheritance, in the order given: `--set worm.scan_rate_per_s=5.97`.
The value is a TOML value, or else taken as a string (`--set worm.scan_rate_law=gamma`). Elements of lists go by name or
by number, counted from 0: `--set sensor.cas-16.loss=0.1`, `--set worm.scope.0.share=2`. A number is replaced as a
whole: its source gives way to "set on the command line", unless the value brings one of its own
(`--set 'worm.latency_s={ uniform = [60, 600], assumed = "a guess" }'`). A set without `=` is a usage error (exit code
2); all other mistakes are those of the file (3), placed at `--set KEY=VALUE`.

## Keys
)";

constexpr std::string_view closing = R"(
## What must go together

- `time.end` is after `time.start`. It may be missing only where nothing but spread happens: uniform scanning, no
  latency, no responses, no sensors, no hours, leases or phases, no outcomes asked for.
- `population.vulnerable` fits the address space, and the networks where hosts are gathered in some;
  `outbreak.initially_infected` is not above it.
- `population.placement.method = "country"` needs a table. The percentages of `population.countries` do not exceed 100
  in all. With method `uniform`, table and countries are not used.
- The shares of scopes, and of classes, do not add up to 0. No two scopes have one length, and none is longer than an
  address. A scope with a share of 0 is left out.
- `scan_rate_law` gamma and lognormal need `scan_rate_shape`; `worm.scan_rate_per_s` is needed unless there are classes.
- Names of classes, responses and sensors differ among their kind.
- The prefixes of a sensor do not overlap, and lie within the address space. Outages are in order and do not overlap.
  All sensors together have at most 1,000,000 time bins.
- `clean` and `reboot` act on infected hosts only. A rule ends after it begins. A campaign has a share and no rate; all other
  rules have a rate. The classes of a rule exist.
- Phases cover every day of the year, or all time, once. Days and dates do not go together.
- The hours of an office are in order. A new address at each session needs hours; hosts that share an address keep it; a lease
  is not longer than the run.
- The shares of `population.clock` do not exceed 1; dead batteries have a date from 1970 on.
- Outcomes lie within the window and begin and end with the bins of their sensor.

## The canonical text

The manifest of a result holds the scenario in canonical form: every key, in the order of this page, with inheritance
and `--set` applied and defaults written out as `assumed = "default"`. Numbers have the shortest form that reads back to
the same bits. Reading the canonical text and writing it again gives the same bytes.

## expected.toml

What the scenario is held against: a list of `[[outcome]]` tables, and at the top optionally `runs`: the replicates whose
medians are judged unless `--runs` says otherwise, 1 to 10,000. Default: 200.

| key | value |
|---|---|
| `name` | an outcome, such as `ever_infected` or `cas-16.packets`; with `at`, a curve, such as `cas-16.sources` |
| `at` | date-time, optional: the time bin that starts there |
| `label` | what a person reads |
| `unit` | of record, low and high |
| `record` | number, optional: what was recorded |
| `low`, `high` | the median over replicates must lie between them |
| `role` | `"sets a parameter"` where a parameter was chosen to meet it; `"independent"` where none was |
| `gate` | `false`: shown, but not judged. Default `true` |
| `grade` | optional: how well it was recorded. `A`: well, the band within 25% of the record; `B`: within a factor 1.5; `C`: within a factor 3; `law`: not recorded, but a consequence of the law in closed form, within 5%. A wider band is an error |
| `source` | where the record was published |

## debate.toml

What people claimed: a list of `[[claim]]` tables, answered by `secondwave simulate SCENARIO --debate`.

| key | value |
|---|---|
| `claim`, `who`, `source` | what was said, by whom, and where |
| `set` | list of texts `"key=value"`, as for `--set`: how the claim's variant differs. Default: none, the scenario itself |
| `variant` | what a person calls the variant; required with `set` |
| `outcome`, `at` | an outcome, or with `at` a curve, as in expected.toml |
| `label`, `unit` | of the outcome |
| `recorded` | number, optional: what was recorded; `record_source` then says where |
| `recorded_low`, `recorded_high` | the numbers that the record allows, given its own noise. Default: `recorded` |
| `claimed_low`, `claimed_high` | what the claim says of the outcome; either may be absent |
| `clear_factor` | above 1: from which gap between intervals on a claim is excluded, not only unlikely. Default 2 |

A claim without `claimed_low` and `claimed_high` is about the world: its variant *is* the claim. Its 90% interval is held
against the record: `not excluded` where they meet, `excluded` where `clear_factor` or more lies between them, else
`unlikely`. A claim with them is about the outcome, and both the interval and the record are held against it: `right`,
`wrong`, `possible, and so recorded`, `possible, but otherwise recorded`, `right in the model only`, `right in the record
only`; without a record `right in the model`, `wrong in the model` or `open`. `no answer` where the variant has no such
outcome.

## An example

```toml
format = 1
name = "first-try"
title = "A thousand hosts in a small address space"

[time]
start = 2001-07-19T10:00:00Z
end = 2001-07-20T00:00:00Z

[population]
vulnerable = 1000
address_bits = 24

[worm]
scan_rate_per_s = { value = 6, source = "Zou et al., CCS 2003: 358 a minute" }

[outbreak]
initially_infected = { value = 5, assumed = "enough that chance does not move the curve by an hour" }

[[sensor]]
name = "small"
prefixes = ["0.200.0.0/16"]
```
)";

class ReferenceWriter : public KeyVisitor {
 public:
  explicit ReferenceWriter(std::string& out) : out_(out) { heading("Top level", ""); }

  void begin_table(const KeyInfo& info) override {
    path_.push_back(join_path(path_.back(), info.name));
    heading(fmt::format("`[{}]`", path_.back()), info.meaning);
  }
  void end_table() override { path_.pop_back(); }
  void list(const KeyInfo& info, const ListAccess& access) override {
    path_.push_back(join_path(path_.back(), info.name));
    const std::string missing = info.standard_text.empty() ? "" : fmt::format(" Default: {}.", info.standard_text);
    heading(fmt::format("`[[{}]]`", path_.back()), fmt::format("{}{} At most {}.", info.meaning, missing, access.most));
    access.resize(1);
    access.visit(0, *this);
    path_.pop_back();
  }
  void text(const KeyInfo& info, TextRule rule, std::string&) override {
    row(info, rule == TextRule::name ? "name" : rule == TextRule::line ? "string, one line" : "string");
  }
  void time(const KeyInfo& info, std::optional<UtcTime>&) override { row(info, "date-time"); }
  void quantity(const KeyInfo& info, Quantity&) override {
    const std::string kind = info.known ? "known number" : "number";
    row(info, fmt::format("{}{}, {:.15g} to {:.15g}", info.whole ? "whole " : "", kind, info.min, info.max));
  }
  void integer(const KeyInfo& info, std::int64_t&) override {
    row(info, info.min == info.max ? fmt::format("{}", info.min)
                                   : fmt::format("whole number, {:.0f} to {:.0f}, bare", info.min, info.max));
  }
  void choice(const KeyInfo& info, std::span<const std::string_view> words, std::size_t&) override {
    std::string all;
    for (const std::string_view word : words) all += (all.empty() ? "\"" : ", \"") + std::string(word) + "\"";
    KeyInfo shown = info;
    if (info.standard) shown.standard_text = words[static_cast<std::size_t>(*info.standard)];
    row(shown, all);
  }
  void prefixes(const KeyInfo& info, std::vector<Prefix>&) override {
    row(info, "array of strings such as \"198.18.0.0/16\"");
  }
  void names(const KeyInfo& info, std::vector<std::string>&) override { row(info, "array of names"); }
  void countries(const KeyInfo& info, std::vector<CountryShare>&) override {
    path_.push_back(join_path(path_.back(), info.name));
    heading(fmt::format("`[{}]`", path_.back()), info.meaning);
    row({.name = "CC",
         .meaning = "Share of the hosts in the country of that code.",
         .unit = info.unit,
         .standard_text = "none"},
        fmt::format("number, {:.15g} to {:.15g}", info.min, info.max));
    path_.pop_back();
  }

 private:
  void heading(const std::string& name, std::string_view meaning) {
    out_ += fmt::format("\n### {}\n\n", name);
    if (!meaning.empty()) out_ += fmt::format("{}\n\n", meaning);
    out_ += "| key | value | unit | default | meaning |\n|---|---|---|---|---|\n";
  }
  void row(const KeyInfo& info, const std::string& value) {
    std::string standard(info.standard_text);
    if (standard.empty() && info.standard) standard = fmt::format("{}", *info.standard);
    if (info.required) standard = "**required**";
    out_ += fmt::format("| `{}` | {} | {} | {} | {} |\n", info.name, value, info.unit, standard, info.meaning);
  }

  std::string& out_;
  std::vector<std::string> path_ = {""};
};

}  // namespace

std::string scenario_reference() {
  std::string out(opening);
  ScenarioSpec empty;
  ReferenceWriter writer(out);
  visit_scenario(empty, writer);
  out += closing;
  return out;
}

}  // namespace secondwave
