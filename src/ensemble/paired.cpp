#include "ensemble/paired.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <utility>

#include "engine/shared_world.hpp"
#include "ensemble/curves.hpp"
#include "ensemble/reduce.hpp"
#include "records/digest.hpp"
#include "records/outcomes.hpp"

namespace secondwave {
namespace {

constexpr double nothing = std::numeric_limits<double>::quiet_NaN();

/// The 97.5% point of Student's t.
double student_t(std::size_t degrees) {
  static constexpr std::array<double, 30> table = {
      12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365, 2.306, 2.262, 2.228, 2.201, 2.179, 2.160, 2.145, 2.131,
      2.120,  2.110, 2.101, 2.093, 2.086, 2.080, 2.074, 2.069, 2.064, 2.060, 2.056, 2.052, 2.048, 2.045, 2.042};
  if (degrees <= table.size()) return table[degrees - 1];
  return 1.960 + 2.4 / static_cast<double>(degrees);  // within 0.003 beyond 30
}

PairedMean mean_of(double sum, double squares, std::size_t n) {
  if (n == 0) return {.mean = nothing, .low = {}, .high = {}};
  const auto count = static_cast<double>(n);
  PairedMean out{.mean = sum / count, .low = {}, .high = {}};
  if (n < 2) return out;
  const double variance = std::max(0.0, (squares - sum * out.mean) / (count - 1));
  const double half = student_t(n - 1) * std::sqrt(variance / count);
  out.low = out.mean - half;
  out.high = out.mean + half;
  return out;
}

/// One replicate of one model.
struct One {
  std::string digest;
  std::vector<Outcome> outcomes;
  std::vector<double> infected;
  double ever = 0;
  double end_s = 0;
  std::optional<HostFates> fates;
};

/// Sums over the replicates of what groups gain: whole numbers, so that their order does not matter.
struct GroupSums {
  std::vector<std::uint64_t> hosts, saved, lost;
  std::vector<double> squares;

  void add(const GroupCounts& counts) {
    if (hosts.empty()) {
      for (auto* each : {&hosts, &saved, &lost}) each->assign(counts.hosts.size(), 0);
      squares.assign(counts.hosts.size(), 0.0);
    }
    for (std::size_t i = 0; i < hosts.size(); ++i) {
      hosts[i] += counts.hosts[i];
      saved[i] += counts.saved[i];
      lost[i] += counts.lost[i];
      const double gain = static_cast<double>(counts.saved[i]) - static_cast<double>(counts.lost[i]);
      squares[i] += gain * gain;
    }
  }
};

class Pairing {
 public:
  Pairing(const std::vector<const Model*>& models, const PairedOptions& options) : models_(models), options_(options) {
    for (const Model* model : models) {
      same_.push_back(same_hosts(models[0]->spec(), model->spec()));
      asked_.push_back(asked_outcomes(model->spec()));
    }
    // One grid for all: that of the base.
    times_s_ = curve_times(*models[0]);
    sums_.resize(models.size());
    prevented_.resize(models.size());
    fates_.resize(models.size());
    result_.start = models[0]->spec().time.start;
    result_.models.resize(models.size());
    for (PairedResult& each : result_.models) each.infected = {"ever_infected", "hosts", times_s_, {}};
  }

  /// One replicate of all models. Called by the workers.
  [[nodiscard]] Result<std::vector<One>> run(std::uint32_t replicate) const {
    std::vector<One> all;
    SharedWorld world;
    std::vector<bool> base;
    for (std::size_t i = 0; i < models_.size(); ++i) {
      RunOptions run_options{.seed = options_.seed,
                             .replicate = replicate,
                             .construction = options_.construction,
                             .addresses = options_.addresses && i == 0,
                             .cancel = options_.cancel};
      if (same_[i]) run_options.shared = &world;
      const Result<RunResult> run = run_replicate(*models_[i], run_options);
      if (!run) return tl::unexpected(run.error());
      all.push_back(reduce(*run, i));
      std::vector<bool> infected = ever_infected(*run);
      if (i > 0 && same_[i] && infected.size() == base.size()) {
        all.back().fates = compare_fates(base, infected, world.address, options_.groupings);
      }
      if (i == 0) base = std::move(infected);
    }
    return all;
  }

