#include "worm/machine.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

namespace secondwave {
namespace {

using State = BenchStretch::State;
using Kind = BenchEvent::Kind;

class Machine {
 public:
  explicit Machine(const WormSpec& worm)
      : life_(worm.life), calendar_(worm.life), latency_s_(worm.latency_s.centre()) {}

  void begin(UtcTime time) {
    now_ = time;
    enter(State::clean, "the bench is set up");
  }

  /// Lets time pass: the calendar speaks, latencies and lifetimes end.
  void run_until(UtcTime time) {
    while (const std::optional<UtcTime> change = next_change()) {
      if (*change >= time) break;
      now_ = *change;
      look();
    }
    now_ = time;
  }

  void apply(const BenchEvent& event) {
    now_ = event.time;
    switch (event.kind) {
      case Kind::infect:
        return infect();
      case Kind::set_clock:
        ahead_us_ = event.clock.microseconds() - event.time.microseconds();
        if (has_copy_ && !waits_until_ && !(asleep_ && sleeps_for_ever())) return obey("the clock was set");
        return enter(state_, has_copy_ && asleep_ ? "the clock was set; a copy that sleeps does not look at it"
                                                  : "the clock was set");
      case Kind::reboot:
        if (has_copy_ && life_.residence == LifeSpec::Residence::memory) return lose("the copy was in memory only");
        return enter(state_, "rebooted; nothing was lost");
      case Kind::patch:
        has_copy_ = false;
        patched_ = true;
        return enter(State::patched, "patched");
    }
  }

  std::vector<BenchStretch> take(UtcTime end) {
    run_until(end);
    stretches_.back().until = end;
    std::erase_if(stretches_, [](const BenchStretch& one) { return one.from == one.until; });
    return std::move(stretches_);
  }

 private:
  [[nodiscard]] UtcTime own() const { return UtcTime::from_microseconds(now_.microseconds() + ahead_us_); }
  [[nodiscard]] bool sleeps_for_ever() const { return life_.sleep == LifeSpec::Sleep::for_ever; }

  void enter(State state, std::string why) {
    if (!stretches_.empty()) stretches_.back().until = now_;
    stretches_.push_back({now_, now_, own(), state, std::move(why)});
    state_ = state;
  }

  [[nodiscard]] std::optional<UtcTime> next_change() const {
    if (!has_copy_) return std::nullopt;
    std::optional<UtcTime> next = ends_;
    const auto consider = [&](std::optional<UtcTime> time) {
      if (time && (!next || *time < *next)) next = time;
    };
    consider(waits_until_);
    if (!waits_until_ && !(asleep_ && sleeps_for_ever())) {
      const std::optional<UtcTime> change = calendar_.next_change(own());
      if (change) consider(UtcTime::from_microseconds(change->microseconds() - ahead_us_));
    }
    return next;
  }

  void look() {
    if (ends_ && now_ >= *ends_) return lose("its lifetime is over");
    if (waits_until_ && now_ >= *waits_until_) {
      waits_until_.reset();
      return obey("the latency is over");
    }
    obey("the date on its clock");
  }

  /// A living copy does what the calendar says by the clock of this moment.
  void obey(const std::string& why) {
    asleep_ = false;
    switch (calendar_.at(own())) {
      case Does::spread:
        return enter(State::spreads, why);
      case Does::flood:
        return enter(State::floods, why);
      case Does::sleep:
        asleep_ = true;
        return enter(State::sleeps, why);
      case Does::stop:
        return lose(why + ": it ends itself");
    }
  }

  void infect() {
    if (patched_) return enter(state_, "a probe arrives in vain: the machine is patched");
    if (ever_ && life_.reinfection == LifeSpec::Reinfection::never) {
      return enter(state_, "a probe arrives in vain: the machine carries the marker");
    }
    const bool over_sleeper = asleep_ && life_.reinfection == LifeSpec::Reinfection::sleeping;
    if (has_copy_ && !over_sleeper) return enter(state_, "a probe arrives in vain: there is a copy already");
    if (over_sleeper && calendar_.at(own()) == Does::sleep) {
      return enter(state_, "a fresh copy arrives, reads the clock, and sleeps as well");
    }
    const std::string who = over_sleeper ? "a fresh copy arrived beside the one that sleeps" : "infected";
    has_copy_ = ever_ = true;
    asleep_ = false;
    ends_.reset();
    if (life_.lifetime_h.centre() > 0) ends_ = now_.plus_seconds(3600 * life_.lifetime_h.centre());
    if (latency_s_ <= 0) return obey(who);
    waits_until_ = now_.plus_seconds(latency_s_);
    enter(State::waits, who);
  }

  void lose(const std::string& why) {
    has_copy_ = asleep_ = false;
    waits_until_.reset();
    ends_.reset();
    enter(State::clean, why);
  }

  const LifeSpec& life_;
  Calendar calendar_;
  double latency_s_;
  UtcTime now_;
  std::int64_t ahead_us_ = 0;
  State state_ = State::clean;
  bool has_copy_ = false;
  bool asleep_ = false;
  bool ever_ = false;
  bool patched_ = false;
  std::optional<UtcTime> waits_until_;
  std::optional<UtcTime> ends_;
  std::vector<BenchStretch> stretches_;
};

}  // namespace

std::string to_string(State state) {
  switch (state) {
    case State::clean:
      return "no copy";
    case State::waits:
      return "waits";
    case State::spreads:
      return "spreads";
    case State::floods:
      return "floods";
    case State::sleeps:
      return "sleeps";
    case State::patched:
      break;
  }
  return "patched";
}

std::string to_string(Kind kind) {
  switch (kind) {
    case Kind::infect:
      return "infect";
    case Kind::set_clock:
      return "set-clock";
    case Kind::reboot:
      return "reboot";
    case Kind::patch:
      break;
  }
  return "patch";
}

Result<std::vector<BenchStretch>> run_machine(const WormSpec& worm, const std::vector<BenchEvent>& events, int days) {
  if (events.empty()) {
    return failure(ErrorKind::usage, "nothing is done to the machine", {}, "add --event infect@2001-07-19T10:00:00Z");
  }
  for (std::size_t i = 0; i < events.size(); ++i) {
    const BenchEvent& event = events[i];
    if (event.time < UtcTime() || (event.kind == Kind::set_clock && event.clock < UtcTime())) {
      return failure(ErrorKind::usage, fmt::format("{}: clocks begin at 1970-01-01T00:00:00Z",
                                                   to_string(event.time < UtcTime() ? event.time : event.clock)));
    }
    if (i > 0 && event.time < events[i - 1].time) {
      return failure(ErrorKind::usage,
                     fmt::format("events out of order: {} at {} comes after {} at {}", to_string(event.kind),
                                 to_string(event.time), to_string(events[i - 1].kind), to_string(events[i - 1].time)),
                     {}, "give them in the order of true time");
    }
  }
  Machine machine(worm);
  machine.begin(events.front().time);
  for (const BenchEvent& event : events) {
    machine.run_until(event.time);
    machine.apply(event);
  }
  return machine.take(events.back().time.plus_seconds(86400.0 * days));
}

}  // namespace secondwave
