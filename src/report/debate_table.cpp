#include "report/debate_table.hpp"

#include <fmt/format.h>

#include <cmath>
#include <limits>
#include <utility>

#include "report/number_text.hpp"

namespace secondwave {
namespace {

constexpr double endless = std::numeric_limits<double>::infinity();

struct Interval {
  double low = 0;
  double high = 0;
};

/// How many times apart two intervals of numbers from 0 up are: the ratio of the ends that face each other; 1 where
/// they meet, infinite where one of them ends at 0.
double gap_factor(const Interval& a, const Interval& b) {
  if (a.low > b.high) return b.high > 0 ? a.low / b.high : endless;
  if (b.low > a.high) return a.high > 0 ? b.low / a.high : endless;
  return 1;
}

std::string times_text(double factor) {
  if (!std::isfinite(factor)) return "the one is nothing, the other is not";
  return fmt::format("a factor {}", number_for_people(factor >= 100 ? std::round(factor) : factor));
}

std::string about_the_world(const DebateClaim& claim, const Interval& model, std::string& why) {
  const Interval record{claim.recorded_low, claim.recorded_high};
  const double gap = gap_factor(model, record);
  if (gap <= 1) {
    why = "the interval holds what was recorded";
    return "not excluded";
  }
  why = fmt::format("{} {} the record", times_text(gap), model.low > record.high ? "above" : "below");
  return gap >= claim.clear_factor ? "excluded" : "unlikely";
}

enum class Agrees { no, partly, yes };

Agrees agreement(const Interval& model, const Interval& claimed) {
  if (gap_factor(model, claimed) > 1) return Agrees::no;
  return model.low >= claimed.low && model.high <= claimed.high ? Agrees::yes : Agrees::partly;
}

std::string about_the_outcome(const DebateClaim& claim, const Interval& model, std::string& why) {
  const Interval claimed{claim.claimed_low.value_or(-endless), claim.claimed_high.value_or(endless)};
  const Agrees says = agreement(model, claimed);
  const double gap = gap_factor(model, claimed);
  why = says == Agrees::no    ? fmt::format("the model lies {} {} the claim", times_text(gap),
                                         model.low > claimed.high ? "above" : "below")
        : says == Agrees::yes ? "the model's interval lies within the claim"
                              : "the model's interval reaches into the claim";
  if (!claim.recorded) {
    return says == Agrees::no ? "wrong in the model" : says == Agrees::yes ? "right in the model" : "open";
  }
  const bool recorded = gap_factor({claim.recorded_low, claim.recorded_high}, claimed) <= 1;
  if (says == Agrees::no) return recorded ? "right in the record only" : "wrong";
  if (says == Agrees::yes) return recorded ? "right" : "right in the model only";
  return recorded ? "possible, and so recorded" : "possible, but otherwise recorded";
}

}  // namespace

DebateRow judge(DebateClaim claim, const std::optional<double>& median, const std::optional<double>& p05,
                const std::optional<double>& p95) {
  DebateRow row{.claim = std::move(claim), .median = median, .p05 = p05, .p95 = p95};
  if (!median || !p05 || !p95) {
    row.answered = false;
    row.verdict = "no answer";
    row.why = "the variant has no value for this outcome";
    return row;
  }
  const Interval model{*p05, *p95};
  row.verdict =
      row.claim.predicts() ? about_the_outcome(row.claim, model, row.why) : about_the_world(row.claim, model, row.why);
  return row;
}

Table debate_table(const std::vector<DebateRow>& rows) {
  Table table{.headers = {"claim", "who", "variant", "asked", "model", "90% interval", "recorded", "verdict"},
              .alignments = {Align::left, Align::left, Align::left, Align::left, Align::right, Align::right,
                             Align::right, Align::left}};
  for (const DebateRow& row : rows) {
    const std::string unit = row.claim.unit.empty() || row.claim.unit == "1" ? "" : ", " + row.claim.unit;
    const std::string interval =
        row.p05 && row.p95 ? number_for_people(*row.p05) + " to " + number_for_people(*row.p95) : "-";
    table.rows.push_back({row.claim.claim, row.claim.who, row.claim.variant, row.claim.label + unit,
                          number_for_people(row.median), interval, number_for_people(row.claim.recorded),
                          row.verdict + ": " + row.why});
  }
  return table;
}

Table debate_columns(const std::vector<DebateRow>& rows) {
  Table table;
  table.headers = {"claim",       "who",          "variant",      "outcome",       "unit",   "median",       "p05",
                   "p95",         "recorded",     "verdict",      "why",           "label",  "at",           "set",
                   "claimed_low", "claimed_high", "recorded_low", "recorded_high", "source", "record_source"};
  for (const DebateRow& row : rows) {
    const DebateClaim& c = row.claim;
    std::string sets;
    for (const std::string& set : c.set) sets += (sets.empty() ? "" : "; ") + set;
    const Cell low = c.recorded ? Cell(c.recorded_low) : Cell(std::monostate{});
    const Cell high = c.recorded ? Cell(c.recorded_high) : Cell(std::monostate{});
    table.rows.push_back({c.claim,
                          c.who,
                          c.variant,
                          c.outcome,
                          c.unit,
                          cell_of(row.median),
                          cell_of(row.p05),
                          cell_of(row.p95),
                          cell_of(c.recorded),
                          row.verdict,
                          row.why,
                          c.label,
                          c.at ? Cell(to_string(*c.at)) : Cell(std::monostate{}),
                          sets,
                          cell_of(c.claimed_low),
                          cell_of(c.claimed_high),
                          low,
                          high,
                          c.source,
                          c.record_source});
  }
  return table;
}

}  // namespace secondwave