  /// The next replicate in order.
  void take(std::vector<One> all) {
    for (std::size_t i = 0; i < all.size(); ++i) {
      PairedResult& model = result_.models[i];
      add_row(model, all[i]);
      model.infected.value.insert(model.infected.value.end(), all[i].infected.begin(), all[i].infected.end());
      end_s_ = std::max(end_s_, all[i].end_s);
      if (i == 0) continue;
      ++(all[i].ever < all[0].ever ? model.fewer : all[i].ever > all[0].ever ? model.more : model.equal);
      if (all[i].fates) add_fates(i, *all[i].fates);
    }
    ++result_.runs_done;
  }

  [[nodiscard]] PairedEnsemble finish() {
    for (std::size_t i = 0; i < models_.size(); ++i) {
      PairedResult& model = result_.models[i];
      RunHash hash;
      for (const ReplicateRow& row : model.replicates) hash.add(row.digest);
      model.run_hash = hash.hex();
      cut_curve(model.infected, end_s_);
      if (i > 0 && result_.runs_done > 0) compare(i);
    }
    return std::move(result_);
  }

 private:
  [[nodiscard]] One reduce(const RunResult& run, std::size_t model) const {
    One one;
    const UtcTime start = models_[model]->spec().time.start;
    one.digest = replicate_digest(run);
    one.outcomes = all_outcomes(run, asked_[model], start);
    const std::vector<double> first = first_infection_times(run);
    one.infected = cumulative_counts(first, times_s_);
    one.ever = static_cast<double>(first.size());
    one.end_s = run.end_s;
    return one;
  }

  void add_row(PairedResult& model, const One& one) {
    if (model.replicates.empty()) {
      for (const Outcome& outcome : one.outcomes) {
        model.outcome_names.push_back(outcome.name);
        model.outcome_units.push_back(outcome.unit);
        model.outcome_reasons.emplace_back();
      }
    }
    ReplicateRow row{result_.runs_done, one.digest, {}};
    for (std::size_t i = 0; i < one.outcomes.size(); ++i) {
      row.values.push_back(one.outcomes[i].value.value_or(nothing));
      if (!one.outcomes[i].value && model.outcome_reasons[i].empty()) {
        model.outcome_reasons[i] = one.outcomes[i].reason;
      }
    }
    model.replicates.push_back(std::move(row));
  }

  void add_fates(std::size_t i, const HostFates& fates) {
    FatePairs& pairs = fates_[i];
    pairs.saved += fates.saved;
    pairs.lost += fates.lost;
    pairs.both += fates.both;
    pairs.neither += fates.neither;
    prevented_[i].push_back(static_cast<double>(fates.saved) - static_cast<double>(fates.lost));
    sums_[i].resize(fates.by_group.size());
    for (std::size_t g = 0; g < fates.by_group.size(); ++g) sums_[i][g].add(fates.by_group[g]);
  }

