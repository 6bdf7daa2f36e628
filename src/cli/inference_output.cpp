#include "cli/inference_output.hpp"

#include <fmt/format.h>

#include <cmath>
#include <nlohmann/json.hpp>

#include "base/text.hpp"
#include "cli/environment.hpp"
#include "report/table.hpp"

namespace secondwave {
namespace {

using Json = nlohmann::ordered_json;

Json number(double value) {
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}

Json value_of(const FitResult& fit, const Estimate& estimate, double value) {
  if (!estimate.is_time) return number(value);
  return to_string(fit.origin.plus_seconds(std::round(value)));
}

Json fit_json(const FitResult& fit, std::uint64_t seed) {
  Json estimates = Json::object();
  for (const Estimate& e : fit.estimates) {
    Json one{{"unit", e.unit}};
    if (!e.estimate) {
      one["estimate"] = nullptr;
      one["reason"] = e.reason;
    } else {
      one["estimate"] = value_of(fit, e, *e.estimate);
      one["p05"] = value_of(fit, e, e.p05);
      one["p95"] = value_of(fit, e, e.p95);
      if (e.likelihood_low && e.likelihood_high) one["profile_90"] = {*e.likelihood_low, *e.likelihood_high};
    }
    estimates[e.name] = std::move(one);
  }
  Json goodness{{"statistic", number(fit.statistic)}, {"degrees_of_freedom", fit.degrees}};
  goodness["p_value"] = fit.p_value ? number(*fit.p_value) : Json(nullptr);
  if (!fit.p_value) goodness["reason"] = "too few bins hold 5 counts or more";
  return {{"model", to_string(fit.model)},
          {"seed", seed},
          {"estimates", std::move(estimates)},
          {"goodness_of_fit", std::move(goodness)},
          {"notes", fit.notes}};
}

Cell cell_of(const FitResult& fit, const Estimate& estimate, double value) {
  if (!estimate.estimate) return std::monostate{};
  if (estimate.is_time) return to_string(fit.origin.plus_seconds(std::round(value)));
  return value;
}

Table fit_table(const FitResult& fit) {
  Table table{.headers = {"quantity", "unit", "estimate", "p05", "p95", "reason"},
              .alignments = {Align::left, Align::left, Align::right, Align::right, Align::right, Align::left}};
  for (const Estimate& e : fit.estimates) {
    table.rows.push_back({e.name, e.unit, cell_of(fit, e, e.estimate.value_or(0)), cell_of(fit, e, e.p05),
                          cell_of(fit, e, e.p95), e.reason});
  }
  return table;
}

Cell share(const std::optional<double>& value) {
  return value ? Cell(*value) : Cell(std::monostate{});
}

}  // namespace

std::string fit_text(const FitResult& fit, std::uint64_t seed, Format format) {
  if (format == Format::json) return fit_json(fit, seed).dump(2) + "\n";
  if (format == Format::csv) return table_csv(fit_table(fit));
  std::string text = table_text(fit_table(fit), terminal_style());
  text += fmt::format("\nmodel {}, goodness of fit: {:.1f} on {} degrees of freedom", to_string(fit.model),
                      fit.statistic, fit.degrees);
  text += fit.p_value ? fmt::format(", p = {:.3g}", *fit.p_value) : std::string(", too few bins for a p-value");
  return text + fmt::format("; seed {}\n", seed);
}

std::string forecast_json(const std::vector<ForecastRow>& rows) {
  Json all = Json::array();
  for (const ForecastRow& row : rows) {
    all.push_back({{"reference_date", to_string(row.reference_date)},
                   {"target", row.target},
                   {"horizon", row.horizon},
                   {"target_end_date", to_string(row.target_end_date)},
                   {"location", to_valid_utf8(row.location)},
                   {"output_type", row.output_type},
                   {"output_type_id", row.output_type_id},
                   {"value", number(row.value)},
                   {"model_id", row.model}});
  }
  return Json{{"rows", std::move(all)}}.dump(2) + "\n";
}

std::string score_text(const std::map<std::string, ModelScore>& scores, Format format) {
  if (format == Format::json) {
    Json models = Json::object();
    for (const auto& [name, s] : scores) {
      const bool any = s.n > 0;
      Json one{{"crps", any ? number(s.crps) : Json(nullptr)}, {"wis", any ? number(s.wis) : Json(nullptr)}};
      one["coverage_50"] = s.coverage_50 ? number(*s.coverage_50) : Json(nullptr);
      one["coverage_90"] = s.coverage_90 ? number(*s.coverage_90) : Json(nullptr);
      one["n"] = s.n;
      one["without_truth"] = s.unmatched;
      one["pit_histogram"] = s.pit;
      if (any && (!s.coverage_50 || !s.coverage_90))
        one["reason"] = "a forecast lacks the levels 0.05, 0.25, 0.75, 0.95";
      if (!any) one["reason"] = "no truth for any of its forecasts";
      models[to_valid_utf8(name)] = std::move(one);
    }
    return Json{{"models", std::move(models)}}.dump(2) + "\n";
  }
  Table table{.headers = {"model", "crps", "wis", "coverage_50", "coverage_90", "n", "without_truth"},
              .alignments = {Align::left, Align::right, Align::right, Align::right, Align::right, Align::right}};
  for (const auto& [name, s] : scores) {
    table.rows.push_back({name, s.n > 0 ? Cell(s.crps) : Cell(std::monostate{}),
                          s.n > 0 ? Cell(s.wis) : Cell(std::monostate{}), share(s.coverage_50), share(s.coverage_90),
                          std::uint64_t{s.n}, std::uint64_t{s.unmatched}});
  }
  return format == Format::csv ? table_csv(table) : table_text(table, terminal_style());
}

}  // namespace secondwave
