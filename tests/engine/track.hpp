// Holds whole runs against the exact law of what happens next, whatever happened before.
//
// Between two events the state of a world is known, so the hazard of each kind of event is known exactly. By the
// theorem of the random change of time (P.-A. Meyer 1971; T. Brown, M. Nair, J. Appl. Prob. 25, 1988) the hazards
// summed up between events of one kind are independent Exp(1) numbers, and given that an event happens, each of the
// pairs of infector and victim is chosen with probability proportional to its own hazard. Both statements are exact for
// small and large worlds, with unequal rates, latency, removal and local preference together; a run that is cut off at
// its end goes on in the next one, as exponentials have no memory.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "records/run_result.hpp"
#include "score.hpp"
#include "support/statistics.hpp"
#include "world.hpp"

namespace secondwave::law {

/// Gaps of one kind of event in its own time: independent Exp(1).
class Gaps {
 public:
  void feel(double hazard) { open_ += hazard; }
  /// Ends a gap; returns it.
  double close() {
    const double gap = open_;
    closed_.push_back(gap);
    open_ = 0;
    return gap;
  }
  [[nodiscard]] std::size_t size() const { return closed_.size(); }
  /// Three checks: mean, distribution, and independence of a gap from the one before.
  void check(const std::string& name, std::vector<Check>& checks) const;

 private:
  double open_ = 0;
  std::vector<double> closed_;
};

/// Who of several candidates in a given order was chosen: the place of the chosen one in the summed weights.
class PlaceScore {
 public:
  /// `weights` in order; `chosen` is an index. `wait` and `pressure`: numbers in (0, 1) known before the choice, on
  /// which it must not depend.
  void add(const std::vector<double>& weights, std::size_t chosen, double wait, double pressure);
  /// Three checks: places in eight equal parts, and the dependence of the place on wait and on pressure.
  void check(const std::string& name, std::vector<Check>& checks) const;

 private:
  static constexpr std::size_t parts = 8;
  CellScore cells_{parts};
  NumberScore with_wait_;
  NumberScore with_pressure_;
};

/// Follows runs of one world and collects the evidence. Worlds in which susceptible hosts are patched must scan
/// uniformly, as the record does not say which hosts were patched.
class Track {
 public:
  explicit Track(World world);
  void add(const RunResult& run);
  [[nodiscard]] std::vector<Check> checks(const std::string& name) const;
  [[nodiscard]] std::size_t infections() const { return infection_gaps_.size(); }

 private:
  enum class Kind : std::uint8_t { infection, start, end, patch, rule_changes };
  struct Event {
    double time_s = 0;
    Kind kind = Kind::infection;
    std::uint32_t copy = 0;
  };
  enum class State : std::uint8_t { susceptible, latent, active, immune };
  /// One scope length: sums of each block.
  struct Level {
    int shift = 0;
    double per_rate = 0;              ///< successful hits per second on one host, of one unit of rate within its block
    std::vector<double> rate;         ///< summed rate of active copies, by block
    std::vector<double> susceptible;  ///< susceptible hosts, by block
    double pairs = 0;                 ///< sum over blocks of rate times susceptible
  };

  void begin(const RunResult& run);
  [[nodiscard]] std::vector<Event> events_of(const RunResult& run);
  void advance(double time_s);
  void infection(std::uint32_t copy);
  void start(std::uint32_t copy);
  void end(std::uint32_t copy);
  void patch();
  void score(std::uint32_t victim, std::uint32_t infector, double wait);
  void score_infector(std::uint32_t victim, std::uint32_t infector, double wait);
  void score_victim(std::uint32_t victim);
  void score_scope(std::uint32_t victim, std::uint32_t infector);
  void change(std::uint32_t host, double rate, double susceptible);
  [[nodiscard]] std::size_t block(const Level& level, std::uint32_t host) const {
    return (*run_).address[host] >> level.shift;
  }
  [[nodiscard]] bool few_scan() const { return by_time_.size() < world_.hosts / 4; }
  [[nodiscard]] double hazard_of_pair(std::uint32_t infector, std::uint32_t victim) const;
  [[nodiscard]] double rule_rate(double time_s, bool infected, bool only_patches) const;

  World world_;
  bool anonymous_patches_ = false;

  const RunResult* run_ = nullptr;
  std::vector<State> state_;
  std::vector<bool> ends_immune_;  ///< of each copy
  std::vector<Level> levels_;
  std::vector<std::uint32_t> by_time_;    ///< active hosts in the order in which they began to scan
  std::vector<std::uint32_t> by_number_;  ///< the same by host number
  double now_s_ = 0;
  double pressure_ = 0;  ///< of the whole space
  double infected_ = 0;
  double latent_ = 0;
  double middle_rate_ = 0;

  std::uint64_t broken_ = 0;  ///< things that cannot happen
  Gaps infection_gaps_;
  Gaps start_gaps_;
  Gaps end_gaps_;
  Gaps patch_gaps_;
  NumberScore early_;  ///< infections while few scan, less the hazard of that time
  PlaceScore infector_by_time_;
  PlaceScore infector_by_number_;
  NumberScore infector_fast_;
  CellScore victim_cells_;
  NumberScore victim_fast_;
  CellScore scope_;
  NumberScore end_immune_;
};

}  // namespace secondwave::law
