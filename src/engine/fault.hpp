// Deliberate faults. The tests of the engine's law are worth something only if they reject a wrong engine, so the test
// build compiles the engine once more, in a way that lets a program plant one. In the program itself none is, and the
// compiler removes every trace.
#pragma once

namespace secondwave {

enum class Fault {
  none,
  rate_2_percent_high,  ///< every copy scans 2% faster than it should
  removal_off_by_one,   ///< a removed copy goes on scanning until the next one is removed
  reused_stream,        ///< the infector is drawn with the number that already gave the wait or threshold
  biased_target,        ///< hosts with low numbers are hit somewhat more often
  forgotten_latency,    ///< fresh copies scan at once
  immune_reinfected,    ///< a patched host can catch the worm once more
  kept_threshold,       ///< a host that comes back keeps its old thresholds beside the fresh ones
  phase_a_day_late,     ///< every phase begins and ends a day late
  sleeper_wakes,        ///< a copy that sleeps for ever wakes when the calendar says spread again
  offline_host_hit,     ///< a host is infected also while it is off line
  lease_never_renewed,  ///< a host keeps its first address
  reach_forgotten,      ///< hosts are hit that the worm does not reach
  list_not_split,       ///< a copy keeps what it hands over of its hit list
  walk_enters_at_own,   ///< every walk begins at the own address
  walk_never_anew,      ///< a copy that meets an infected host goes straight on
  one_copy_too_many,    ///< a host takes one copy more than it may hold
};

#ifdef SECONDWAVE_FAULTS_CAN_BE_PLANTED
inline Fault planted_fault = Fault::none;
#else
inline constexpr Fault planted_fault = Fault::none;
#endif

}  // namespace secondwave
