#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <nlohmann/json.hpp>

#include "cli/compare_command.hpp"
#include "cli/environment.hpp"
#include "report/number_text.hpp"
#include "report/outcome_table.hpp"
#include "report/table.hpp"

namespace secondwave {
namespace {

using Json = nlohmann::ordered_json;

Json number(double value) {
  return std::isfinite(value) ? Json(value) : Json(nullptr);
}

Json number(const std::optional<double>& value) {
  return value ? number(*value) : Json(nullptr);
}

std::vector<double> column(const PairedResult& model, std::size_t outcome) {
  std::vector<double> values;
  for (const ReplicateRow& row : model.replicates) values.push_back(row.values[outcome]);
  return values;
}

Json outcomes_json(const PairedResult& model) {
  Json all = Json::object();
  for (std::size_t i = 0; i < model.outcome_names.size(); ++i) {
    const std::vector<double> values = column(model, i);
    Json one = {{"unit", model.outcome_units[i]},
                {"median", number(quantile_of(values, 0.5))},
                {"p05", number(quantile_of(values, 0.05))},
                {"p95", number(quantile_of(values, 0.95))}};
    if (!model.outcome_reasons[i].empty()) one["reason"] = model.outcome_reasons[i];
    all[model.outcome_names[i]] = std::move(one);
  }
  return all;
}

Json differences_json(const PairedResult& model) {
  Json all = Json::object();
  for (const PairedDifference& each : model.differences) {
    Json one = {{"unit", each.unit},
                {"median", number(each.median)},
                {"p05", number(each.p05)},
                {"p95", number(each.p95)},
                {"mean", number(each.mean.mean)},
                {"mean_low", number(each.mean.low)},
                {"mean_high", number(each.mean.high)},
                {"pairs", each.pairs}};
    if (each.pairs == 0) one["reason"] = "no replicate has a value in both";
    all[each.name] = std::move(one);
  }
  return all;
}

Json hosts_json(const PairedResult& model) {
  if (!model.hosts) {
    return {{"pairs", nullptr},
            {"reason", "the variant changes which hosts there are, or where: they are not the same"}};
  }
  const FatePairs& pairs = *model.hosts;
  return {{"pairs", pairs.pairs},
          {"saved", pairs.saved},
          {"lost", pairs.lost},
          {"infected_in_both", pairs.both},
          {"infected_in_neither", pairs.neither},
          {"prevented_per_run",
           {{"mean", number(pairs.prevented.mean)},
            {"mean_low", number(pairs.prevented.low)},
            {"mean_high", number(pairs.prevented.high)},
            {"median", number(pairs.prevented_median)},
            {"p05", number(pairs.prevented_p05)},
            {"p95", number(pairs.prevented_p95)}}}};
}

Json gains_json(const ComparisonReport& report, const PairedResult& model) {
  Json all = Json::object();
  for (const GainsOfGrouping& grouping : model.gains) {
    Json rows = Json::array();
    for (std::size_t i = 0; i < grouping.groups.size() && i < report.top; ++i) {
      const GroupGain& group = grouping.groups[i];
      rows.push_back({{"name", group.group},
                      {"hosts", number(group.hosts)},
                      {"saved", number(group.saved)},
                      {"lost", number(group.lost)},
                      {"gain", number(group.gain.mean)},
                      {"gain_low", number(group.gain.low)},
                      {"gain_high", number(group.gain.high)}});
    }
    all[grouping.grouping] = std::move(rows);
  }
  return all;
}

Json model_json(const ComparisonReport& report, std::size_t i) {
  const PairedResult& model = report.result.models[i];
  Json one = {{"name", report.variants[i].name},
              {"sets", report.variants[i].sets},
              {"run_hash", model.run_hash},
              {"outcomes", outcomes_json(model)}};
  if (i == 0) return one;
  one["differences"] = differences_json(model);
  one["hosts"] = hosts_json(model);
  one["replicates"] = {{"fewer_infected", model.fewer}, {"more_infected", model.more}, {"equal", model.equal}};
  one["gains"] = gains_json(report, model);
  if (!report.no_groups.empty()) one["gains_reason"] = report.no_groups;
  return one;
}

/// Infections prevented: hosts where they are the same ones, else by the outcomes.
double prevented(const PairedResult& model) {
  if (model.hosts) return model.hosts->prevented.mean;
  for (const PairedDifference& each : model.differences) {
    if (each.name == "ever_infected") return -each.mean.mean;
  }
  return 0;
}

std::string interval(const PairedMean& mean) {
  if (!mean.low || !mean.high) return "-";
  return fmt::format("{} to {}", number_for_people(*mean.low), number_for_people(*mean.high));
}

Table summary(const ComparisonReport& report) {
  Table table{{"variant", "ever infected", "prevented", "95% of the mean", "saved", "lost"},
              {Align::left, Align::right, Align::right, Align::right, Align::right, Align::right},
              {}};
  std::vector<std::size_t> order = ranking_of(report);
  order.insert(order.begin(), 0);
  for (const std::size_t i : order) {
    const PairedResult& model = report.result.models[i];
    const auto found = std::find(model.outcome_names.begin(), model.outcome_names.end(), "ever_infected");
    const auto at = static_cast<std::size_t>(found - model.outcome_names.begin());
    std::vector<Cell> row = {report.variants[i].name, number_for_people(quantile_of(column(model, at), 0.5))};
    const double runs = report.result.runs_done;
    if (i == 0) {
      row.resize(6, std::string());
    } else if (model.hosts) {
      row.emplace_back(number_for_people(model.hosts->prevented.mean));
      row.emplace_back(interval(model.hosts->prevented));
      row.emplace_back(number_for_people(static_cast<double>(model.hosts->saved) / runs));
      row.emplace_back(number_for_people(static_cast<double>(model.hosts->lost) / runs));
    } else {
      row.emplace_back(number_for_people(prevented(model)));
      row.resize(6, std::string("-"));
    }
    table.rows.push_back(std::move(row));
  }
  return table;
}

Table difference_table(const PairedResult& base, const PairedResult& model) {
  Table table{
      {"outcome", "unit", "base", "variant", "difference", "p05", "p95", "mean, 95%"},
      {Align::left, Align::left, Align::right, Align::right, Align::right, Align::right, Align::right, Align::right},
      {}};
  for (const PairedDifference& each : model.differences) {
    const auto median_in = [&](const PairedResult& one) {
      const auto found = std::find(one.outcome_names.begin(), one.outcome_names.end(), each.name);
      return quantile_of(column(one, static_cast<std::size_t>(found - one.outcome_names.begin())), 0.5);
    };
    table.rows.push_back({label_of(each.name), each.unit, number_for_people(median_in(base)),
                          number_for_people(median_in(model)), number_for_people(each.median),
                          number_for_people(each.p05), number_for_people(each.p95), interval(each.mean)});
  }
  return table;
}

Table gain_table(const GainsOfGrouping& grouping, std::size_t top) {
  Table table{{"by " + grouping.grouping, "hosts", "saved", "lost", "gain", "95% of the mean"},
              {Align::left, Align::right, Align::right, Align::right, Align::right, Align::right},
              {}};
  for (std::size_t i = 0; i < grouping.groups.size() && i < top; ++i) {
    const GroupGain& group = grouping.groups[i];
    table.rows.push_back({group.group, number_for_people(group.hosts), number_for_people(group.saved),
                          number_for_people(group.lost), number_for_people(group.gain.mean), interval(group.gain)});
  }
  return table;
}

}  // namespace

std::vector<std::size_t> ranking_of(const ComparisonReport& report) {
  std::vector<std::size_t> order;
  for (std::size_t i = 1; i < report.result.models.size(); ++i) order.push_back(i);
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return prevented(report.result.models[a]) > prevented(report.result.models[b]);
  });
  return order;
}

