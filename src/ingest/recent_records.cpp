#include "ingest/recent_records.hpp"

#include <algorithm>

namespace secondwave {

void write_key(const RecordKey& key, StateWriter& state) {
  state.number(std::uint64_t{key.source} << 32 | key.target);
  state.number(std::uint64_t{key.sequence} << 32 | std::uint64_t{key.source_port} << 16 | key.target_port);
  state.number(key.protocol);
}

RecordKey read_key(StateReader& state) {
  RecordKey key;
  const std::uint64_t addresses = state.number();
  key.source = static_cast<Ipv4>(addresses >> 32);
  key.target = static_cast<Ipv4>(addresses);
  const std::uint64_t rest = state.number();
  key.sequence = static_cast<std::uint32_t>(rest >> 32);
  key.source_port = static_cast<std::uint16_t>(rest >> 16);
  key.target_port = static_cast<std::uint16_t>(rest);
  key.protocol = static_cast<std::uint8_t>(state.number());
  return key;
}

void RecentRecords::advance(std::int64_t time_us) {
  latest_us_ = std::max(latest_us_, time_us);
  while (!order_.empty() && order_.front()->second.time_us < latest_us_ - window_us_) forget_first();
}

std::int64_t* RecentRecords::find(const RecordKey& key) {
  const auto found = entries_.find(key);
  return found == entries_.end() ? nullptr : &found->second.value;
}

void RecentRecords::add(const RecordKey& key, std::int64_t time_us, std::int64_t value) {
  if (order_.size() >= most_) forget_first();
  const auto [place, added] = entries_.emplace(key, Entry{time_us, value});
  if (added) order_.push_back(place);
}

void RecentRecords::forget_first() {
  entries_.erase(order_.front());
  order_.pop_front();
}

void RecentRecords::write_to(StateWriter& state) const {
  state.number(static_cast<std::uint64_t>(latest_us_));
  state.number(order_.size());
  for (const auto& place : order_) {
    write_key(place->first, state);
    state.number(static_cast<std::uint64_t>(place->second.time_us));
    state.number(static_cast<std::uint64_t>(place->second.value));
  }
}

void RecentRecords::read_from(StateReader& state) {
  latest_us_ = static_cast<std::int64_t>(state.number());
  state.require(latest_us_ >= INT64_MIN / 2);
  const std::uint64_t count = state.number();
  state.require(count <= most_);
  for (std::uint64_t i = 0; i < count && !state.broken(); ++i) {
    const RecordKey key = read_key(state);
    const auto time_us = static_cast<std::int64_t>(state.number());
    const auto value = static_cast<std::int64_t>(state.number());
    state.require(entries_.find(key) == entries_.end());
    add(key, time_us, value);
  }
}

}  // namespace secondwave
