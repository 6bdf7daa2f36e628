// The state of a run by pressure in which copies and hosts have a life; life_run.cpp walks crossings and infections,
// life_steps.cpp what copies do from then on, life_walks.cpp the hits of those that
// walk.
#pragma once

#include <algorithm>
#include <cstdint>
#include <vector>

#include "engine/bucket_queue.hpp"
#include "engine/growing_rules.hpp"
#include "engine/pressure_field.hpp"
#include "engine/setting.hpp"
#include "engine/walks.hpp"

namespace secondwave {

class LifeRun {
 public:
  explicit LifeRun(const Setting& setting)
      : setting_(setting),
        life_(*setting.life),
        end_s_(setting.parameters.end_s),
        changing_rates_(rates_change(setting) ? own_rates(setting) : HostRates()),
        rates_(rates_change(setting) ? changing_rates_ : setting.rates),
        field_(setting, rates_, true),
        growing_(setting),
        walks_(setting),
        hosts_(setting.parameters.hosts),
        wrong_clocks_(life_.clocks.wrong_ones(setting.parameters.hosts)) {
    const std::vector<double> patches = setting.rules.patch_times(setting.parameters.hosts);
    for (std::size_t host = 0; host < patches.size(); ++host) hosts_[host].patch_s = patches[host];
    if (life_.local_clock) wrong_clocks_.assign(wrong_clocks_.size(), ~std::uint64_t{0});
    if (life_.clocks.any_restarts()) booted_s_.assign(setting.parameters.hosts, -never);
    records_rates_ = rates_change(setting);
    for_good_ = life_.spec.reinfection == LifeSpec::Reinfection::never ||
                (setting.rules.empty() && setting.parameters.lifetime_s == never && !life_.hours.any() &&
                 life_.calendar.is_plain());
    if (setting.parameters.sleepers.share > 0) push(setting.parameters.sleepers.from_s, 0, Event::Kind::fall_time);
  }

  Result<Spread> run();

 private:
  /// Most times that a host may be infected, and given fresh thresholds: both have 16 bits in Host, and a host changes
  /// its epoch at most three times a copy.
  static constexpr std::uint32_t max_copies = 20000;
  static constexpr std::uint32_t max_draws = 65535;

  /// Stands for an infector whose place is known, until its name is looked up. Below no_host, above all hosts.
  static constexpr std::uint32_t unnamed_host = no_host - 1;

  enum class State : std::uint8_t {
    susceptible,
    infected,
    immune,  ///< patched
    marked,  ///< infected once and never again
  };

  /// What is remembered of a host, half a cache line. What else follows from its luck and the time is not.
  struct alignas(32) Host {
    double end_s = never;      ///< when its copy ends
    double patch_s = never;    ///< when it is patched whatever happens to it
    double since_s = 0;        ///< since when its copy scans; of a susceptible host, since when it is
    std::uint16_t epoch = 0;   ///< events and thresholds of an earlier one are void
    std::uint16_t draws = 0;   ///< thresholds drawn after the first ones
    std::uint16_t copies = 0;  ///< how often it was infected before the present copy
    std::uint8_t further = 0;  ///< copies that it holds beside the first
    State state : 2 = State::susceptible;
    bool floods : 1 = false;       ///< do its copies flood their target
    bool started : 1 = false;      ///< is its copy past the latency
    bool scans : 1 = false;        ///< does its copy scan
    bool asleep : 1 = false;       ///< has its copy gone to sleep for ever
    bool awake : 1 = false;        ///< was it woken from that
    bool ends_immune : 1 = false;  ///< will its copy's end make it immune
  };

  static_assert(sizeof(Host) == 32);

  struct Event {
    enum class Kind : std::uint8_t {
      step,       ///< what the copy does may change
      back,       ///< the reason why a hit was wasted is gone: fresh threshold in scope `level`
      back_all,   ///< the same in all scopes
      wake,       ///< a sleeper wakes
      fall_time,  ///< the moment at which it is decided which sleepers will wake
    };
    double key = 0;  ///< time
    std::uint32_t host = 0;
    std::uint16_t epoch = 0;
    Kind kind = Kind::step;
    std::uint8_t level = 0;
    bool operator<(const Event& other) const {
      if (key != other.key) return key < other.key;
      if (host != other.host) return host < other.host;
      return kind != other.kind ? kind < other.kind : level < other.level;
    }
  };

  /// What a copy does now by its clock, and until when.
  struct Now {
    Does does = Does::spread;
    double until_s = never;
  };

  /// May a host scan at another rate than its own? Woken sleepers do, and hosts with several copies.
  static bool rates_change(const Setting& setting) {
    const Parameters& parameters = setting.parameters;
    const bool sleepers = parameters.sleepers.share > 0 && parameters.sleepers.rate_per_s > 0;
    return sleepers || parameters.copies_per_host > 1;
  }

  static HostRates own_rates(const Setting& setting) {
    HostRates rates = setting.rates;
    if (rates.ticks.empty()) rates.ticks.assign(setting.parameters.hosts, rates.equal);
    return rates;
  }

