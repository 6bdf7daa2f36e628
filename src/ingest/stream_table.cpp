#include "ingest/stream_table.hpp"

#include <algorithm>
#include <cstring>
#include <string>

#include "ingest/bytes.hpp"

namespace secondwave {
namespace {

constexpr std::size_t packed_entry = 29;
constexpr std::uint8_t acknowledges_flag = 16;

/// True where the times lie at most `limit` apart. Times are below 2^61, so differences do not overflow.
bool near(std::int64_t a, std::int64_t b, std::int64_t limit) {
  return (a > b ? a - b : b - a) <= limit;
}

/// The upper and lower half of a product, folded: each bit of the key reaches each bit of the hash.
std::uint64_t fold(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = static_cast<Wide>(a) * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64);
}

}  // namespace

StreamTable::Spot StreamTable::spot_of(const StreamKey& key) {
  const std::uint64_t addresses = std::uint64_t{key.source} << 32 | key.target;
  const std::uint64_t ports = std::uint64_t{key.source_port} << 16 | key.target_port;
  const std::uint64_t first = fold(addresses ^ 0x9E3779B97F4A7C15u, ports ^ 0xA0761D6478BD642Fu);
  const std::uint64_t hash = fold(first ^ 0x8EBC6AF09C88C6E3u, 0xE7037ED1A0B428DBu);
  const auto tag = static_cast<std::uint32_t>(hash >> 32);
  return {hash & (buckets - 1), tag == 0 ? 1 : tag};
}

StreamTable::Entry* StreamTable::tagged(Bucket& bucket, std::uint32_t tag) {
  for (Entry& entry : bucket.entry) {
    if (entry.tag == tag) return &entry;
  }
  return nullptr;
}

StreamTable::Entry& StreamTable::oldest(Bucket& bucket) {
  Entry* best = &bucket.entry[0];
  for (Entry& entry : bucket.entry) {
    if (entry.tag == 0) return entry;
    if (entry.time_us() < best->time_us()) best = &entry;
  }
  return *best;
}

bool StreamTable::see_syn(const StreamKey& key, std::uint32_t sequence, std::int64_t time_us, const SynHeader& header) {
  const bool acknowledges = (header.flags & acknowledges_flag) != 0;
  const Spot spot = spot_of(key);
  Bucket& bucket = buckets_.at(spot.bucket);
  Entry* entry = tagged(bucket, spot.tag);
  bool again = entry != nullptr && entry->sequence == sequence && entry->opened_here() != acknowledges &&
               near(entry->time_us(), time_us, retransmission_us);
  const std::int64_t since_us = again ? time_us - entry->first_us() : 0;
  again = again && since_us <= 0xFFFFFFFF;
  if (entry == nullptr) entry = &oldest(bucket);
  const bool sent = again && entry->has_sent();
  entry->tag = spot.tag;
  entry->sequence = sequence;
  // Where the clock stepped back before the first SYN, the time stays that of the first.
  entry->set(again && since_us < 0 ? entry->first_us() : time_us, !acknowledges, sent);
  entry->since_us = again ? static_cast<std::uint32_t>(std::max<std::int64_t>(since_us, 0)) : 0;
  if (!again) entry->syn = header;
  return again;
}

StreamTable::Entry* StreamTable::find(const StreamKey& key, std::int64_t time_us) {
  const Spot spot = spot_of(key);
  Bucket* bucket = buckets_.find(spot.bucket);
  if (bucket == nullptr) return nullptr;
  Entry* entry = tagged(*bucket, spot.tag);
  return entry != nullptr && near(entry->time_us(), time_us, idle_us) ? entry : nullptr;
}

StreamTable::Entry& StreamTable::insert(const StreamKey& key) {
  const Spot spot = spot_of(key);
  Bucket& bucket = buckets_.at(spot.bucket);
  Entry* entry = tagged(bucket, spot.tag);
  if (entry == nullptr) entry = &oldest(bucket);
  *entry = Entry{.tag = spot.tag};
  return *entry;
}

// 29 bytes for each entry in use, 1.9 MB at most: its place, because the order within a bucket decides between equal
// times, and its contents.
void StreamTable::save(StateWriter& out) const {
  std::string packed;
  buckets_.for_each([&packed](std::size_t number, const Bucket& bucket) {
    for (std::size_t way = 0; way < ways; ++way) {
      const Entry& entry = bucket.entry[way];
      if (entry.tag == 0) continue;
      char bytes[packed_entry];
      const auto place = static_cast<std::uint16_t>(number * ways + way);
      std::memcpy(bytes, &place, 2);
      std::memcpy(bytes + 2, &entry.tag, 4);
      std::memcpy(bytes + 6, &entry.sequence, 4);
      std::memcpy(bytes + 10, &entry.time_and_flags, 8);
      std::memcpy(bytes + 18, &entry.since_us, 4);
      std::memcpy(bytes + 22, &entry.syn.length, 2);
      std::memcpy(bytes + 24, &entry.syn.id, 2);
      std::memcpy(bytes + 26, &entry.syn.window, 2);
      std::memcpy(bytes + 28, &entry.syn.flags, 1);
      packed.append(bytes, packed_entry);
    }
  });
  out.text(packed);
}

void StreamTable::restore(StateReader& in) {
  const std::string_view packed = in.text();
  in.require(packed.size() % packed_entry == 0);
  if (in.broken()) return;
  for (std::size_t at = 0; at < packed.size(); at += packed_entry) {
    const char* from = packed.data() + at;
    const std::size_t place = load_le<std::uint16_t>(from);
    Entry& entry = buckets_.at(place / ways).entry[place % ways];
    entry = {.tag = load_le<std::uint32_t>(from + 2),
             .sequence = load_le<std::uint32_t>(from + 6),
             .time_and_flags = load_le<std::int64_t>(from + 10),
             .since_us = load_le<std::uint32_t>(from + 18),
             .syn = {load_le<std::uint16_t>(from + 22), load_le<std::uint16_t>(from + 24),
                     load_le<std::uint16_t>(from + 26), static_cast<std::uint8_t>(from[28])}};
    in.require(entry.tag != 0 && near(entry.time_us(), 0, std::int64_t{1} << 60));
  }
}

}  // namespace secondwave
