// The state of a run of the reference engine; reference.cpp walks probes, hazards and sensors, reference_life.cpp what
// hosts and copies do over days, reference_walks.cpp walks and hit lists.
#pragma once

#include <cstdint>
#include <functional>
#include <queue>
#include <unordered_map>
#include <vector>

#include "engine/reference_hosts.hpp"
#include "engine/setting.hpp"
#include "random/stream.hpp"

namespace secondwave {

class ReferenceRun {
 public:
  explicit ReferenceRun(const Setting& setting);
  Result<Spread> run();

 private:
  enum class State : std::uint8_t { susceptible, infected, immune };

  struct Event {
    enum class What : std::uint8_t {
      start_scanning,
      probe,
      hazard,
      lifetime_over,
      look_at_clock,
      wake,
      // From here on, events of a host or of the world, whatever copy it has.
      outbreak,
      day_begins,  ///< local midnight of a host with hours
      switch_on,
      switch_off,
      new_address,
      choose_sleepers,
    };
    double time_s = 0;
    std::uint32_t host = 0;
    std::uint32_t epoch = 0;  ///< events of an earlier epoch of the host are void
    std::uint32_t rule = 0;   ///< hazard: which rule
    What what = What::probe;
    bool operator>(const Event& other) const {
      return time_s != other.time_s ? time_s > other.time_s : host > other.host;
    }
  };
  using What = Event::What;

  static constexpr std::uint32_t not_seen = 0xFFFFFFFFu;

  [[nodiscard]] bool finished() const;
  void push(double time_s, std::uint32_t host, What what, std::uint32_t rule = 0) {
    events_.push({time_s, host, epoch_[host], rule, what});
  }
  [[nodiscard]] bool seed_outbreak(double time_s);
  void handle(const Event& event);
  void schedule_probe(std::uint32_t host, double time_s);
  void probe(std::uint32_t source, double time_s);
  void meet(std::uint32_t host, std::uint32_t source, double time_s);
  void infect(std::uint32_t host, double time_s, std::uint32_t infector);
  void enter(std::uint32_t host, State state, double time_s);
  [[nodiscard]] bool concerns(const ResponseRule& rule, std::uint32_t host) const;
  void start_hazards(std::uint32_t host, double time_s);
  void schedule_hazard(std::uint32_t host, const ResponseRule& rule, double time_s);
  void hazard(const Event& event);
  void act(std::uint32_t host, const ResponseRule& rule, double time_s);
  void end_copy(std::uint32_t host, double time_s);
  void sight(std::size_t sensor, std::uint32_t source, Ipv4 target, double time_s);

  void begin_lives();
  void plan_day(std::uint32_t host, double day, double now_s);
  void handle_life(const Event& event);
  void look_at_clock(std::uint32_t host, double time_s);
  void lose_copy(std::uint32_t host, double time_s);
  void change_address(std::uint32_t host);
  void update(std::uint32_t host, double time_s);
  void choose_sleepers(double time_s);
  void finish();
  [[nodiscard]] bool wants_to(Does does, std::uint32_t host) const;
  [[nodiscard]] bool takes_further_copy(std::uint32_t host, double time_s) const;
  void add_copy(std::uint32_t host, double time_s, std::uint32_t infector);
  void update_flood(std::uint32_t host, double time_s);
  void begin_walk(std::uint32_t host, std::uint32_t infector);
  void try_listed(std::uint32_t source, double time_s);
  void walk_on(std::uint32_t source, double time_s);
  [[nodiscard]] bool can_be_infected(std::uint32_t host, double time_s) const;
  [[nodiscard]] double success_at(double time_s) const;
  [[nodiscard]] double rate_of(std::uint32_t host) const;
  [[nodiscard]] double fastest_rate_of(std::uint32_t host) const;

  const Setting& setting_;
  const Parameters& parameters_;
  Stream luck_;
  PlainHosts hosts_;
  std::vector<std::uint32_t> list_;                  ///< the hit list
  std::unordered_map<Ipv4, std::uint32_t> host_at_;  ///< looked up, never walked
  std::vector<State> state_;
  std::vector<std::uint32_t> epoch_;    ///< grows at each change of a host's state
  std::vector<std::uint32_t> copy_of_;  ///< index of the host's latest infection
  std::vector<bool> ever_;
  std::uint32_t ever_infected_ = 0;
  std::uint32_t scanning_ = 0;  ///< hosts that scan; of runs with a life
  bool failed_ = false;
  std::vector<std::vector<std::uint32_t>> last_bin_;  ///< of each sensor and address
  std::priority_queue<Event, std::vector<Event>, std::greater<>> events_;
  Spread out_;
};

}  // namespace secondwave
