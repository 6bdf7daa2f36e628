#include "ensemble/ensemble.hpp"

#include <algorithm>
#include <condition_variable>
#include <limits>
#include <map>
#include <mutex>
#include <utility>

#include "ensemble/curves.hpp"
#include "ensemble/reduce.hpp"
#include "records/digest.hpp"
#include "records/outcomes.hpp"

namespace secondwave {
namespace {

constexpr std::size_t curve_memory_bytes = std::size_t{256} << 20;

/// A replicate, reduced; and itself where somebody wants to see it.
struct Reduced {
  std::string digest;
  std::vector<Outcome> outcomes;
  CurveSamples curves;
  double end_s = 0;
  std::optional<RunResult> run;
};

/// Takes replicates in any order and gives them on in theirs. Workers that are far ahead wait, so that few are held.
class Collector {
 public:
  Collector(const Model& model, const EnsembleOptions& options, std::size_t most_waiting)
      : options_(options), most_waiting_(most_waiting) {
    result_.scenario_name = model.spec().name;
    result_.title = model.spec().title;
    result_.start = model.spec().time.start;
    result_.seed = options.seed;
    result_.runs_asked = options.runs;
    times_s_ = curve_times(model);
    asked_ = asked_outcomes(model.spec());
    result_.curves = curve_tables(model, times_s_);
    std::size_t samples = 0;
    for (const CurveTable& curve : result_.curves) samples += curve.time_s.size();
    const std::size_t fit =
        std::max<std::size_t>(1, curve_memory_bytes / (sizeof(double) * std::max<std::size_t>(1, samples)));
    keep_curves_ = static_cast<std::uint32_t>(std::min<std::size_t>(fit, options.runs));
  }

  [[nodiscard]] const std::vector<double>& times_s() const { return times_s_; }
  [[nodiscard]] const std::vector<AskedOutcome>& asked() const { return asked_; }
  [[nodiscard]] bool wants_curves(std::size_t replicate) const { return replicate < keep_curves_; }

  [[nodiscard]] bool stopped() {
    const std::lock_guard lock(mutex_);
    return stopped_;
  }

  /// Called by the workers.
  void put(std::size_t replicate, Result<Reduced> reduced) {
    std::unique_lock lock(mutex_);
    room_.wait(lock, [&] { return stopped_ || replicate < next_ + most_waiting_; });
    if (stopped_) return;
    waiting_.emplace(replicate, std::move(reduced));
    while (!stopped_ && !waiting_.empty() && waiting_.begin()->first == next_) {
      take(std::move(waiting_.extract(waiting_.begin()).mapped()));
    }
    room_.notify_all();
  }

  Result<EnsembleResult> finish() {
    if (error_ && error_->kind != ErrorKind::interrupted) return tl::unexpected(*error_);
    RunHash hash;
    for (const ReplicateRow& row : result_.replicates) hash.add(row.digest);
    result_.run_hash = hash.hex();
    result_.runs_done = static_cast<std::uint32_t>(result_.replicates.size());
    result_.curve_replicates = std::min(keep_curves_, result_.runs_done);
    if (result_.curve_replicates < result_.runs_done) {
      result_.warnings.push_back("curves show the first " + std::to_string(result_.curve_replicates) +
                                 " replicates only, to bound memory; outcomes use all");
    }
    for (CurveTable& curve : result_.curves) cut_curve(curve, result_.end_s);
    return std::move(result_);
  }

 private:
  /// The next replicate in order.
  void take(Result<Reduced> reduced) {
    if (!reduced) return stop(reduced.error());
    if (options_.each_run) {
      if (const Status status = options_.each_run(*reduced->run); !status) return stop(status.error());
    }
    add_row(*reduced);
    for (std::size_t i = 0; i < reduced->curves.size(); ++i) {
      auto& values = result_.curves[i].value;
      values.insert(values.end(), reduced->curves[i].begin(), reduced->curves[i].end());
    }
    result_.end_s = std::max(result_.end_s, reduced->end_s);
    ++next_;
    if (options_.progress != nullptr) options_.progress->update(next_, options_.runs);
  }

  void add_row(const Reduced& reduced) {
    if (result_.replicates.empty()) {
      for (const Outcome& outcome : reduced.outcomes) {
        result_.outcome_names.push_back(outcome.name);
        result_.outcome_units.push_back(outcome.unit);
        result_.outcome_reasons.emplace_back();
      }
    }
    SECONDWAVE_REQUIRE(reduced.outcomes.size() == result_.outcome_names.size());
    ReplicateRow row{static_cast<std::uint32_t>(next_), reduced.digest, {}};
    for (std::size_t i = 0; i < reduced.outcomes.size(); ++i) {
      const Outcome& outcome = reduced.outcomes[i];
      row.values.push_back(outcome.value.value_or(std::numeric_limits<double>::quiet_NaN()));
      if (!outcome.value && result_.outcome_reasons[i].empty()) result_.outcome_reasons[i] = outcome.reason;
    }
    result_.replicates.push_back(std::move(row));
  }

  void stop(const Error& error) {
    error_ = error;
    stopped_ = true;
    waiting_.clear();
  }

  const EnsembleOptions& options_;
  std::size_t most_waiting_;
  std::uint32_t keep_curves_ = 0;
  std::vector<double> times_s_;
  std::vector<AskedOutcome> asked_;
  std::mutex mutex_;
  std::condition_variable room_;
  std::map<std::size_t, Result<Reduced>> waiting_;
  std::size_t next_ = 0;
  bool stopped_ = false;
  std::optional<Error> error_;
  EnsembleResult result_;
};

Result<Reduced> reduce(Result<RunResult> run, const Model& model, const Collector& collector, bool keep_run) {
  if (!run) return tl::unexpected(run.error());
  Reduced reduced;
  reduced.digest = replicate_digest(*run);
  reduced.outcomes = all_outcomes(*run, collector.asked(), model.spec().time.start);
  reduced.end_s = run->end_s;
  if (collector.wants_curves(run->replicate)) {
    reduced.curves = sample_curves(*run, {!model.spec().responses.empty(), floods(model.spec())}, collector.times_s());
  }
  if (keep_run) reduced.run = std::move(*run);
  return reduced;
}

}  // namespace

Result<EnsembleResult> run_ensemble(const Model& model, Executor& executor, const EnsembleOptions& options) {
  Collector collector(model, options, 2 * executor.workers());
  executor.run(options.runs, [&](std::size_t index, std::size_t) {
    if (collector.stopped()) return;
    const RunOptions run_options{.seed = options.seed,
                                 .replicate = static_cast<std::uint32_t>(index),
                                 .construction = options.construction,
                                 .addresses = options.addresses,
                                 .cancel = options.cancel};
    collector.put(index, reduce(run_replicate(model, run_options), model, collector, bool{options.each_run}));
  });
  return collector.finish();
}

Result<std::string> digest_of_replicate(const Model& model, const RunOptions& options) {
  const Result<RunResult> run = run_replicate(model, options);
  if (!run) return tl::unexpected(run.error());
  return replicate_digest(*run);
}

}  // namespace secondwave