  void compare(std::size_t i) {
    PairedResult& model = result_.models[i];
    const PairedResult& base = result_.models[0];
    for (std::size_t k = 0; k < model.outcome_names.size(); ++k) {
      const auto found = std::find(base.outcome_names.begin(), base.outcome_names.end(), model.outcome_names[k]);
      if (found == base.outcome_names.end()) continue;
      const auto b = static_cast<std::size_t>(found - base.outcome_names.begin());
      std::vector<double> differences;
      for (std::size_t r = 0; r < model.replicates.size(); ++r) {
        const double difference = model.replicates[r].values[k] - base.replicates[r].values[b];
        if (std::isfinite(difference)) differences.push_back(difference);
      }
      PairedDifference out{.name = model.outcome_names[k], .unit = model.outcome_units[k], .pairs = differences.size()};
      out.mean = paired_mean(differences);
      out.p05 = quantile_of(differences, 0.05);
      out.median = quantile_of(differences, 0.5);
      out.p95 = quantile_of(differences, 0.95);
      model.differences.push_back(std::move(out));
    }
    if (prevented_[i].size() != result_.runs_done) return;
    FatePairs pairs = fates_[i];
    pairs.pairs = pairs.saved + pairs.lost + pairs.both + pairs.neither;
    pairs.prevented = paired_mean(prevented_[i]);
    pairs.prevented_p05 = quantile_of(prevented_[i], 0.05);
    pairs.prevented_median = quantile_of(prevented_[i], 0.5);
    pairs.prevented_p95 = quantile_of(prevented_[i], 0.95);
    model.hosts = pairs;
    for (std::size_t g = 0; g < sums_[i].size(); ++g)
      model.gains.push_back(gains_of(options_.groupings[g], sums_[i][g]));
  }

  [[nodiscard]] GainsOfGrouping gains_of(const Grouping& grouping, const GroupSums& sums) const {
    const double runs = result_.runs_done;
    GainsOfGrouping out{grouping.name, {}};
    for (std::size_t i = 0; i < sums.hosts.size(); ++i) {
      if (sums.hosts[i] == 0) continue;
      const double gain = static_cast<double>(sums.saved[i]) - static_cast<double>(sums.lost[i]);
      out.groups.push_back({.group = grouping.name_of(i),
                            .hosts = static_cast<double>(sums.hosts[i]) / runs,
                            .saved = static_cast<double>(sums.saved[i]) / runs,
                            .lost = static_cast<double>(sums.lost[i]) / runs,
                            .gain = mean_of(gain, sums.squares[i], result_.runs_done)});
    }
    std::stable_sort(out.groups.begin(), out.groups.end(),
                     [](const GroupGain& a, const GroupGain& b) { return a.gain.mean > b.gain.mean; });
    return out;
  }

  const std::vector<const Model*>& models_;
  const PairedOptions& options_;
  std::vector<bool> same_;  ///< has the model the hosts of the base
  std::vector<std::vector<AskedOutcome>> asked_;
  std::vector<double> times_s_;
  std::vector<std::vector<GroupSums>> sums_;  ///< of each model and grouping
  std::vector<std::vector<double>> prevented_;
  std::vector<FatePairs> fates_;
  double end_s_ = 0;
  PairedEnsemble result_;
};

}  // namespace

PairedMean paired_mean(const std::vector<double>& values) {
  double sum = 0;
  for (const double value : values) sum += value;
  const double mean = values.empty() ? 0 : sum / static_cast<double>(values.size());
  double squares = 0;  // about the mean: nothing cancels
  for (const double value : values) squares += (value - mean) * (value - mean);
  PairedMean out = mean_of(0, squares, values.size());
  if (values.empty()) return out;
  out.mean = mean;
  if (out.low) out.low = *out.low + mean;
  if (out.high) out.high = *out.high + mean;
  return out;
}

Result<PairedEnsemble> run_paired(const std::vector<const Model*>& models, Executor& executor,
                                  const PairedOptions& options) {
  SECONDWAVE_REQUIRE(!models.empty());
  Pairing pairing(models, options);
  const std::size_t batch = 8 * executor.workers();
  for (std::size_t first = 0; first < options.runs; first += batch) {
    const std::size_t count = std::min<std::size_t>(batch, options.runs - first);
    std::vector<Result<std::vector<One>>> done(count);
    executor.run(count, [&](std::size_t index, std::size_t) {
      done[index] = pairing.run(static_cast<std::uint32_t>(first + index));
    });
    for (Result<std::vector<One>>& each : done) {
      if (!each && each.error().kind == ErrorKind::interrupted) return pairing.finish();
      if (!each) return tl::unexpected(each.error());
      pairing.take(std::move(*each));
    }
    if (options.progress != nullptr) options.progress->update(first + count, options.runs);
  }
  return pairing.finish();
}

}  // namespace secondwave
