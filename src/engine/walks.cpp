#include "engine/walks.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "random/samplers.hpp"
#include "random/stream.hpp"

namespace secondwave {

std::vector<std::uint32_t> draw_hit_list(std::uint32_t size, std::uint32_t hosts, Stream& luck) {
  std::vector<std::uint32_t> all(hosts);
  std::iota(all.begin(), all.end(), 0u);
  for (std::uint32_t i = 0; i < size; ++i) std::swap(all[i], all[i + luck.below(hosts - i)]);
  all.resize(size);
  return all;
}

Walks::Walks(const Setting& setting) : setting_(setting) {
  const std::uint32_t hosts = setting.parameters.hosts;
  const std::uint32_t known = setting.parameters.hit_list;
  if (setting.walk == nullptr && known == 0) return;
  walkers_.resize(hosts);
  if (known > 0) {
    Stream luck(setting.seed, setting.stream(Purpose::hit_list, 0));
    list_ = draw_hit_list(known, hosts, luck);
  }
  if (setting.walk == nullptr) return;
  for (std::uint32_t host = 0; host < hosts; ++host) {
    row_.push_back({setting.walk->place_of(setting.address[host]), host});
  }
  std::sort(row_.begin(), row_.end(), [](const Stop& a, const Stop& b) { return a.place < b.place; });
  number_.resize(hosts);
  for (std::uint32_t i = 0; i < hosts; ++i) number_[row_[i].host] = i;
  standing_.resize(hosts + 1);
  std::iota(standing_.begin(), standing_.end(), 0u);
}

Stream Walks::luck_of(std::uint32_t host) {
  return {setting_.seed, setting_.stream(Purpose::walk, host, walkers_[host].hops++)};
}

void Walks::begin_first(std::uint32_t host, std::uint32_t number) {
  if (!any()) return;
  const std::uint64_t size = list_.size();
  const std::uint64_t first = setting_.parameters.initially_infected;
  Walker& w = walkers_[host];
  w.list_from = static_cast<std::uint32_t>(number * size / first);
  w.list_until = static_cast<std::uint32_t>((number + 1) * size / first);
  enter(host, WalkLaw::FoundBy::other);
}

void Walks::begin(std::uint32_t host, std::uint32_t source) {
  if (!any()) return;
  Walker& w = walkers_[host];
  w.list_from = w.list_until = 0;
  if (source == no_host || walkers_[source].mode != Mode::list) {
    return enter(host, source == no_host ? WalkLaw::FoundBy::other : WalkLaw::FoundBy::walk);
  }
  Walker& from = walkers_[source];
  w.list_until = from.list_until;
  w.list_from = from.list_until - (from.list_until - from.list_from) / 2;
  if (planted_fault != Fault::list_not_split) from.list_until = w.list_from;
  enter(host, WalkLaw::FoundBy::other);
}

/// Where the copy begins: in its list, or in the order of its law.
void Walks::enter(std::uint32_t host, WalkLaw::FoundBy found_by) {
  Walker& w = walkers_[host];
  ++w.turns;
  w.due_s = never;
  w.in_row = 0;
  w.finished = false;
  if (setting_.walk != nullptr) {
    Stream luck = luck_of(host);
    w.place = setting_.walk->enter(setting_.address[host], found_by, luck);
    if (planted_fault == Fault::walk_enters_at_own) w.place = row_[number_[host]].place;
  }
  w.mode = w.list_from < w.list_until ? Mode::list : setting_.walk != nullptr ? Mode::walk : Mode::draws;
  aim(host);
}

/// Finds the next host in the way of a copy, and draws how long it takes to come there.
void Walks::aim(std::uint32_t host) {
  Walker& w = walkers_[host];
  Stream luck = luck_of(host);
  if (w.mode == Mode::list) {
    w.left = luck.exponential();
    return;
  }
  if (w.mode != Mode::walk) return;
  const auto ahead = std::lower_bound(row_.begin(), row_.end(), w.place,
                                      [](const Stop& stop, std::uint64_t place) { return stop.place < place; });
  const auto hosts = static_cast<std::uint32_t>(row_.size());
  w.aim = standing_from(static_cast<std::uint32_t>(ahead - row_.begin()));
  if (w.aim == hosts) w.aim = standing_from(0);
  if (w.aim == hosts) {
    w.left = never;
    return;
  }
  const std::uint64_t space = std::uint64_t{1} << setting_.law.address_bits();
  const std::uint64_t between = (row_[w.aim].place + space - w.place) % space;
  w.left = draw_gamma(luck, static_cast<double>(between) + 1.0);
}

/// The first stop at or behind this one that was not forgotten; the number of hosts where there is none.
std::uint32_t Walks::standing_from(std::uint32_t stop) {
  std::uint32_t first = stop;
  while (standing_[first] != first) first = standing_[first];
  while (standing_[stop] != first) stop = std::exchange(standing_[stop], first);
  return first;
}

void Walks::forget(std::uint32_t host) {
  if (row_.empty() || setting_.walk->heeds_infected()) return;
  standing_[number_[host]] = number_[host] + 1;
}

void Walks::schedule(std::uint32_t host, double paced_s) {
  Walker& w = walkers_[host];
  w.due_s = w.rate_per_s > 0 && w.left < never ? paced_s + w.left / w.rate_per_s : never;
  if (w.due_s < never) queue_.push({w.due_s, host, w.turns});
}

void Walks::resume(std::uint32_t host, RateTicks ticks, double paced_s) {
  Walker& w = walkers_[host];
  w.rate_per_s =
      static_cast<double>(ticks) * targets_per_tick * (planted_fault == Fault::rate_2_percent_high ? 1.02 : 1.0);
  schedule(host, paced_s);
}

void Walks::rest(std::uint32_t host, double paced_s) {
  Walker& w = walkers_[host];
  if (w.due_s < never) w.left = std::max(0.0, w.due_s - paced_s) * w.rate_per_s;
  w.due_s = never;
  ++w.turns;
}

double Walks::next_paced_s() {
  while (!queue_.empty()) {
    const Entry& first = queue_.top();
    if (first.turns == walkers_[first.host].turns) return first.key;
    queue_.pop();
  }
  return never;
}

Walks::Hit Walks::take() {
  const std::uint32_t source = queue_.top().host;
  queue_.pop();
  Walker& w = walkers_[source];
  w.due_s = never;
  Stream luck = luck_of(source);
  if (w.mode == Mode::list) return {source, list_[w.list_from++], luck.uniform()};
  const Stop& stop = row_[w.aim];
  w.place = (stop.place + 1) % (std::uint64_t{1} << setting_.law.address_bits());
  return {source, stop.host, luck.uniform()};
}

bool Walks::go_on(std::uint32_t host, Found found, double paced_s) {
  Walker& w = walkers_[host];
  if (w.mode == Mode::list) {
    w.finished = w.list_from >= w.list_until;
  } else if (found == Found::victim) {
    w.in_row = 0;
  } else if (found == Found::infected) {
    const WalkLaw::Next next = setting_.walk->met_infected(++w.in_row);
    w.finished = next == WalkLaw::Next::stop;
    if (next == WalkLaw::Next::anew && planted_fault != Fault::walk_never_anew) {
      Stream luck = luck_of(host);
      w.place = luck.below(std::uint64_t{1} << setting_.law.address_bits());
    }
  }
  w.left = never;
  if (w.finished) return true;
  aim(host);
  schedule(host, paced_s);
  return false;
}

void Walks::turn(std::uint32_t host) {
  Walker& w = walkers_[host];
  if (!w.finished) return;
  w.finished = false;
  ++w.turns;
  if (w.mode == Mode::list) {
    w.mode = setting_.walk != nullptr ? Mode::walk : Mode::draws;
  } else {
    w.mode = Mode::over;
  }
  aim(host);
}

}  // namespace secondwave