std::string comparison_json(const ComparisonReport& report) {
  Json all = {{"scenario", report.scenario},
              {"runs", report.result.runs_done},
              {"seed", report.seed},
              {"construction", "pressure"},
              {"partial", report.result.runs_done < report.runs_asked}};
  all["base"] = model_json(report, 0);
  Json variants = Json::array();
  for (std::size_t i = 1; i < report.variants.size(); ++i) variants.push_back(model_json(report, i));
  all["variants"] = std::move(variants);
  Json ranking = Json::array();
  for (const std::size_t i : ranking_of(report)) {
    const PairedResult& model = report.result.models[i];
    ranking.push_back({{"name", report.variants[i].name}, {"prevented", number(prevented(model))}});
  }
  all["ranking"] = std::move(ranking);
  return all.dump(2) + "\n";
}

std::string comparison_csv(const ComparisonReport& report) {
  Table table{{"variant", "outcome", "unit", "base_median", "variant_median", "difference_median", "difference_p05",
               "difference_p95", "difference_mean", "mean_low", "mean_high", "pairs"}};
  const PairedResult& base = report.result.models[0];
  for (std::size_t i = 1; i < report.variants.size(); ++i) {
    const PairedResult& model = report.result.models[i];
    for (const PairedDifference& each : model.differences) {
      const auto median_in = [&](const PairedResult& one) {
        const auto found = std::find(one.outcome_names.begin(), one.outcome_names.end(), each.name);
        return quantile_of(column(one, static_cast<std::size_t>(found - one.outcome_names.begin())), 0.5);
      };
      table.rows.push_back({report.variants[i].name, each.name, each.unit, median_in(base), median_in(model),
                            each.median, each.p05, each.p95, each.mean.mean, cell_of(each.mean.low),
                            cell_of(each.mean.high), std::uint64_t{each.pairs}});
    }
  }
  return table_csv(table);
}

