// Summaries of sources: merged in any order they are the same, and so they come back from a store.
#include "signature/source_summary.hpp"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <limits>
#include <set>

namespace secondwave {
namespace {

Sighting random_sighting() {
  Sighting sighting;
  sighting.kind = *rc::gen::element(Sighting::Kind::request, Sighting::Kind::packet, Sighting::Kind::flow);
  sighting.protocol = *rc::gen::element<std::uint8_t>(0, 1, 6, 17, 47);
  sighting.known = *rc::gen::arbitrary<std::uint8_t>();
  sighting.tcp_flags = *rc::gen::inRange<std::uint8_t>(0, 32);
  sighting.time_us = *rc::gen::inRange<std::int64_t>(-1'000'000'000, 1'000'000'000);
  sighting.target = *rc::gen::inRange<std::uint32_t>(0, 60);
  sighting.target_port = *rc::gen::inRange<std::uint16_t>(0, 4000);
  sighting.packets = *rc::gen::inRange<std::uint64_t>(0, 5);
  sighting.repeats = *rc::gen::arbitrary<bool>();
  return sighting;
}

RC_GTEST_PROP(SourceSummary, MergesInAnyOrderAndSurvivesAStore, ()) {
  SourceSummary parts[3];
  SourceSummary whole;
  const int count = *rc::gen::inRange(0, 100);
  for (int i = 0; i < count; ++i) {
    const Sighting sighting = random_sighting();
    parts[*rc::gen::inRange(0, 3)].add(sighting);
    whole.add(sighting);
  }
  SourceSummary forward;
  SourceSummary backward;
  for (int i = 0; i < 3; ++i) {
    forward.merge(SourceSummary::from_bytes(parts[i].to_bytes()).value());
    backward.merge(parts[2 - i]);
  }
  RC_ASSERT(forward == whole);
  RC_ASSERT(backward == whole);
  RC_ASSERT(whole.to_bytes().size() <= 600u);
}

TEST(SourceSummary, TellsPacketsApart) {
  const auto counted = [](std::uint8_t protocol, std::uint8_t flags, std::uint16_t port, std::uint8_t known) {
    Sighting sighting;
    sighting.protocol = protocol;
    sighting.tcp_flags = flags;
    sighting.target_port = port;
    sighting.known = known;
    SourceSummary summary;
    summary.add(sighting);
    EXPECT_EQ(summary.all_kinds(), 1u);
    return summary;
  };
  constexpr auto flags = Sighting::flags_known;
  constexpr auto ports = Sighting::ports_known;
  EXPECT_EQ(counted(protocol_tcp, 2, 80, flags).syn, 1u);
  EXPECT_EQ(counted(protocol_tcp, 18, 80, flags).syn_ack, 1u);
  EXPECT_EQ(counted(protocol_tcp, 4, 80, flags).rst, 1u);
  EXPECT_EQ(counted(protocol_tcp, 20, 80, flags).rst, 1u);
  EXPECT_EQ(counted(protocol_tcp, 16, 80, flags).other_tcp, 1u);
  EXPECT_EQ(counted(protocol_tcp, 3, 80, flags).other_tcp, 1u) << "SYN and FIN";
  EXPECT_EQ(counted(protocol_tcp, 2, 80, ports).other_tcp, 1u) << "flags that are not told";
  EXPECT_EQ(counted(protocol_udp, 0, 53, ports).udp, 1u);
  EXPECT_EQ(counted(protocol_icmp, 0, 8 * 256, ports).icmp_asks, 1u);
  EXPECT_EQ(counted(protocol_icmp, 0, 3 * 256 + 1, ports).icmp_answers, 1u);
  EXPECT_EQ(counted(protocol_icmp, 0, 0, ports).icmp_answers, 1u);
  EXPECT_EQ(counted(protocol_icmp, 0, 9 * 256, ports).rest, 1u) << "router advertisement";
  EXPECT_EQ(counted(protocol_icmp, 0, 8 * 256, 0).rest, 1u);
}

TEST(SourceSummary, RepeatsAddPacketsOnly) {
  Sighting sighting;
  sighting.protocol = protocol_tcp;
  sighting.tcp_flags = 2;
  sighting.known = Sighting::target_known | Sighting::ports_known | Sighting::flags_known;
  SourceSummary summary;
  summary.add(sighting);
  sighting.repeats = true;
  sighting.target = 9;
  summary.add(sighting);
  EXPECT_EQ(summary.sightings, 1u);
  EXPECT_EQ(summary.packets, 2u);
  EXPECT_EQ(summary.targets.count(), 1u);
  EXPECT_LE(summary.to_bytes().size(), 40u);
}

TEST(SourceSummary, SumsStopAtTheirEnd) {
  SourceSummary summary;
  Sighting sighting;
  sighting.packets = std::numeric_limits<std::uint64_t>::max();
  summary.add(sighting);
  summary.add(sighting);
  EXPECT_EQ(summary.packets, std::numeric_limits<std::uint64_t>::max());
}

TEST(SourceSummary, RefusesForeignBytes) {
  SourceSummary summary;
  Sighting sighting;
  sighting.known = Sighting::target_known;
  for (std::uint32_t i = 0; i < 40; ++i) {
    sighting.target = i;
    summary.add(sighting);
  }
  const std::string good = summary.to_bytes();
  EXPECT_TRUE(SourceSummary::from_bytes(good).has_value());
  for (std::size_t cut = 0; cut < good.size(); ++cut) {
    EXPECT_FALSE(SourceSummary::from_bytes(good.substr(0, cut)).has_value()) << cut;
  }
  EXPECT_FALSE(SourceSummary::from_bytes(good + "x").has_value());
  EXPECT_FALSE(SourceSummary::from_bytes("\x02" + good.substr(1)).has_value());
  EXPECT_FALSE(SourceSummary::from_bytes(std::string(1, '\x01') + std::string(100, '\xFF')).has_value());
}

TEST(DistinctSketch, IsExactBelowItsSizeAndCloseAbove) {
  // The null hypothesis is a relative standard error of 1 / sqrt(30) = 18%; 4 of these make 0.73. One in 16,000 sets of
  // keys would fail, and these keys are fixed.
  for (const std::uint32_t distinct : {0u, 1u, 4u, 31u, 32u, 100u, 1000u, 100'000u}) {
    DistinctSketch sketch;
    for (int again = 0; again < 2; ++again) {
      for (std::uint32_t i = 0; i < distinct; ++i) sketch.add(0x0A000000 + i);
    }
    EXPECT_EQ(sketch.exact(), distinct < DistinctSketch::exact_below);
    if (distinct < DistinctSketch::exact_below) {
      EXPECT_EQ(sketch.count(), distinct);
    } else {
      EXPECT_NEAR(static_cast<double>(sketch.count()), distinct, 0.73 * distinct);
    }
  }
}

TEST(DistinctSketch, PairsAreNotSums) {
  DistinctSketch sketch;
  for (std::uint32_t i = 0; i < 5; ++i) {
    for (std::uint16_t port = 0; port < 5; ++port) sketch.add_pair(i, port);
  }
  EXPECT_EQ(sketch.count(), 25u);
}

}  // namespace
}  // namespace secondwave
