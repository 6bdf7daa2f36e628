#include "ingest/packet_alerts.hpp"

#include <algorithm>
#include <cstdlib>

namespace secondwave {

bool PacketAlerts::Packet::has(std::uint64_t rule) const {
  return std::find(rules.begin(), rules.begin() + static_cast<std::ptrdiff_t>(rule_count), rule) !=
         rules.begin() + static_cast<std::ptrdiff_t>(rule_count);
}

bool PacketAlerts::repeats(const RecordKey& key, std::uint64_t rule, std::int64_t time_us, std::int64_t window_us) {
  latest_us_ = std::max(latest_us_, time_us);
  while (!packets_.empty() && packets_.front().time_us < latest_us_ - longest_window_us) forget_first();
  if (Packet* known = find(key, rule, time_us, window_us)) {
    known->add(rule);
    return true;
  }
  Packet packet{.key = key, .time_us = time_us};
  packet.add(rule);
  add(packet);
  return false;
}

PacketAlerts::Packet* PacketAlerts::find(const RecordKey& key, std::uint64_t rule, std::int64_t time_us,
                                         std::int64_t window_us) {
  Packet* found = nullptr;
  auto place = by_key_.upper_bound(key);
  for (int looked_at = 0; looked_at < most_looked_at && place != by_key_.begin(); ++looked_at) {
    --place;
    if (place->first != key) break;
    Packet& packet = *place->second;
    if (std::abs(packet.time_us - time_us) <= window_us && !packet.has(rule)) found = &packet;
  }
  return found;
}

void PacketAlerts::add(const Packet& packet) {
  if (packets_.size() >= most_packets) forget_first();
  packets_.push_back(packet);
  by_key_.emplace(packet.key, &packets_.back());
}

void PacketAlerts::forget_first() {
  by_key_.erase(by_key_.lower_bound(packets_.front().key));  // the oldest of its key
  packets_.pop_front();
}

void PacketAlerts::write_to(StateWriter& state) const {
  state.number(static_cast<std::uint64_t>(latest_us_));
  state.number(packets_.size());
  for (const Packet& packet : packets_) {
    write_key(packet.key, state);
    state.number(static_cast<std::uint64_t>(packet.time_us));
    state.number(packet.rule_count);
    for (std::size_t i = 0; i < packet.rule_count; ++i) state.number(packet.rules[i]);
  }
}

void PacketAlerts::read_from(StateReader& state) {
  latest_us_ = static_cast<std::int64_t>(state.number());
  state.require(latest_us_ >= INT64_MIN / 2);
  const std::uint64_t count = state.number();
  state.require(count <= most_packets);
  for (std::uint64_t i = 0; i < count && !state.broken(); ++i) {
    Packet packet;
    packet.key = read_key(state);
    packet.time_us = static_cast<std::int64_t>(state.number());
    state.require(std::abs(packet.time_us / 2) < INT64_MAX / 4);
    const std::uint64_t rules = state.number();
    state.require(rules <= most_rules);
    for (std::uint64_t rule = 0; rule < rules && !state.broken(); ++rule) packet.add(state.number());
    if (!state.broken()) add(packet);
  }
}

}  // namespace secondwave