  Status seed_outbreak();
  void cross();
  void meet();
  [[nodiscard]] Walks::Found try_target(const Walks::Hit& hit, double time_s);
  [[nodiscard]] bool was_patched(std::uint32_t host, Host& h, double time_s);
  [[nodiscard]] SuccessStep success_factor(double time_s) const;
  void hit(const PressureField::Crossing& crossing, double time_s);
  [[nodiscard]] double hindrance(std::uint32_t host, const Host& h, const Session& session, double time_s) const;
  [[nodiscard]] bool can_be_hit(const Host& h) const;
  void add_copy(std::uint32_t host, double time_s, std::uint32_t infector);
  [[nodiscard]] bool succeeds(std::uint32_t host, Host& h, double time_s, double& retry_s);
  void infect(std::uint32_t host, const Session& session, double time_s, std::uint32_t infector);
  void set_end(std::uint32_t host, Host& h, Session session, double time_s);
  void handle(const Event& event);
  void step(std::uint32_t host, const Session& session, double time_s);
  void turn_page(double time_s);
  void obey_calendar(std::uint32_t host, double time_s);
  void end_copy(std::uint32_t host, bool immune, double time_s);
  void become_susceptible(std::uint32_t host, double time_s);
  void fall_asleep(std::uint32_t host, double time_s);
  void choose_sleepers(double time_s);
  void wake(std::uint32_t host, double time_s);
  void grow(double time_s);
  void set_scanning(std::uint32_t host, bool scans, double time_s);
  void set_flooding(std::uint32_t host, bool floods, double time_s);
  void stop_sending(std::uint32_t host, double time_s);
  void set_rate(std::uint32_t host, RateTicks ticks);
  void name_infector();
  void expose(std::uint32_t host, double time_s);
  void finish();
  [[nodiscard]] bool sleeps_for_ever(Does does) const {
    return does == Does::sleep && life_.spec.sleep == LifeSpec::Sleep::for_ever &&
           planted_fault != Fault::sleeper_wakes;
  }
  [[nodiscard]] Now clock_says(double time_s, double ahead_s) const;
  [[nodiscard]] bool has_wrong_clock(std::uint32_t host) const {
    return (wrong_clocks_[host / 64] >> (host % 64) & 1) != 0;
  }
  [[nodiscard]] double immune_s(std::uint32_t host, const Host& h) const {
    return setting_.rules.immune_at(host, h.copies, h.since_s, h.patch_s);
  }
  /// Brings what will soon be needed of a host into the cache. Always inline: gcc takes a function that does nothing
  /// but this for one without effects, and drops the call.
  __attribute__((always_inline)) void fetch(std::uint32_t host) const {
    __builtin_prefetch(&hosts_[host]);
    __builtin_prefetch(&life_.host_class[host]);
    if (!rates_.ticks.empty()) __builtin_prefetch(&rates_.ticks[host]);
  }
  [[nodiscard]] Now now_of(std::uint32_t host, const Session& session, double time_s) const;
  [[nodiscard]] double draw_latency(std::uint32_t host) const;
  /// Hosts hold several copies, so that an infected one feels hits.
  [[nodiscard]] bool holds_several() const { return setting_.parameters.copies_per_host > 1; }
  /// Pressure rises with paced time.
  [[nodiscard]] double paced(double time_s) const {
    return out_.pace.is_plain() || time_s == never ? time_s : out_.pace.of(time_s);
  }
  [[nodiscard]] double next_crossing_s() const {
    if (out_.pace.is_plain()) return field_.next_time();
    return std::max(now_s_, out_.pace.time_of(field_.next_time()));
  }
  [[nodiscard]] double next_walk_s() {
    const double paced_s = walks_.next_paced_s();
    return out_.pace.is_plain() ? paced_s : std::max(now_s_, out_.pace.time_of(paced_s));
  }
  void change_scanning(int by, double time_s) {
    if (setting_.parameters.congestion_exponent == 0 || time_s == never) return;
    scanning_ = static_cast<std::uint32_t>(static_cast<int>(scanning_) + by);
    out_.pace.change(time_s, setting_.pace_with(scanning_));
  }
  [[nodiscard]] Session session_at(std::uint32_t host, double time_s) const {
    return life_.hours.session_at_or_after(host, life_.host_class[host], time_s);
  }
  [[nodiscard]] std::uint32_t next_draw(std::uint32_t host) {
    if (hosts_[host].draws >= max_draws) {
      too_often_infected_ = true;
      return max_draws;
    }
    return ++hosts_[host].draws;
  }
  void push(double time_s, std::uint32_t host, Event::Kind kind, std::uint8_t level = 0) {
    if (time_s <= end_s_ && time_s < never) events_.push({time_s, host, hosts_[host].epoch, kind, level});
  }

  const Setting& setting_;
  const LifeSetting& life_;
  double end_s_;
  HostRates changing_rates_;  ///< where hosts may scan at another rate than their own
  const HostRates& rates_;
  PressureField field_;
  GrowingRules growing_;
  Walks walks_;
  BucketQueue<Event> events_;
  std::vector<Host> hosts_;
  std::vector<std::uint64_t> wrong_clocks_;  ///< a bit a host: it does not follow `today_`
  Now today_;                                ///< what the right clocks say
  std::vector<double> booted_s_;             ///< last reboot that ended a copy; empty unless a clock restarts
  bool records_rates_ = false;
  bool for_good_ = false;           ///< an infected host is never susceptible again
  std::uint32_t walker_ = no_host;  ///< while a host is infected: whose walk or list met it
  bool too_often_infected_ = false;
  double now_s_ = 0;            ///< of what happened last; kept where copies hinder each other
  std::uint32_t scanning_ = 0;  ///< hosts that scan; kept there, too
  ActiveSet::Place unnamed_;    ///< of the latest infector, while it is unnamed_host
  Spread out_;
};

}  // namespace secondwave
