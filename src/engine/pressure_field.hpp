// The pressures of all scopes, and which host reaches its threshold next: what the runs by pressure stand on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <utility>
#include <vector>

#include "engine/active_set.hpp"
#include "engine/bucket_queue.hpp"
#include "engine/scope_heap.hpp"
#include "engine/setting.hpp"
#include "engine/thresholds.hpp"
#include "random/stream.hpp"

namespace secondwave {

/// Each block of each scope has a pressure, known at one time and rising by its slope. Its hosts cross in the order of
/// their first thresholds, which is sorted once, or, where they were given fresh ones under way, of those.
class PressureField {
 public:
  /// A threshold that was set while the run was under way.
  struct Late {
    double key = 0;  ///< pressure at which it is reached
    std::uint32_t host = 0;
    std::uint32_t generation = 0;
    bool operator<(const Late& other) const { return key != other.key ? key < other.key : host < other.host; }
  };

  /// `late`: will there be fresh thresholds? `rates`: of the hosts; those of hosts that do not scan may change.
  PressureField(const Setting& setting, const HostRates& rates, bool late)
      : setting_(setting),
        rates_(rates),
        levels_(levels_for(setting)),
        scopes_(count_scopes(levels_)),
        heap_(scopes_.size()),
        active_(rates, setting.parameters.hosts),
        untouched_((setting.parameters.hosts + 63) / 64, ~std::uint64_t{0}) {
    if (late) late_.resize(scopes_.size());
    if (planted_fault != Fault::reach_forgotten && !setting.law.reach().is_everything()) find_reached();
    std::uint32_t number = 0;
    for (std::size_t i = 0; i < levels_.size(); ++i) {
      offset_.push_back(number);
      for (std::uint32_t block = 0; block < levels_[i].blocks(); ++block, ++number) {
        scopes_[number].cursor = levels_[i].first[block];
        scopes_[number].end = levels_[i].first[block + 1];
        scopes_[number].level = static_cast<std::uint16_t>(i);
        scopes_[number].slope_per_tick = slope_per_tick(i, levels_[i].first[block]);
      }
    }
  }

  /// After the seeds are known, before the first crossing is asked for.
  void begin() {
    for (std::uint32_t i = 0; i < scopes_.size(); ++i) {
      find_next(i);
      schedule(i);
    }
  }

  [[nodiscard]] double next_time() const { return heap_.top_time(); }

  /// The next crossing: who, of which generation, and through which scope. The scope must be scheduled again by
  /// `schedule` or `add` before the next one is asked for.
  struct Crossing {
    std::uint32_t scope = 0;
    std::uint32_t host = 0;
    std::uint32_t generation = 0;
  };
  Crossing take() {
    const std::uint32_t number = heap_.top();
    Scope& scope = scopes_[number];
    scope.at_s = heap_.top_time();
    scope.pressure = scope.next;
    Crossing crossing{number, 0, 0};
    if (scope.next_is_late) {
      crossing.host = late_[number].top().host;
      crossing.generation = late_[number].top().generation;
      late_[number].pop();
    } else {
      crossing.host = levels_[scope.level].order[scope.cursor++];
    }
    find_next(number);
    return crossing;
  }

  /// Two hosts that are likely to cross in this scope soon, `none` where no such is known: to fetch their memory early.
  [[nodiscard]] std::pair<std::uint32_t, std::uint32_t> hosts_to_come(std::uint32_t number, std::uint32_t none) const {
    constexpr std::uint32_t ahead = 4;
    const Scope& scope = scopes_[number];
    const Late* late = late_.empty() ? nullptr : late_[number].soon(ahead);
    const bool known = scope.cursor + ahead < scope.end;
    return {known ? levels_[scope.level].order[scope.cursor + ahead] : none, late != nullptr ? late->host : none};
  }

  void schedule(std::uint32_t number) {
    const Scope& scope = scopes_[number];
    const bool reachable = scope.slope > 0 && scope.next < never;
    heap_.change(number, reachable ? scope.at_s + std::max(0.0, scope.next - scope.pressure) / scope.slope : never);
  }

  /// The host begins to scan, or stops.
  void add(std::uint32_t host, double time_s) {
    active_.add(host);
    change(host, rates_.of(host), time_s);
  }
  void remove(std::uint32_t host, double time_s) {
    active_.remove(host);
    change(host, 0 - rates_.of(host), time_s);
  }

  /// The host's first thresholds are of no use any more.
  void touch(std::uint32_t host) { untouched_[host / 64] &= ~(std::uint64_t{1} << (host % 64)); }

  /// A fresh threshold for each scope of the host, counted from the pressures of this moment. `draw` names the random
  /// numbers, `generation` comes back in the crossing.
  void set_fresh(std::uint32_t host, std::uint32_t draw, std::uint32_t generation, double time_s) {
    for_each_scope_of(host, [&](std::size_t level, std::uint32_t number) {
      set_fresh_in(number, host, threshold_of(setting_, host, level, draw), generation, time_s);
    });
  }
  /// The same for one scope.
  void set_fresh_in_scope(std::uint32_t number, std::uint32_t host, std::uint32_t draw, std::uint32_t generation,
                          double time_s) {
    const std::size_t level = scopes_[number].level;
    set_fresh_in(number, host, threshold_of(setting_, host, level, draw), generation, time_s);
  }

  /// The same for the scope of this level.
  void set_fresh_at_level(std::size_t wanted, std::uint32_t host, std::uint32_t draw, std::uint32_t generation,
                          double time_s) {
    for_each_scope_of(host, [&](std::size_t level, std::uint32_t number) {
      if (level == wanted) set_fresh_in(number, host, threshold_of(setting_, host, level, draw), generation, time_s);
    });
  }
  [[nodiscard]] std::size_t level_of(std::uint32_t number) const { return scopes_[number].level; }

