#include "observatory/accumulator.hpp"

#include <algorithm>
#include <array>
#include <tuple>

namespace secondwave {
namespace {

constexpr std::uint32_t one_target = 1u << 31;
constexpr std::uint32_t more_targets = 1u << 30;
constexpr std::uint32_t time_mask = more_targets - 1;
constexpr std::uint32_t index_bits = 20;
constexpr std::uint32_t index_mask = (1u << index_bits) - 1;
constexpr std::size_t most_further = std::size_t{1} << 21;
constexpr std::size_t most_samples = std::size_t{1} << 17;
constexpr std::size_t most_seen = std::size_t{1} << 19;
constexpr std::size_t fewest_slots = std::size_t{1} << 12;

std::uint64_t mix(std::uint64_t value) {
  value ^= value >> 32;
  value *= 0xD6E8FEB86659FD93u;
  value ^= value >> 32;
  value *= 0xD6E8FEB86659FD93u;
  return value ^ (value >> 32);
}

std::uint64_t hash_of(Ipv4 source, Minute minute, std::uint64_t tag) {
  return mix((std::uint64_t{source} << 32 | minute) ^ tag * 0x9E3779B97F4A7C15u);
}

/// What to sort: a cell's source and minute, and where it is.
struct Key {
  std::uint64_t order;
  std::uint32_t entry;
};

/// Sorts by `order`, byte by byte from the lowest; bytes that all keys share cost nothing.
void radix_sort(std::vector<Key>& keys) {
  std::array<std::array<std::uint32_t, 256>, 8> counts{};
  for (const Key& key : keys) {
    for (std::size_t b = 0; b < 8; ++b) ++counts[b][(key.order >> (8 * b)) & 0xFF];
  }
  std::vector<Key> other(keys.size());
  for (std::size_t b = 0; b < 8; ++b) {
    if (counts[b][(keys[0].order >> (8 * b)) & 0xFF] == keys.size()) continue;
    std::uint32_t start = 0;
    for (std::uint32_t& count : counts[b]) start += std::exchange(count, start);
    for (const Key& key : keys) other[counts[b][(key.order >> (8 * b)) & 0xFF]++] = key;
    keys.swap(other);
  }
}

/// The same classes as SourceSummary has.
Shape shape_of(const Sighting& sighting) {
  if (sighting.kind == Sighting::Kind::request) return Shape::request;
  if (sighting.protocol == protocol_icmp) return sighting.knows(Sighting::ports_known) ? Shape::packet : Shape::none;
  if (sighting.protocol != protocol_tcp) return sighting.protocol == protocol_udp ? Shape::packet : Shape::none;
  if (!sighting.knows(Sighting::flags_known)) return Shape::packet;
  const bool syn = (sighting.tcp_flags & 2) != 0;
  if ((sighting.tcp_flags & 4) != 0) return syn ? Shape::packet : Shape::reset;
  if (!syn || (sighting.tcp_flags & 1) != 0) return Shape::packet;
  return (sighting.tcp_flags & 16) != 0 ? Shape::syn_ack : Shape::syn;
}

}  // namespace

Tag tag_of(const Sighting& sighting, const Verdict& verdict, Origin origin) {
  Tag tag{.rule = verdict.rule, .origin = sighting.simulated ? Origin::simulated : origin};
  if (verdict.rule != Verdict::no_rule) {
    tag.step = verdict.step;
    return tag;
  }
  tag.protocol = sighting.protocol;
  tag.shape = shape_of(sighting);
  const bool answers = tag.shape == Shape::syn_ack || tag.shape == Shape::reset;
  if (sighting.knows(Sighting::ports_known)) tag.port = answers ? sighting.source_port : sighting.target_port;
  return tag;
}

Accumulator::Accumulator() : slots_(fewest_slots), seen_(fewest_slots) {}

bool Accumulator::full() const {
  return entries_.size() >= most_cells || further_.size() >= most_further || samples_.size() >= most_samples;
}

void Accumulator::grow() {
  std::vector<std::uint32_t> slots(slots_.size() * 2);
  const std::size_t mask = slots.size() - 1;
  for (std::size_t i = 0; i < entries_.size(); ++i) {
    const Entry& entry = entries_[i];
    const std::uint64_t hash = hash_of(entry.source, entry.minute, entry.tag);
    std::size_t at = hash & mask;
    while (slots[at] != 0) at = (at + 1) & mask;
    slots[at] = static_cast<std::uint32_t>(hash >> 52) << index_bits | static_cast<std::uint32_t>(i + 1);
  }
  slots_ = std::move(slots);
}

std::uint32_t Accumulator::find(std::uint64_t hash, Ipv4 source, Minute minute, std::uint64_t tag) {
  const std::size_t mask = slots_.size() - 1;
  const auto print = static_cast<std::uint32_t>(hash >> 52);
  std::size_t at = hash & mask;
  for (; slots_[at] != 0; at = (at + 1) & mask) {
    if (slots_[at] >> index_bits != print) continue;
    const std::uint32_t index = (slots_[at] & index_mask) - 1;
    const Entry& entry = entries_[index];
    if (entry.source == source && entry.minute == minute && entry.tag == tag) return index;
  }
  const auto index = static_cast<std::uint32_t>(entries_.size());
  SECONDWAVE_REQUIRE(index < index_mask);
  slots_[at] = print << index_bits | (index + 1);
  entries_.push_back({source, minute, tag, 0, 0, 0, time_mask, 0, 0});
  if (entries_.size() * 2 > slots_.size()) grow();
  return index;
}

void Accumulator::count(const Sighting& sighting, Entry& entry, std::uint32_t index) {
  const auto in_minute = static_cast<std::uint32_t>(sighting.time_us - std::int64_t{entry.minute} * minute_us);
  // What is taken back may have been counted in another transaction: then the cell here holds less than nothing, and
  // the store adds the two up.
  if (sighting.takes_back) {
    --entry.sightings;
    entry.packets -= sighting.packets;
    entry.targets -= sighting.targets;
  } else {
    if (!sighting.repeats) ++entry.sightings;
    entry.packets += sighting.packets;
    entry.targets += sighting.targets;
  }
  if (in_minute < (entry.first_us & time_mask)) entry.first_us = (entry.first_us & ~time_mask) | in_minute;
  if (in_minute > entry.last_us) entry.last_us = in_minute;
  if (!sighting.knows(Sighting::target_known) || sighting.takes_back) return;
  if ((entry.first_us & one_target) == 0) {
    entry.first_us |= one_target;
    entry.target = sighting.target;
  } else if (sighting.target != entry.target) {
    entry.first_us |= more_targets;
    const Further further{index, sighting.target};
    if (further_.empty() || further_.back() != further) further_.push_back(further);
  }
}

void Accumulator::add(std::span<const Sighting> sightings, std::span<const Verdict> verdicts, Origin origin) {
  SECONDWAVE_REQUIRE(sightings.size() == verdicts.size());
  struct Look {
    std::uint64_t hash;
    std::uint64_t tag;
    Minute minute;
  };
  constexpr std::size_t ahead = 32;  // loads of the table are under way while earlier ones are used
  std::array<Look, ahead> looks;
  for (std::size_t start = 0; start < sightings.size(); start += ahead) {
    const std::size_t n = std::min(ahead, sightings.size() - start);
    const std::size_t mask = slots_.size() - 1;
    for (std::size_t i = 0; i < n; ++i) {
      const Sighting& s = sightings[start + i];
      Look& look = looks[i];
      look.minute = static_cast<Minute>(s.time_us / minute_us);
      look.tag = tag_of(s, verdicts[start + i], origin).packed();
      look.hash = hash_of(s.source, look.minute, look.tag);
      __builtin_prefetch(&slots_[look.hash & mask]);
    }
    for (std::size_t i = 0; i < n; ++i) {
      const Sighting& s = sightings[start + i];
      const std::size_t before = entries_.size();
      const std::uint32_t index = find(looks[i].hash, s.source, looks[i].minute, looks[i].tag);
      const std::uint16_t rule = verdicts[start + i].rule;
      // The first sighting without a rule of a source is always new here, and of these one sample is kept.
      if (s.takes_back) {
        count(s, entries_[index], index);
        continue;
      }
      if (rule != Verdict::no_rule || (entries_.size() > before && !s.text.empty())) keep_evidence(s, rule);
      count(s, entries_[index], index);
    }
  }
}

bool Accumulator::wants_evidence(Ipv4 source, std::uint16_t rule) {
  const std::uint64_t key = (std::uint64_t{source} << 16 | rule) << 8;
  const std::uint64_t most = rule == Tag::no_rule ? EvidenceSample::without_rule : EvidenceSample::per_rule;
  std::size_t mask = seen_.size() - 1;
  std::size_t at = mix(key) & mask;
  for (; seen_[at] != 0; at = (at + 1) & mask) {
    if ((seen_[at] & ~std::uint64_t{0xFF}) != key) continue;
    if ((seen_[at] & 0xFF) >= most) return false;
    ++seen_[at];
    return true;
  }
  seen_[at] = key | 1;
  if (++seen_used_ * 2 < seen_.size()) return true;
  std::vector<std::uint64_t> old(seen_.size() * 2);
  old.swap(seen_);
  mask = seen_.size() - 1;
  for (const std::uint64_t value : old) {
    if (value == 0) continue;
    for (at = mix(value & ~std::uint64_t{0xFF}) & mask; seen_[at] != 0;) at = (at + 1) & mask;
    seen_[at] = value;
  }
  return true;
}

void Accumulator::keep_evidence(const Sighting& sighting, std::uint16_t rule) {
  if (!wants_evidence(sighting.source, rule)) return;
  samples_.push_back({.source = sighting.source,
                      .rule = rule,
                      .place = sighting.place,
                      .time_us = sighting.time_us,
                      .text = evidence_text(sighting)});
}

std::vector<Block> Accumulator::take() {
  std::vector<Key> keys(entries_.size());
  for (std::size_t i = 0; i < entries_.size(); ++i)
    keys[i] = {std::uint64_t{entries_[i].source} << 32 | entries_[i].minute, static_cast<std::uint32_t>(i)};
  if (!keys.empty()) radix_sort(keys);
  std::sort(further_.begin(), further_.end());
  further_.erase(std::unique(further_.begin(), further_.end()), further_.end());
  CellWriter writer;
  std::vector<Ipv4> targets;
  for (std::size_t i = 0; i < keys.size();) {
    std::size_t end = i + 1;
    while (end < keys.size() && keys[end].order == keys[i].order) ++end;
    if (end > i + 1) {
      std::sort(keys.begin() + static_cast<std::ptrdiff_t>(i), keys.begin() + static_cast<std::ptrdiff_t>(end),
                [&](const Key& a, const Key& b) { return entries_[a.entry].tag < entries_[b.entry].tag; });
    }
    for (; i < end; ++i) {
      const Entry& entry = entries_[keys[i].entry];
      targets.clear();
      if (entry.first_us & one_target) targets.push_back(entry.target);
      if (entry.first_us & more_targets) {
        auto at = std::lower_bound(further_.begin(), further_.end(), Further{keys[i].entry, 0});
        for (; at != further_.end() && at->entry == keys[i].entry; ++at) targets.push_back(at->target);
        std::sort(targets.begin(), targets.end());
      }
      SightingCell cell;
      cell.source = entry.source;
      cell.minute = entry.minute;
      cell.tag = entry.tag;
      cell.sightings = static_cast<std::uint64_t>(std::int64_t{static_cast<std::int32_t>(entry.sightings)});
      cell.packets = entry.packets;
      cell.targets = entry.targets;
      cell.first_us = entry.first_us & time_mask;
      cell.last_us = entry.last_us;
      if (!cell.nothing_left()) writer.add(cell, targets);
    }
  }
  std::vector<Block> blocks = writer.take();
  std::sort(samples_.begin(), samples_.end(), [](const EvidenceSample& a, const EvidenceSample& b) {
    return std::tie(a.source, a.rule, a.place) < std::tie(b.source, b.rule, b.place);
  });
  for (Block& block : evidence_blocks(samples_)) blocks.push_back(std::move(block));
  entries_.clear();
  further_.clear();
  samples_.clear();
  std::fill(slots_.begin(), slots_.end(), 0);
  // Of whom there are samples may be forgotten at any time: later samples are dropped when blocks are merged.
  if (seen_used_ > most_seen) {
    std::fill(seen_.begin(), seen_.end(), 0);
    seen_used_ = 0;
  }
  return blocks;
}

}  // namespace secondwave
