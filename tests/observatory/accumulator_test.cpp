#include "observatory/accumulator.hpp"

#include <gtest/gtest.h>

#include <map>
#include <random>
#include <set>
#include <tuple>

namespace secondwave {
namespace {

using Key = std::tuple<Ipv4, Minute, std::uint64_t>;

std::map<Key, SightingCell> cells_of(const std::vector<Block>& blocks) {
  std::map<Key, SightingCell> cells;
  Key last{};
  for (const Block& block : blocks) {
    if (block.kind != Block::Kind::cells) continue;
    Result<CellCursor> cursor = CellCursor::open(block.bytes, block.items, block.first_source);
    for (;;) {
      const Result<bool> more = cursor->next();
      EXPECT_TRUE(more);
      if (!more || !*more) break;
      const SightingCell& c = cursor->cell();
      const Key key{c.source, c.minute, c.tag};
      EXPECT_TRUE(cells.empty() || last < key);
      last = key;
      cells[key] = c;
    }
  }
  return cells;
}

/// Random sightings against a plain map, over several fillings of the table.
TEST(Accumulator, CountsAsAMapDoes) {
  std::mt19937 random(7);
  const auto below = [&](std::uint32_t n) { return static_cast<std::uint32_t>(random() % n); };
  Accumulator accumulator;
  for (const int n : {1, 100, 60'000}) {
    std::map<Key, SightingCell> expected;
    std::map<Key, std::set<Ipv4>> targets;
    for (int done = 0; done < n;) {
      std::vector<Sighting> sightings;
      std::vector<Verdict> verdicts;
      for (int i = 0; i < 997 && done < n; ++i, ++done) {
        Sighting s;
        s.source = below(2000);
        s.time_us = 1'000'000'000'000'000 + std::int64_t{below(600)} * 1'000'003;
        s.target = below(5);
        s.known = below(4) != 0 ? Sighting::target_known : 0;
        s.packets = below(3);
        s.repeats = below(5) == 0;
        s.targets = s.repeats ? 0 : 1;
        Verdict v{.rule = static_cast<std::uint16_t>(below(2) == 0 ? 3 : Verdict::no_rule)};
        const Key key{s.source, static_cast<Minute>(s.time_us / minute_us), tag_of(s, v, Origin::observed).packed()};
        const auto in_minute = static_cast<std::uint32_t>(s.time_us % minute_us);
        SightingCell& cell = expected.try_emplace(key, SightingCell{.first_us = in_minute}).first->second;
        cell.sightings += s.repeats ? 0 : 1;
        cell.packets += s.packets;
        cell.targets += s.targets;
        cell.first_us = std::min(cell.first_us, in_minute);
        cell.last_us = std::max(cell.last_us, in_minute);
        if (s.knows(Sighting::target_known)) targets[key].insert(s.target);
        sightings.push_back(s);
        verdicts.push_back(v);
      }
      accumulator.add(sightings, verdicts, Origin::observed);
    }
    for (auto& [key, cell] : expected) {
      std::tie(cell.source, cell.minute, cell.tag) = key;
      cell.target_set.assign(targets[key].begin(), targets[key].end());
    }
    EXPECT_EQ(cells_of(accumulator.take()), expected) << n;
    EXPECT_TRUE(accumulator.empty());
  }
}

TEST(Accumulator, BlocksDoNotDependOnTheOrder) {
  std::vector<Sighting> sightings;
  for (std::uint32_t i = 0; i < 5000; ++i)
    sightings.push_back({.time_us = i % 977 * 1'000'000, .text = "x", .place = i, .source = i % 311});
  const std::vector<Verdict> verdicts(sightings.size(), Verdict{.rule = 2});
  Accumulator a;
  a.add(sightings, verdicts, Origin::observed);
  std::vector<Sighting> other = sightings;
  std::stable_sort(other.begin(), other.end(),
                   [](const Sighting& x, const Sighting& y) { return x.source < y.source; });
  Accumulator b;
  b.add(other, verdicts, Origin::observed);
  const auto x = a.take();
  const auto y = b.take();
  ASSERT_EQ(x.size(), y.size());
  for (std::size_t i = 0; i < x.size(); ++i) EXPECT_EQ(x[i].bytes, y[i].bytes);
}

TEST(Accumulator, SaysWhenItIsFull) {
  Accumulator accumulator;
  std::vector<Sighting> sightings(1000);
  const std::vector<Verdict> verdicts(sightings.size());
  std::uint32_t source = 0;
  while (!accumulator.full()) {
    for (Sighting& s : sightings) s.source = source++;
    accumulator.add(sightings, verdicts, Origin::observed);
  }
  EXPECT_GE(source, Accumulator::most_cells);
  EXPECT_EQ(cells_of(accumulator.take()).size(), source);
}

TEST(Accumulator, TagsTellWhatAPacketWas) {
  Sighting s{.source_port = 80,
             .target_port = 4567,
             .protocol = protocol_tcp,
             .known = Sighting::ports_known | Sighting::flags_known};
  s.tcp_flags = 2;
  EXPECT_EQ(tag_of(s, {}, Origin::observed).shape, Shape::syn);
  EXPECT_EQ(tag_of(s, {}, Origin::observed).port, 4567);
  s.tcp_flags = 18;
  EXPECT_EQ(tag_of(s, {}, Origin::observed).shape, Shape::syn_ack);
  EXPECT_EQ(tag_of(s, {}, Origin::observed).port, 80);
  s.simulated = true;
  EXPECT_EQ(tag_of(s, {.rule = 4, .step = 2}, Origin::observed),
            (Tag{.rule = 4, .step = 2, .origin = Origin::simulated}));
}

TEST(Evidence, IsPrintableAndShort) {
  EXPECT_EQ(printable_sample(std::string("a\0\x1b[31m\xff", 8)), "a\\x00\\x1b[31m\\xff");
  EXPECT_EQ(printable_sample(std::string(500, 'x')).size(), 200u);
  EXPECT_LE(printable_sample(std::string(500, '\x90')).size(), 200u);
  Sighting s{.text = "\x04\x01\x01\x01\x90\x90",
             .source_port = 1234,
             .target_port = 1434,
             .ip_length = 404,
             .protocol = protocol_udp};
  s.target = 0xC0000201;
  s.known = Sighting::ports_known | Sighting::length_known | Sighting::target_known;
  EXPECT_EQ(evidence_text(s), "UDP port 1234 to 1434 at 192.0.2.1, 404 bytes");
  s.text = "GET /default.ida?NNN HTTP/1.0\r\nHost: x\r\n";
  EXPECT_EQ(evidence_text(s), "GET /default.ida?NNN HTTP/1.0");
}

}  // namespace
}  // namespace secondwave
