#include "observatory/skew_correction.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <tuple>
#include <utility>

#include "observatory/judge.hpp"
#include "observatory/query.hpp"

namespace secondwave {
namespace {

class CorrectedStore final : public Store {
 public:
  CorrectedStore(Store& store, std::vector<ClockCorrection> corrections)
      : store_(store), corrections_(std::move(corrections)) {}

  Result<std::vector<StoredInput>> inputs() override { return store_.inputs(); }
  Result<StoredInput> input(InputId id) override { return store_.input(id); }
  Result<std::vector<KnownPrefix>> prefixes() override { return store_.prefixes(); }
  Result<std::vector<StoredRule>> book(const std::string& digest) override { return store_.book(digest); }
  Result<std::vector<InputEvidence>> evidence(const SweepFilter& filter) override { return store_.evidence(filter); }

  // Only for queries.
  Status put_book(const std::string&, std::span<const StoredRule>) override { return refused(); }
  Status put_outages(const std::string&, std::span<const Outage>) override { return refused(); }
  Result<InputId> commit(const InputCommit&) override { return refused(); }
  Status forget(InputId) override { return refused(); }
  Result<std::uint64_t> prune(Minute) override { return refused(); }

  Result<std::vector<Outage>> outages(const std::string& sensor) override {
    Result<std::vector<Outage>> outages = store_.outages(sensor);
    const ClockCorrection* correction = of_sensor(sensor);
    if (!outages || correction == nullptr) return outages;
    for (Outage& outage : *outages) {
      outage.from_us = correction->corrected_us(outage.from_us);
      outage.to_us = correction->corrected_us(outage.to_us);
    }
    return outages;
  }

  Status sweep(const SweepFilter& filter, const Visit& visit) override {
    std::map<InputId, const ClockCorrection*> by_input;
    const Result<std::vector<StoredInput>> all = store_.inputs();
    if (!all) return tl::unexpected(all.error());
    for (const StoredInput& input : *all) by_input[input.id] = of_sensor(input.sensor);
    std::vector<InputCell> moved;
    return store_.sweep(filter, [&](Ipv4 source, std::span<const InputCell> cells) -> Status {
      moved.assign(cells.begin(), cells.end());
      for (InputCell& each : moved) {
        const auto found = by_input.find(each.input);
        if (found != by_input.end() && found->second != nullptr) move(each.cell, *found->second);
      }
      std::stable_sort(moved.begin(), moved.end(), [](const InputCell& a, const InputCell& b) {
        return std::tie(a.cell.minute, a.cell.tag, a.input) < std::tie(b.cell.minute, b.cell.tag, b.input);
      });
      return visit(source, moved);
    });
  }

 private:
  static tl::unexpected<Error> refused() {
    return failure(ErrorKind::usage, "a store with corrected clocks can only be asked");
  }

  [[nodiscard]] const ClockCorrection* of_sensor(const std::string& sensor) const {
    const auto found = std::find_if(corrections_.begin(), corrections_.end(),
                                    [&](const ClockCorrection& each) { return each.sensor == sensor; });
    return found == corrections_.end() ? nullptr : &*found;
  }

  static void move(SightingCell& cell, const ClockCorrection& correction) {
    const std::int64_t first_us = std::max<std::int64_t>(0, correction.corrected_us(cell.first_time_us()));
    const std::int64_t last_us = std::max(first_us, correction.corrected_us(cell.last_time_us()));
    cell.minute = static_cast<Minute>(first_us / minute_us);
    const std::int64_t start_us = std::int64_t{cell.minute} * minute_us;
    cell.first_us = static_cast<std::uint32_t>(first_us - start_us);
    cell.last_us = static_cast<std::uint32_t>(std::min(last_us - start_us, minute_us - 1));
  }

  Store& store_;
  std::vector<ClockCorrection> corrections_;
};

}  // namespace

std::int64_t ClockCorrection::corrected_us(std::int64_t time_us) const {
  const auto skew_us = [&](std::int64_t at_us) {
    return static_cast<std::int64_t>(std::llround(estimate.at(at_us) * 1e6));
  };
  // The estimate goes by the clock of its own reference: where that is this sensor's, there is nothing to solve.
  if (estimate.reference == sensor) return time_us + skew_us(time_us);
  std::int64_t right_us = time_us;
  for (int round = 0; round < 3; ++round) right_us = time_us - skew_us(right_us);
  return right_us;
}

Result<std::vector<ClockCorrection>> correct_clocks(Store& store, const std::string& reference,
                                                    const std::optional<std::string>& sensor) {
  const Result<Judge> judge = Judge::make(store);
  if (!judge) return tl::unexpected(judge.error());
  for (const std::optional<std::string>& name : {std::optional(reference), sensor}) {
    if (const Status known = check_selection(*judge, {.sensor = name}); !known) return tl::unexpected(known.error());
  }
  const Result<std::vector<SkewEstimate>> estimates = estimate_skews(store);
  if (!estimates) return tl::unexpected(estimates.error());
  std::vector<ClockCorrection> corrections;
  for (const SkewEstimate& estimate : *estimates) {
    const bool forward = estimate.reference == reference;
    if (!forward && estimate.sensor != reference) continue;
    const std::string& other = forward ? estimate.sensor : estimate.reference;
    if (sensor && *sensor != other) continue;
    if (!estimate.skew_s) {
      return failure(
          ErrorKind::data,
          fmt::format("the clock of {} cannot be corrected to that of {}: {}", other, reference, estimate.reason), {},
          "name another sensor with --correct-skew, or one sensor with --sensor");
    }
    corrections.push_back({other, reference, estimate});
  }
  return corrections;
}

std::unique_ptr<Store> with_corrected_clocks(Store& store, std::vector<ClockCorrection> corrections) {
  return std::make_unique<CorrectedStore>(store, std::move(corrections));
}

}  // namespace secondwave
