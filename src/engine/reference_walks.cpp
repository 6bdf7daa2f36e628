// The reference engine's copies that walk or try a hit list, address by address and host by host.
#include "engine/reference_run.hpp"

namespace secondwave {

/// Where a fresh copy begins: its part of the hit list, its place in the order of the walk.
void ReferenceRun::begin_walk(std::uint32_t host, std::uint32_t infector) {
  PlainHost& h = hosts_[host];
  h.list_from = h.list_until = h.in_row = 0;
  h.stopped = false;
  if (infector == no_host) {
    const std::uint64_t number = out_.infections.size() - 1;
    const std::uint64_t first = parameters_.initially_infected;
    h.list_from = static_cast<std::uint32_t>(number * list_.size() / first);
    h.list_until = static_cast<std::uint32_t>((number + 1) * list_.size() / first);
  } else if (hosts_[infector].tries_list) {
    PlainHost& from = hosts_[infector];
    h.list_until = from.list_until;
    h.list_from = from.list_until - (from.list_until - from.list_from) / 2;
    from.list_until = h.list_from;
  }
  h.tries_list = h.list_from < h.list_until;
  if (setting_.walk == nullptr) return;
  const bool by_walk = infector != no_host && !hosts_[infector].tries_list;
  h.place =
      setting_.walk->enter(setting_.address[host], by_walk ? WalkLaw::FoundBy::walk : WalkLaw::FoundBy::other, luck_);
}

void ReferenceRun::try_listed(std::uint32_t source, double time_s) {
  PlainHost& h = hosts_[source];
  meet(list_[h.list_from++], source, time_s);
  if (h.list_from < h.list_until) return;
  h.started = false;  // what went to the list ends
  update(source, time_s);
  h.tries_list = false;
  h.started = true;
  update(source, time_s);
}

void ReferenceRun::walk_on(std::uint32_t source, double time_s) {
  const std::uint64_t space = std::uint64_t{1} << setting_.law.address_bits();
  PlainHost& h = hosts_[source];
  const auto found = host_at_.find(setting_.walk->address_at(h.place));
  h.place = (h.place + 1) % space;
  if (found == host_at_.end()) return;
  const std::uint32_t host = found->second;
  const bool infected = state_[host] == State::infected && hosts_[host].on && !hosts_[host].asleep;
  const std::size_t before = out_.infections.size();
  meet(host, source, time_s);
  if (out_.infections.size() > before) {
    h.in_row = 0;
  } else if (infected) {
    const WalkLaw::Next next = setting_.walk->met_infected(++h.in_row);
    if (next == WalkLaw::Next::anew) h.place = luck_.below(space);
    h.stopped = next == WalkLaw::Next::stop;
    if (h.stopped) update(source, time_s);
  }
}

}  // namespace secondwave
