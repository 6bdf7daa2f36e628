// Hits of copies that walk or try a list, in the run by pressure: who is met, and what comes of it.
#include "engine/life_run.hpp"

namespace secondwave {

/// The next hit of a copy that walks.
void LifeRun::meet() {
  const double time_s = now_s_;
  const Walks::Hit hit = walks_.take();
  const Walks::Found found = try_target(hit, time_s);
  if (!walks_.go_on(hit.source, found, paced(time_s))) return;
  set_scanning(hit.source, false, time_s);
  walks_.turn(hit.source);
  set_scanning(hit.source, true, time_s);
}

Walks::Found LifeRun::try_target(const Walks::Hit& hit, double time_s) {
  Host& h = hosts_[hit.target];
  const Session session = session_at(hit.target, time_s);
  const bool on_line = session.on_s <= time_s;
  if (on_line && h.state == State::infected && !h.asleep) return Walks::Found::infected;
  if (!can_be_hit(h) || was_patched(hit.target, h, time_s)) return Walks::Found::nothing;
  if (hindrance(hit.target, h, session, time_s) > time_s) return Walks::Found::nothing;
  const double chance = setting_.parameters.success_probability * success_factor(time_s).factor;
  if (hit.luck > chance) return Walks::Found::nothing;
  name_infector();
  walker_ = hit.source;
  infect(hit.target, session, time_s, hit.source);
  walker_ = no_host;
  return Walks::Found::victim;
}

}  // namespace secondwave
