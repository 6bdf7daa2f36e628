#include <gtest/gtest.h>

#include <cmath>

#include "ensemble/ensemble.hpp"
#include "ensemble/thread_executor.hpp"
#include "records/digest.hpp"
#include "small_scenario.hpp"

namespace secondwave {
namespace {

Model small_model() {
  return std::move(*Model::make(small_scenario(), nullptr));
}

EnsembleResult run_with(std::size_t jobs, EnsembleOptions options) {
  const Model model = small_model();
  ThreadExecutor executor(jobs);
  return std::move(*run_ensemble(model, executor, options));
}

TEST(Ensemble, IsTheSameForAnyNumberOfThreads) {
  const EnsembleResult one = run_with(1, {.runs = 40, .seed = 5});
  for (const std::size_t jobs : {2u, 3u, 8u}) {
    const EnsembleResult other = run_with(jobs, {.runs = 40, .seed = 5});
    EXPECT_EQ(one.run_hash, other.run_hash);
    ASSERT_EQ(one.curves.size(), other.curves.size());
    for (std::size_t i = 0; i < one.curves.size(); ++i) EXPECT_EQ(one.curves[i].value, other.curves[i].value);
    for (std::size_t i = 0; i < one.replicates.size(); ++i) {
      EXPECT_EQ(one.replicates[i].digest, other.replicates[i].digest);
    }
  }
}

TEST(Ensemble, AReplicateDoesNotDependOnTheOthers) {
  const EnsembleResult few = run_with(2, {.runs = 3, .seed = 5});
  const EnsembleResult many = run_with(2, {.runs = 9, .seed = 5});
  for (std::size_t i = 0; i < 3; ++i) EXPECT_EQ(few.replicates[i].digest, many.replicates[i].digest);
  EXPECT_NE(few.run_hash, many.run_hash);
  const Model model = small_model();
  EXPECT_EQ(*digest_of_replicate(model, {.seed = 5, .replicate = 7}), many.replicates[7].digest);
  EXPECT_NE(run_with(1, {.runs = 3, .seed = 6}).run_hash, few.run_hash);
}

TEST(Ensemble, HasARowForEachReplicateAndACurveForEachQuantity) {
  const EnsembleResult result = run_with(2, {.runs = 6, .seed = 5});
  EXPECT_EQ(result.runs_done, 6u);
  EXPECT_FALSE(result.partial());
  EXPECT_EQ(result.end_s, 6 * 3600);
  ASSERT_EQ(result.curves.size(), 7u);
  EXPECT_EQ(result.curves[3].quantity, "dark.packets");
  EXPECT_EQ(result.curves[3].time_s, (std::vector<double>{0, 3600, 7200, 10800, 14400, 18000}));
  for (const CurveTable& curve : result.curves) EXPECT_EQ(curve.value.size(), 6 * curve.time_s.size());
  for (const ReplicateRow& row : result.replicates) EXPECT_EQ(row.values.size(), result.outcome_names.size());
}

TEST(Ensemble, HandsOverEveryRunInOrder) {
  std::vector<std::uint32_t> seen;
  std::string digests;
  EnsembleOptions options{.runs = 30, .seed = 5};
  options.each_run = [&](const RunResult& run) -> Status {
    seen.push_back(run.replicate);
    digests += replicate_digest(run);
    return {};
  };
  const EnsembleResult result = run_with(3, options);
  ASSERT_EQ(seen.size(), 30u);
  for (std::uint32_t i = 0; i < 30; ++i) EXPECT_EQ(seen[i], i);
  std::string expected;
  for (const ReplicateRow& row : result.replicates) expected += row.digest;
  EXPECT_EQ(digests, expected);
}

TEST(Ensemble, AnErrorOfTheReceiverEndsIt) {
  EnsembleOptions options{.runs = 1000, .seed = 5};
  int calls = 0;
  options.each_run = [&](const RunResult& run) -> Status {
    ++calls;
    if (run.replicate == 4) return failure(ErrorKind::machine, "the disk is full");
    return {};
  };
  const Model model = small_model();
  ThreadExecutor executor(3);
  const auto result = run_ensemble(model, executor, options);
  ASSERT_FALSE(result);
  EXPECT_EQ(result.error().message, "the disk is full");
  EXPECT_EQ(calls, 5);
}

class CancelAfter final : public Progress {
 public:
  CancelAfter(CancelToken& token, std::uint64_t after) : token_(token), after_(after) {}
  void update(std::uint64_t done, std::uint64_t) override {
    if (done >= after_) token_.cancel();
  }

 private:
  CancelToken& token_;
  std::uint64_t after_;
};

TEST(Ensemble, WhenCancelledKeepsTheReplicatesUpToTheFirstMissing) {
  const EnsembleResult whole = run_with(2, {.runs = 400, .seed = 5});
  CancelToken token;
  CancelAfter progress(token, 10);
  const EnsembleResult part = run_with(2, {.runs = 400, .seed = 5, .cancel = &token, .progress = &progress});
  EXPECT_TRUE(part.partial());
  EXPECT_GE(part.runs_done, 10u);
  EXPECT_LT(part.runs_done, 400u);
  for (std::size_t i = 0; i < part.runs_done; ++i) EXPECT_EQ(part.replicates[i].digest, whole.replicates[i].digest);
  EXPECT_EQ(part.run_hash, run_with(1, {.runs = part.runs_done, .seed = 5}).run_hash);
}

TEST(Ensemble, CancelledBeforeTheFirstReplicateItIsEmptyAndWhole) {
  CancelToken token;
  token.cancel();
  const EnsembleResult result = run_with(2, {.runs = 5, .seed = 5, .cancel = &token});
  EXPECT_EQ(result.runs_done, 0u);
  EXPECT_TRUE(result.partial());
  EXPECT_EQ(result.run_hash.size(), 64u);
}

TEST(Ensemble, GivesTheErrorOfTheFirstReplicateThatFails) {
  ScenarioSpec spec = small_scenario();
  spec.outbreak.initially_infected = {.law = Quantity::Law::uniform, .a = 0, .b = 1000, .min = 0, .max = 1e9};
  const auto model = Model::make(spec, nullptr);
  ASSERT_TRUE(model);
  ThreadExecutor executor(2);
  const auto result = run_ensemble(*model, executor, {.runs = 50, .seed = 5});
  ASSERT_FALSE(result) << "some replicate must draw more seeds than hosts";
  EXPECT_EQ(result.error().kind, ErrorKind::data);
}

}  // namespace
}  // namespace secondwave