std::string gains_csv(const ComparisonReport& report) {
  Table table{{"variant", "grouping", "group", "hosts", "saved", "lost", "gain", "gain_low", "gain_high"}};
  for (std::size_t i = 1; i < report.variants.size(); ++i) {
    for (const GainsOfGrouping& grouping : report.result.models[i].gains) {
      for (const GroupGain& group : grouping.groups) {
        table.rows.push_back({report.variants[i].name, grouping.grouping, group.group, group.hosts, group.saved,
                              group.lost, group.gain.mean, cell_of(group.gain.low), cell_of(group.gain.high)});
      }
    }
  }
  return table_csv(table);
}

std::string comparison_text(const ComparisonReport& report) {
  const TerminalStyle style = terminal_style();
  std::string text = table_text(summary(report), style);
  text += "\nSaved: hosts that are infected without and not with it; lost: the other way round; means a replicate.\n";
  for (std::size_t i = 1; i < report.variants.size(); ++i) {
    const PairedResult& model = report.result.models[i];
    text +=
        fmt::format("\n{} less base, replicate by replicate: fewer hosts infected in {}, more in {}, as many in {}\n",
                    report.variants[i].name, model.fewer, model.more, model.equal);
    text += table_text(difference_table(report.result.models[0], model), style);
    for (const GainsOfGrouping& grouping : model.gains) {
      const bool any = std::any_of(grouping.groups.begin(), grouping.groups.end(),
                                   [](const GroupGain& group) { return group.saved > 0 || group.lost > 0; });
      if (any) text += "\n" + table_text(gain_table(grouping, std::min(report.top, 5u)), style);
    }
  }
  return text + fmt::format("\n{} of {} replicates, seed {}, construction pressure\n", report.result.runs_done,
                            report.runs_asked, report.seed);
}

}  // namespace secondwave
