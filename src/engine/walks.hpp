// Copies whose next target is known before it is drawn: those that try a hit list, and those that walk (walk_law.hpp).
//
// A copy tries its targets at the times of a Poisson process of its rate. Only a vulnerable host among them can change
// anything, and the copy's place says which one comes next and after how many targets n: so one number, Gamma(n),
// stands for n waits. It is counted in the copy's own targets, not in seconds, so that a copy may rest, or be slowed
// down, in the middle of it: exact, as the process is one in that count.
#pragma once

#include <cstdint>
#include <vector>

#include "engine/bucket_queue.hpp"
#include "engine/setting.hpp"

namespace secondwave {

class Walks {
 public:
  struct Hit {
    std::uint32_t source = no_host;
    std::uint32_t target = no_host;
    double luck = 0;  ///< uniform in (0, 1], of this hit alone: does it succeed
  };
  /// What a copy found at its target.
  enum class Found { nothing, infected, victim };

  explicit Walks(const Setting& setting);

  /// False where all copies draw all their targets from the scan law.
  [[nodiscard]] bool any() const { return !walkers_.empty(); }
  /// Does the copy of a host try a list, or walk, now?
  [[nodiscard]] bool walks(std::uint32_t host) const { return any() && walkers_[host].mode != Mode::draws; }
  [[nodiscard]] bool tries_list(std::uint32_t host) const { return any() && walkers_[host].mode == Mode::list; }
  [[nodiscard]] bool has_list() const { return !list_.empty(); }
  /// Has it stopped for good?
  [[nodiscard]] bool is_over(std::uint32_t host) const { return any() && walkers_[host].mode == Mode::over; }

  /// The first copies share the hit list in the order in which they come.
  void begin_first(std::uint32_t host, std::uint32_t number);
  /// A host was infected by a copy that drew it (no_host), or that met it in its walk or list: in a list, it hands over
  /// half of what it has left.
  void begin(std::uint32_t host, std::uint32_t source);
  /// The copy of a host that walks begins to scan, or rests.
  void resume(std::uint32_t host, RateTicks ticks, double paced_s);
  void rest(std::uint32_t host, double paced_s);
  /// After a hit, unless its copy rests: goes on. True where the copy has come to the end of its list or stops for
  /// good, so that it must rest and begin to scan anew.
  [[nodiscard]] bool go_on(std::uint32_t host, Found found, double paced_s);
  /// After that.
  void turn(std::uint32_t host);
  /// The host will never be susceptible again: walks that do not heed infected hosts pass it by.
  void forget(std::uint32_t host);

  /// Paced time of the next hit.
  [[nodiscard]] double next_paced_s();
  /// That hit. Its source must be told to go on.
  [[nodiscard]] Hit take();

 private:
  enum class Mode : std::uint8_t {
    draws,  ///< picks targets by the scan law
    list,
    walk,
    over,
  };
  struct Walker {
    std::uint64_t place = 0;      ///< of the address that it tries next
    double left = 0;              ///< targets until its next hit, as a number of waits of mean 1; while it rests
    double due_s = never;         ///< paced time of the next hit; never: it rests
    double rate_per_s = 0;        ///< while it scans
    std::uint32_t list_from = 0;  ///< its part of the hit list
    std::uint32_t list_until = 0;
    std::uint32_t aim = no_host;  ///< number in the row of hosts of the next host in its way
    std::uint32_t hops = 0;       ///< names its random numbers: grows with each of its host's copies and hits
    std::uint32_t in_row = 0;     ///< infected hosts met in a row
    std::uint32_t turns = 0;      ///< entries of the queue that were made in an earlier one are void
    Mode mode = Mode::draws;
    bool finished = false;  ///< its list is at its end, or it stops: see turn
  };
  struct Entry {
    double key = 0;  ///< paced time
    std::uint32_t host = 0;
    std::uint32_t turns = 0;
    bool operator<(const Entry& other) const { return key != other.key ? key < other.key : host < other.host; }
  };
  /// A host in the order of its law.
  struct Stop {
    std::uint64_t place = 0;
    std::uint32_t host = 0;
  };

  void draw_list();
  void enter(std::uint32_t host, WalkLaw::FoundBy found_by);
  void aim(std::uint32_t host);
  void schedule(std::uint32_t host, double paced_s);
  [[nodiscard]] std::uint32_t standing_from(std::uint32_t stop);
  [[nodiscard]] Stream luck_of(std::uint32_t host);

  const Setting& setting_;
  std::vector<Walker> walkers_;  ///< of each host; empty where nobody walks
  std::vector<std::uint32_t> list_;
  std::vector<Stop> row_;              ///< all hosts in the order of the law
  std::vector<std::uint32_t> number_;  ///< where a host stands in the row
  std::vector<std::uint32_t>
      standing_;  ///< the first stop at or behind each one that was not forgotten, or a step on the way
  BucketQueue<Entry> queue_;
};

/// The hit list: distinct hosts in random order.
[[nodiscard]] std::vector<std::uint32_t> draw_hit_list(std::uint32_t size, std::uint32_t hosts, Stream& luck);

}  // namespace secondwave
