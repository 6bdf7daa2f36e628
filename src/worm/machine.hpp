// One machine on the test bench: what a copy of the worm does when, as its clock is set, it is rebooted or patched.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"
#include "scenario/spec.hpp"
#include "worm/calendar.hpp"

namespace secondwave {

/// Something that is done to the machine.
struct BenchEvent {
  enum class Kind {
    infect,     ///< a probe of the worm arrives
    set_clock,  ///< the clock is set to `clock`
    reboot,
    patch,
  };
  Kind kind = Kind::infect;
  UtcTime time;   ///< true time
  UtcTime clock;  ///< of set_clock
};

/// A stretch of time in which the machine is in one state.
struct BenchStretch {
  enum class State { clean, waits, spreads, floods, sleeps, patched };
  UtcTime from;
  UtcTime until;
  UtcTime clock_from;  ///< what its clock shows at `from`
  State state = State::clean;
  std::string why;  ///< what brought it about
};
[[nodiscard]] std::string to_string(BenchStretch::State state);
[[nodiscard]] std::string to_string(BenchEvent::Kind kind);

/// The life of the machine from its first event, with a clock that is right until it is set, for `days` days after its
/// last event. One copy at a time, as in a run: a probe that finds a copy which does not sleep, or a machine that takes
/// no fresh copy, changes nothing, and the stretch says so. A constant latency is waited for; an exponential one is
/// taken as its mean. Errors: usage, for events out of order, no events, and clocks or events before 1970.
[[nodiscard]] Result<std::vector<BenchStretch>> run_machine(const WormSpec& worm, const std::vector<BenchEvent>& events,
                                                            int days);

}  // namespace secondwave
