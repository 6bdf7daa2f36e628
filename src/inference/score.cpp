#include "inference/score.hpp"

#include <algorithm>
#include <cmath>
#include <set>
#include <tuple>

namespace secondwave {
namespace {

double quantile_loss(double level, double quantile, double truth) {
  return truth >= quantile ? level * (truth - quantile) : (1.0 - level) * (quantile - truth);
}

/// The integral of the quantile loss over levels a..b, the quantile going from qa to qb along a line, all on one side.
double one_sided_loss(double a, double b, double qa, double qb, double truth) {
  // Both factors are linear in the level, so their product integrates by Simpson's rule without error.
  const double middle = quantile_loss(0.5 * (a + b), 0.5 * (qa + qb), truth);
  return (b - a) / 6.0 * (quantile_loss(a, qa, truth) + 4.0 * middle + quantile_loss(b, qb, truth));
}

double line_loss(double a, double b, double qa, double qb, double truth) {
  if (!(b > a)) return 0;
  if (!(qa < truth && truth < qb)) {
    // On one side: at the end that touches the truth the loss is 0 from either side.
    return one_sided_loss(a, b, qa, qb, truth);
  }
  const double at = a + (b - a) * (truth - qa) / (qb - qa);
  return one_sided_loss(a, at, qa, truth, truth) + one_sided_loss(at, b, truth, qb, truth);
}

double sample_quantile(const std::vector<double>& sorted, double level) {
  const double at = level * static_cast<double>(sorted.size() - 1);
  const auto below = static_cast<std::size_t>(at);
  const double part = at - static_cast<double>(below);
  return below + 1 < sorted.size() ? sorted[below] + part * (sorted[below + 1] - sorted[below]) : sorted.back();
}

std::optional<double> quantile(const PredictiveLaw& law, double level) {
  if (!law.samples.empty()) return sample_quantile(law.samples, level);
  for (std::size_t i = 0; i < law.levels.size(); ++i) {
    if (std::fabs(law.levels[i] - level) < 1e-9) return law.values[i];
  }
  return std::nullopt;
}

}  // namespace

const std::vector<double>& hub_levels() {
  static const std::vector<double> levels = [] {
    std::vector<double> all = {0.01, 0.025};
    for (int i = 1; i <= 19; ++i) all.push_back(i / 20.0);
    all.insert(all.end(), {0.975, 0.99});
    return all;
  }();
  return levels;
}

double crps(const PredictiveLaw& law, double truth) {
  if (!law.samples.empty()) {
    const std::vector<double>& x = law.samples;  // sorted
    const auto n = static_cast<double>(x.size());
    double miss = 0;
    double spread = 0;
    for (std::size_t i = 0; i < x.size(); ++i) {
      miss += std::fabs(x[i] - truth);
      spread += x[i] * (2.0 * static_cast<double>(i) + 1.0 - n);
    }
    return miss / n - spread / (n * n);
  }
  double sum = line_loss(0.0, law.levels.front(), law.values.front(), law.values.front(), truth) +
               line_loss(law.levels.back(), 1.0, law.values.back(), law.values.back(), truth);
  for (std::size_t i = 1; i < law.levels.size(); ++i) {
    sum += line_loss(law.levels[i - 1], law.levels[i], law.values[i - 1], law.values[i], truth);
  }
  return 2.0 * sum;
}

double weighted_interval_score(const PredictiveLaw& law, double truth) {
  const std::vector<double>& levels = law.samples.empty() ? law.levels : hub_levels();
  double sum = 0;
  for (std::size_t i = 0; i < levels.size(); ++i) {
    const double q = law.samples.empty() ? law.values[i] : sample_quantile(law.samples, levels[i]);
    sum += 2.0 * quantile_loss(levels[i], q, truth);
  }
  return sum / static_cast<double>(levels.size());
}

std::optional<bool> covers(const PredictiveLaw& law, double coverage, double truth) {
  const std::optional<double> low = quantile(law, 0.5 - 0.5 * coverage);
  const std::optional<double> high = quantile(law, 0.5 + 0.5 * coverage);
  if (!low || !high) return std::nullopt;
  return *low <= truth && truth <= *high;
}

double probability_transform(const PredictiveLaw& law, double truth) {
  if (!law.samples.empty()) {
    const auto below = std::upper_bound(law.samples.begin(), law.samples.end(), truth) - law.samples.begin();
    return static_cast<double>(below) / static_cast<double>(law.samples.size());
  }
  if (truth < law.values.front()) return 0;
  if (truth >= law.values.back()) return truth > law.values.back() ? 1.0 : law.levels.back();
  const auto next = std::upper_bound(law.values.begin(), law.values.end(), truth);
  const auto i = static_cast<std::size_t>(next - law.values.begin());
  const double part = (truth - law.values[i - 1]) / (law.values[i] - law.values[i - 1]);
  return law.levels[i - 1] + part * (law.levels[i] - law.levels[i - 1]);
}

namespace {

/// What one forecast is about.
struct Question {
  std::string model, target, location;
  UtcTime issued;
  UtcTime about;
  auto operator<=>(const Question&) const = default;
};

using Answers = std::map<Question, std::vector<std::pair<double, double>>>;  // level and value; level NaN: a draw

/// Truth by the moment that a forecast names.
using TruthTable = std::map<UtcTime, double>;

TruthTable truth_table(const std::vector<Series>& truth, bool by_end) {
  TruthTable table;
  for (const Series& series : truth) {
    for (const SeriesBin& bin : series.bins) {
      if (bin.count) table[by_end ? bin.end() : bin.start] = *bin.count;
    }
  }
  return table;
}

Result<PredictiveLaw> law_of(const Question& question, std::vector<std::pair<double, double>> answers) {
  PredictiveLaw law;
  std::sort(answers.begin(), answers.end());
  for (const auto& [level, value] : answers) {
    if (std::isnan(level)) {
      law.samples.push_back(value);
      continue;
    }
    if (!law.levels.empty() && (level == law.levels.back() || value < law.values.back())) {
      return failure(ErrorKind::data,
                     "the quantiles of " + question.model.substr(0, 60) + " for " + to_string(question.about) +
                         (level == law.levels.back() ? " name one level twice" : " fall as the level rises"));
    }
    law.levels.push_back(level);
    law.values.push_back(value);
  }
  if (!law.levels.empty()) law.samples.clear();
  std::sort(law.samples.begin(), law.samples.end());
  return law;
}

void add_score(ModelScore& score, const PredictiveLaw& law, double truth, double& in_50, double& in_90, bool& levels) {
  score.crps += crps(law, truth);
  score.wis += weighted_interval_score(law, truth);
  const auto half = covers(law, 0.5, truth);
  const auto most = covers(law, 0.9, truth);
  levels = levels && half && most;
  in_50 += half.value_or(false) ? 1 : 0;
  in_90 += most.value_or(false) ? 1 : 0;
  const double pit = probability_transform(law, truth);
  ++score.pit[static_cast<std::size_t>(std::min(9.0, pit * 10.0))];
  ++score.n;
}

Answers answers_of(const std::vector<ForecastRow>& rows) {
  Answers answers;
  for (const ForecastRow& row : rows) {
    const bool draw = row.output_type == "sample";
    const bool middle = row.output_type == "median";
    if (!draw && !middle && row.output_type != "quantile") continue;
    const Question question{row.model, row.target, row.location, row.reference_date, row.target_end_date};
    auto& list = answers[question];
    const double level = draw ? std::nan("") : middle ? 0.5 : row.output_type_id;
    const auto same = [&](const auto& each) { return each.first == level && each.second == row.value; };
    if (middle && std::any_of(list.begin(), list.end(), same)) continue;
    list.emplace_back(level, row.value);
  }
  return answers;
}

}  // namespace

Result<std::map<std::string, ModelScore>> score_forecasts(const std::vector<ForecastRow>& rows,
                                                          const std::vector<Series>& truth) {
  const Answers answers = answers_of(rows);
  const TruthTable ends = truth_table(truth, true);
  const TruthTable starts = truth_table(truth, false);
  const auto found = [&](const TruthTable& table) {
    return std::count_if(answers.begin(), answers.end(), [&](const auto& a) { return table.contains(a.first.about); });
  };
  const TruthTable& table = found(starts) > found(ends) ? starts : ends;
  std::map<std::string, ModelScore> scores;
  std::map<std::string, std::tuple<double, double, bool>> inside;
  std::size_t matched = 0;
  for (const auto& [question, list] : answers) {
    ModelScore& score = scores[question.model];
    score.pit.resize(10);
    const auto at = table.find(question.about);
    if (at == table.end()) {
      ++score.unmatched;
      continue;
    }
    const Result<PredictiveLaw> law = law_of(question, list);
    if (!law) return tl::unexpected(law.error());
    auto& [in_50, in_90, levels] = inside.try_emplace(question.model, 0.0, 0.0, true).first->second;
    add_score(score, *law, at->second, in_50, in_90, levels);
    ++matched;
  }
  if (matched == 0) {
    return failure(ErrorKind::data, "the truth does not overlap the forecast: no bin of it ends at a target_end_date",
                   {}, "give the series of the days that were forecast, with the same bins");
  }
  for (auto& [model, score] : scores) {
    if (score.n == 0) continue;
    const auto n = static_cast<double>(score.n);
    const auto& [in_50, in_90, levels] = inside[model];
    score.crps /= n;
    score.wis /= n;
    if (levels) {
      score.coverage_50 = in_50 / n;
      score.coverage_90 = in_90 / n;
    }
  }
  return scores;
}

}  // namespace secondwave
