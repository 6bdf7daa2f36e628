#include "records/cell_block.hpp"

#include <algorithm>
#include <iterator>
#include <tuple>
#include <utility>

#include "records/varint.hpp"

namespace secondwave {
namespace {

// The byte that says which fields of a cell follow; the others have the value that is usual.
enum Flag : std::uint8_t {
  packets_differ = 1,  // from sightings
  targets_differ = 2,  // from sightings
  many_sightings = 4,  // else one
  last_differs = 8,    // from first
  whole_seconds = 16,  // first and last are whole seconds
  one_target = 32,     // the set has one target
  many_targets = 64,   // the set has more: their number follows
  same_tag = 128,      // as the cell before
};

constexpr std::uint32_t second_us = 1'000'000;
constexpr std::size_t evidence_bytes_per_block = std::size_t{64} << 10;

tl::unexpected<Error> broken() {
  return failure(ErrorKind::data, "the store holds a block of counts that cannot be read", {},
                 "the file was damaged or changed: take it from a copy, or read the inputs anew into a new store");
}

auto key_of(const SightingCell& cell) {
  return std::tuple(cell.source, cell.minute, cell.tag);
}

std::int64_t difference(std::uint32_t now, std::uint32_t before) {
  return std::int64_t{now} - std::int64_t{before};
}

}  // namespace

void join(SightingCell& cell, const SightingCell& more) {
  cell.sightings += more.sightings;
  cell.packets += more.packets;
  cell.targets += more.targets;
  cell.first_us = std::min(cell.first_us, more.first_us);
  cell.last_us = std::max(cell.last_us, more.last_us);
  if (more.target_set.empty() || cell.target_set == more.target_set) return;
  std::vector<Ipv4> both;
  both.reserve(cell.target_set.size() + more.target_set.size());
  std::set_union(cell.target_set.begin(), cell.target_set.end(), more.target_set.begin(), more.target_set.end(),
                 std::back_inserter(both));
  cell.target_set = std::move(both);
}

void CellWriter::add(const SightingCell& cell) {
  if (holds_ && key_of(held_) == key_of(cell)) {
    join(held_, cell);
    return;
  }
  if (holds_) {
    SECONDWAVE_REQUIRE(key_of(held_) < key_of(cell));
    if (!held_.nothing_left()) put(held_, held_.target_set);
  }
  held_ = cell;
  holds_ = true;
}

void CellWriter::add(const SightingCell& counts, std::span<const Ipv4> targets) {
  SECONDWAVE_REQUIRE(!holds_);
  put(counts, targets);
}

void CellWriter::put(const SightingCell& counts, std::span<const Ipv4> targets) {
  if (open_.items == 0) {
    open_.first_source = open_.last_source = counts.source;
    open_.first_minute = open_.last_minute = counts.minute;
    previous_minute_ = 0;
    previous_target_ = 0;
  }
  std::uint8_t flags = 0;
  if (tags_.empty() || tags_[last_tag_] != counts.tag) {
    last_tag_ = static_cast<std::size_t>(std::find(tags_.begin(), tags_.end(), counts.tag) - tags_.begin());
    if (last_tag_ == tags_.size()) tags_.push_back(counts.tag);
  } else {
    flags |= same_tag;
  }
  const bool seconds = counts.first_us % second_us == 0 && counts.last_us % second_us == 0;
  const std::uint32_t unit = seconds ? second_us : 1;
  if (seconds) flags |= whole_seconds;
  if (counts.packets != counts.sightings) flags |= packets_differ;
  if (counts.targets != counts.sightings) flags |= targets_differ;
  if (counts.sightings != 1) flags |= many_sightings;
  if (counts.first_us != counts.last_us) flags |= last_differs;
  if (!targets.empty()) flags |= targets.size() == 1 ? one_target : many_targets;
  body_.push_back(static_cast<char>(flags));
  put_varint(body_, counts.source - open_.last_source);
  put_varint(body_, zigzag(difference(counts.minute, previous_minute_)));
  if ((flags & same_tag) == 0) put_varint(body_, last_tag_);
  if (flags & many_sightings) put_varint(body_, counts.sightings);
  if (flags & packets_differ) put_varint(body_, counts.packets);
  if (flags & targets_differ) put_varint(body_, counts.targets);
  put_varint(body_, counts.first_us / unit);
  if (flags & last_differs) put_varint(body_, (counts.last_us - counts.first_us) / unit);
  if (flags & many_targets) put_varint(body_, targets.size());
  for (const Ipv4 target : targets) {
    put_varint(body_, zigzag(difference(target, previous_target_)));
    previous_target_ = target;
  }
  open_.last_source = counts.source;
  open_.first_minute = std::min(open_.first_minute, counts.minute);
  open_.last_minute = std::max(open_.last_minute, counts.minute);
  previous_minute_ = counts.minute;
  if (++open_.items >= cells_per_block) close_block();
}

void CellWriter::close_block() {
  if (open_.items == 0) return;
  put_varint(open_.bytes, tags_.size());
  for (const std::uint64_t tag : tags_) put_varint(open_.bytes, tag);
  open_.bytes += body_;
  blocks_.push_back(std::move(open_));
  open_ = {};
  body_.clear();
  tags_.clear();
  last_tag_ = 0;
}

std::vector<Block> CellWriter::take() {
  if (holds_ && !held_.nothing_left()) put(held_, held_.target_set);
  holds_ = false;
  close_block();
  return std::exchange(blocks_, {});
}

std::vector<Block> CellWriter::take_full() {
  return std::exchange(blocks_, {});
}

Result<CellCursor> CellCursor::open(std::string_view bytes, std::uint64_t items, Ipv4 first_source) {
  CellCursor cursor;
  cursor.at_ = bytes.data();
  cursor.end_ = bytes.data() + bytes.size();
  cursor.left_ = items;
  std::uint64_t tags = 0;
  if (!get_varint(cursor.at_, cursor.end_, tags) || tags == 0 || tags > bytes.size()) return broken();
  cursor.tags_.resize(tags);
  for (std::uint64_t& tag : cursor.tags_) {
    if (!get_varint(cursor.at_, cursor.end_, tag)) return broken();
  }
  cursor.cell_.source = first_source;
  cursor.cell_.tag = cursor.tags_[0];
  return cursor;
}

Result<bool> CellCursor::next() {
  if (left_ == 0) return at_ == end_ ? Result<bool>(false) : broken();
  --left_;
  if (at_ == end_) return broken();
  const auto flags = static_cast<std::uint8_t>(*at_++);
  std::uint64_t source = 0;
  std::uint64_t minute = 0;
  if (!get_varint(at_, end_, source) || !get_varint(at_, end_, minute)) return broken();
  const std::int64_t now = static_cast<std::int64_t>(cell_.minute) + unzigzag(minute & 0x1FFFFFFFFu);
  if (source > 0xFFFFFFFFu - cell_.source || minute > 0x1FFFFFFFFu || now < 0 || now > 0xFFFFFFFFll) return broken();
  cell_.source += static_cast<Ipv4>(source);
  cell_.minute = static_cast<Minute>(now);
  if ((flags & same_tag) == 0) {
    std::uint64_t tag = 0;
    if (!get_varint(at_, end_, tag) || tag >= tags_.size()) return broken();
    cell_.tag = tags_[tag];
  }
  if (!read_counts(flags) || !read_targets(flags)) return broken();
  return true;
}

bool CellCursor::read_counts(std::uint8_t flags) {
  cell_.sightings = 1;
  if ((flags & many_sightings) && !get_varint(at_, end_, cell_.sightings)) return false;
  cell_.packets = cell_.targets = cell_.sightings;
  if ((flags & packets_differ) && !get_varint(at_, end_, cell_.packets)) return false;
  if ((flags & targets_differ) && !get_varint(at_, end_, cell_.targets)) return false;
  std::uint64_t first = 0;
  std::uint64_t longer = 0;
  if (!get_varint(at_, end_, first)) return false;
  if ((flags & last_differs) && !get_varint(at_, end_, longer)) return false;
  const std::uint32_t unit = flags & whole_seconds ? second_us : 1;
  if (first >= minute_us || longer >= minute_us || (first + longer) * unit >= minute_us) return false;
  cell_.first_us = static_cast<std::uint32_t>(first * unit);
  cell_.last_us = static_cast<std::uint32_t>((first + longer) * unit);
  return true;
}

bool CellCursor::read_targets(std::uint8_t flags) {
  cell_.target_set.clear();
  std::uint64_t count = flags & one_target ? 1 : 0;
  if ((flags & many_targets) && !get_varint(at_, end_, count)) return false;
  if (count > static_cast<std::uint64_t>(end_ - at_)) return false;  // each takes a byte at least
  for (std::uint64_t i = 0; i < count; ++i) {
    std::uint64_t coded = 0;
    if (!get_varint(at_, end_, coded) || coded > 0x1FFFFFFFFu) return false;
    const std::int64_t target = std::int64_t{previous_target_} + unzigzag(coded);
    if (target < 0 || target > 0xFFFFFFFFll) return false;
    previous_target_ = static_cast<Ipv4>(target);
    if (i > 0 && previous_target_ <= cell_.target_set.back()) return false;
    cell_.target_set.push_back(previous_target_);
  }
  return true;
}

std::vector<Block> evidence_blocks(std::span<const EvidenceSample> samples) {
  std::vector<Block> blocks;
  Block open{.kind = Block::Kind::evidence};
  const EvidenceSample* before = nullptr;
  std::size_t alike = 0;
  for (const EvidenceSample& sample : samples) {
    const bool same = before != nullptr && before->source == sample.source && before->rule == sample.rule;
    alike = same ? alike + 1 : 1;
    before = &sample;
    if (alike > (sample.rule == Tag::no_rule ? EvidenceSample::without_rule : EvidenceSample::per_rule)) continue;
    const auto minute = static_cast<Minute>(sample.time_us / minute_us);
    if (open.items == 0) {
      open.first_source = open.last_source = sample.source;
      open.first_minute = open.last_minute = minute;
    }
    SECONDWAVE_REQUIRE(sample.source >= open.last_source && sample.text.size() <= EvidenceSample::longest_text);
    put_varint(open.bytes, sample.source);
    put_varint(open.bytes, sample.rule);
    put_varint(open.bytes, sample.place);
    put_varint(open.bytes, zigzag(sample.time_us));
    put_varint(open.bytes, sample.text.size());
    open.bytes += sample.text;
    open.last_source = sample.source;
    open.first_minute = std::min(open.first_minute, minute);
    open.last_minute = std::max(open.last_minute, minute);
    ++open.items;
    if (open.bytes.size() < evidence_bytes_per_block) continue;
    blocks.push_back(std::move(open));
    open = {.kind = Block::Kind::evidence};
  }
  if (open.items > 0) blocks.push_back(std::move(open));
  return blocks;
}

Result<std::vector<EvidenceSample>> read_evidence(std::string_view bytes, std::uint64_t items) {
  std::vector<EvidenceSample> samples;
  const char* at = bytes.data();
  const char* const end = at + bytes.size();
  for (std::uint64_t i = 0; i < items; ++i) {
    std::uint64_t source = 0;
    std::uint64_t rule = 0;
    std::uint64_t place = 0;
    std::uint64_t time = 0;
    std::uint64_t length = 0;
    const bool read = get_varint(at, end, source) && get_varint(at, end, rule) && get_varint(at, end, place) &&
                      get_varint(at, end, time) && get_varint(at, end, length);
    if (!read || source > 0xFFFFFFFFu || rule > 0xFFFFu || length > EvidenceSample::longest_text ||
        length > static_cast<std::uint64_t>(end - at))
      return broken();
    samples.push_back({.source = static_cast<Ipv4>(source),
                       .rule = static_cast<std::uint16_t>(rule),
                       .place = place,
                       .time_us = unzigzag(time),
                       .text = std::string(at, length)});
    at += length;
  }
  if (at != end) return broken();
  return samples;
}

}  // namespace secondwave