  /// Who of the copies that scan within the scope did it: one of them, in proportion to its rate.
  [[nodiscard]] std::uint32_t draw_infector(std::uint32_t number, Stream& stream) const {
    return active_.host_at(place_infector(number, stream));
  }

  /// The same in two steps, so that the memory of the second can be fetched meanwhile: who it was does not depend on
  /// what happens between them, unless rates change.
  [[nodiscard]] ActiveSet::Place place_infector(std::uint32_t number, Stream& stream) const {
    const std::size_t level = scopes_[number].level;
    const std::uint64_t u = stream.below(scopes_[number].ticks);
    return active_.find(levels_[level].first[number - offset_[level]], u);
  }
  [[nodiscard]] const ActiveSet& active() const { return active_; }

 private:
  /// One block of one level. Its pressure is known at `at_s` and rises by `slope` a second.
  struct alignas(64) Scope {
    double pressure = 0;
    double at_s = 0;
    double slope = 0;
    double next = never;  ///< pressure at which the next host crosses; never: none left
    double slope_per_tick = 0;
    std::uint64_t ticks = 0;   ///< summed scan rate of the active copies within
    std::uint32_t cursor = 0;  ///< place in the level's order of the host that crosses next
    std::uint32_t end = 0;     ///< end of the block's range in the order
    std::uint16_t level = 0;   ///< level of the scan law
    bool next_is_late = false;

    [[nodiscard]] double pressure_at(double time_s) const { return pressure + slope * (time_s - at_s); }
  };

  static std::size_t count_scopes(const std::vector<Level>& levels) {
    std::size_t count = 0;
    for (const Level& level : levels) count += level.blocks();
    return count;
  }

  /// Of the block of this level that holds the host.
  [[nodiscard]] double slope_per_tick(std::size_t level, std::uint32_t host) const {
    const ScanLaw& law = setting_.law;
    const double weight = law.scopes()[level].weight;
    if (law.reach().is_everything()) return setting_.pressure_per_tick(weight, law.block_size(level));
    const double reached = law.reached_in_block(level, law.block_of(level, setting_.address[host]));
    return reached > 0 ? setting_.pressure_per_tick(weight, reached) : 0.0;
  }

  /// Hosts that the worm does not reach never cross: neither by their first thresholds nor by fresh ones.
  void find_reached() {
    unreached_.resize(untouched_.size());
    for (std::uint32_t host = 0; host < setting_.parameters.hosts; ++host) {
      if (setting_.law.reach().contains(setting_.address[host])) continue;
      unreached_[host / 64] |= std::uint64_t{1} << (host % 64);
      touch(host);
    }
  }

  [[nodiscard]] bool is_untouched(std::uint32_t host) const { return (untouched_[host / 64] >> (host % 64) & 1) != 0; }

  /// f(level, number of the scope) for each scope that contains the host, the narrowest first.
  template <class F>
  void for_each_scope_of(std::uint32_t host, F f) {
    std::uint32_t block = levels_.back().block_of(host);
    for (std::size_t level = levels_.size(); level-- > 0; block = levels_[level].parent[block]) {
      f(level, offset_[level] + block);
    }
  }

  /// Changes the slopes of the pressures of all scopes that contain the host.
  void change(std::uint32_t host, std::uint64_t ticks, double time_s) {
    for_each_scope_of(host, [&](std::size_t, std::uint32_t number) {
      Scope& scope = scopes_[number];
      scope.pressure = scope.pressure_at(time_s);
      scope.at_s = time_s;
      scope.ticks += ticks;
      scope.slope = static_cast<double>(scope.ticks) * scope.slope_per_tick;
      schedule(number);
    });
  }

  void set_fresh_in(std::uint32_t number, std::uint32_t host, double threshold, std::uint32_t generation,
                    double time_s) {
    if (!unreached_.empty() && (unreached_[host / 64] >> (host % 64) & 1) != 0) return;
    Scope& scope = scopes_[number];
    const double at = scope.pressure_at(time_s) + threshold;
    late_[number].push({at, host, generation});
    if (at < scope.next) {
      scope.next = at;
      scope.next_is_late = true;
      schedule(number);
    }
  }

  /// Moves the cursor past hosts that cannot cross any more, and finds the pressure of the next crossing.
  void find_next(std::uint32_t number) {
    Scope& scope = scopes_[number];
    const std::vector<std::uint32_t>& order = levels_[scope.level].order;
    while (scope.cursor < scope.end && !is_untouched(order[scope.cursor])) ++scope.cursor;
    scope.next = scope.cursor < scope.end ? threshold_of(setting_, order[scope.cursor], scope.level, 0) : never;
    scope.next_is_late = false;
    if (!late_.empty() && !late_[number].empty() && late_[number].top().key < scope.next) {
      scope.next = late_[number].top().key;
      scope.next_is_late = true;
    }
  }

  const Setting& setting_;
  const HostRates& rates_;
  std::vector<Level> levels_;
  std::vector<std::uint32_t> offset_;  ///< number of the first scope of each level
  std::vector<Scope> scopes_;
  std::vector<BucketQueue<Late>> late_;  ///< of each scope; empty where nobody is given fresh thresholds
  ScopeHeap heap_;
  ActiveSet active_;
  std::vector<std::uint64_t> untouched_;  ///< a bit a host: its first thresholds stand
  std::vector<std::uint64_t> unreached_;  ///< a bit a host; empty where the worm reaches every address
};

}  // namespace secondwave
