// Scanning, backscatter and forged sources, planted and found; and what looks like them but is not.
#include "signature/behaviour.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <random>

namespace secondwave {
namespace {

using testing::HasSubstr;

constexpr Ipv4 somebody = 0x08080808;
const Surroundings dark{.dark = true};
const Surroundings live{.dark = false};

Sighting tcp(Ipv4 target, std::uint16_t port, std::uint8_t flags) {
  Sighting sighting;
  sighting.protocol = protocol_tcp;
  sighting.target = target;
  sighting.target_port = port;
  sighting.tcp_flags = flags;
  sighting.known = Sighting::target_known | Sighting::ports_known | Sighting::flags_known;
  return sighting;
}

std::string label(const Behaviour& behaviour) {
  return std::string(label_names()[behaviour.label]);
}

/// SYNs to `targets` addresses on each of `ports` ports.
SourceSummary scan(int targets, int ports) {
  SourceSummary summary;
  for (int t = 0; t < targets; ++t) {
    for (int p = 0; p < ports; ++p) {
      summary.add(tcp(0x0B0B4F00 + static_cast<Ipv4>(t), static_cast<std::uint16_t>(20 + p), 2));
    }
  }
  return summary;
}

TEST(Behaviour, FindsAHorizontalScan) {
  const Behaviour found = judge(scan(200, 1), somebody, dark);
  EXPECT_EQ(label(found), "scan");
  EXPECT_THAT(found.reason, HasSubstr("on 1 port "));
  EXPECT_EQ(label(judge(scan(4, 1), somebody, dark)), "scan");
  EXPECT_EQ(label(judge(scan(3, 1), somebody, dark)), "other");
}

TEST(Behaviour, FindsAVerticalScan) {
  const Behaviour found = judge(scan(1, 200), somebody, dark);
  EXPECT_EQ(label(found), "scan");
  EXPECT_THAT(found.reason, HasSubstr("ports of 1 target"));
  EXPECT_EQ(label(judge(scan(1, 15), somebody, live)), "scan");
  EXPECT_EQ(label(judge(scan(1, 14), somebody, live)), "other");
}

TEST(Behaviour, AsksForMoreWhereHostsLive) {
  EXPECT_EQ(label(judge(scan(24, 1), somebody, live)), "other") << "a visitor of a server farm";
  EXPECT_EQ(label(judge(scan(25, 1), somebody, live)), "scan");
}

TEST(Behaviour, FindsBackscatterOfAFlood) {
  // The victim of a SYN flood answers to addresses that were forged: SYN|ACK mostly, some RST, an ICMP message here and
  // there, to many addresses and many ports. By its fan-out alone it would be a scan.
  std::mt19937 random(20010719);
  SourceSummary victim;
  for (int i = 0; i < 500; ++i) {
    const auto target = 0x0B000000 + static_cast<Ipv4>(random() & 0xFFFFFF);
    const auto port = static_cast<std::uint16_t>(1024 + (random() & 0x7FFF));
    victim.add(tcp(target, port, i % 5 == 0 ? 20 : 18));
  }
  Sighting unreachable;
  unreachable.protocol = protocol_icmp;
  unreachable.target_port = 3 * 256 + 3;
  unreachable.known = Sighting::ports_known;
  victim.add(unreachable);
  const Behaviour found = judge(victim, somebody, dark);
  EXPECT_EQ(label(found), "backscatter");
  EXPECT_THAT(found.reason, HasSubstr("SYN|ACK 400, RST 100, ICMP 1"));
  EXPECT_EQ(label(judge(victim, somebody, live)), "backscatter");

  // Half scan, half answers: not backscatter.
  SourceSummary both = victim;
  both.merge(scan(100, 5));
  EXPECT_EQ(label(judge(both, somebody, dark)), "scan");
}

TEST(Behaviour, DoesNotCallOnesOwnConversationBackscatter) {
  SourceSummary server;
  for (int i = 0; i < 20; ++i) server.add(tcp(0x0B0B4F01, static_cast<std::uint16_t>(1024 + i), 18));
  const Behaviour found = judge(server, somebody, live);
  EXPECT_EQ(label(found), "other");
  EXPECT_THAT(found.reason, HasSubstr("may have asked"));
  EXPECT_EQ(label(judge(server, somebody, dark)), "backscatter");
}

TEST(Behaviour, CountsTargetsThatTheRecordDoesNotName) {
  SourceSummary summary;
  Sighting sighting;
  sighting.protocol = protocol_udp;
  sighting.targets = 40;
  summary.add(sighting);
  EXPECT_EQ(label(judge(summary, somebody, live)), "scan");
}

TEST(Behaviour, NothingIsOther) {
  EXPECT_EQ(label(judge({}, somebody, dark)), "other");
}

TEST(Behaviour, FlagsSourcesThatCannotBe) {
  for (const char* address :
       {"0.1.2.3", "10.0.0.1", "100.64.0.1", "127.0.0.1", "169.254.1.1", "172.31.255.255", "192.0.2.1", "192.168.1.1",
        "198.19.0.1", "198.51.100.1", "203.0.113.1", "224.0.0.1", "239.255.255.255", "240.0.0.1", "255.255.255.255"}) {
    EXPECT_TRUE(is_reserved_source(parse_ipv4(address).value())) << address;
  }
  for (const char* address : {"1.0.0.1", "9.255.255.255", "11.0.0.0", "100.128.0.0", "126.255.255.255", "172.32.0.0",
                              "192.0.1.1", "192.167.0.1", "198.20.0.0", "223.255.255.255"}) {
    EXPECT_FALSE(is_reserved_source(parse_ipv4(address).value())) << address;
  }
  const Prefix own[] = {{0x0B0B4F00, 24}};
  const Surroundings here{.dark = true, .own = own};
  EXPECT_EQ(judge(scan(5, 1), somebody, here).spoof, 0);
  EXPECT_EQ(judge(scan(5, 1), 0x0B0B4F07, here).spoof, spoof_own);
  const Behaviour impossible = judge(scan(5, 1), 0xE0000001, here);
  EXPECT_EQ(impossible.spoof, spoof_reserved);
  EXPECT_EQ(label(impossible), "scan") << "the flag does not change what was done";
}

TEST(Crowd, FindsAFloodWithForgedSources) {
  // 20 crowds of uniform sources; at most 1 in 10,000 is missed by chance, so all must be found.
  std::mt19937 random(20010719);
  for (int i = 0; i < 20; ++i) {
    Crowd flood;
    for (std::uint64_t source = 0; source < crowd_sources; ++source) flood.add(static_cast<Ipv4>(random()), 1);
    EXPECT_TRUE(judge_crowd(flood).forged) << judge_crowd(flood).reason;
  }
}

TEST(Crowd, DoesNotTakeRealHostsForForged) {
  // Even hosts spread evenly over all addresses that hosts may have are told from forged ones: nobody comes from the
  // reserved octets.
  std::mt19937 random(20010719);
  Crowd hosts;
  while (hosts.sources < 2 * crowd_sources) {
    const auto address = static_cast<Ipv4>(random());
    if (!is_reserved_source(address)) hosts.add(address, 1);
  }
  EXPECT_FALSE(judge_crowd(hosts).forged) << judge_crowd(hosts).reason;
  Crowd few;
  few.add(1, 1);
  EXPECT_THAT(judge_crowd(few).reason, HasSubstr("too few"));
  Crowd retrying;
  for (std::uint64_t source = 0; source < crowd_sources; ++source) retrying.add(static_cast<Ipv4>(random()), 3);
  EXPECT_THAT(judge_crowd(retrying).reason, HasSubstr("hardly repeat"));
}

}  // namespace
}  // namespace secondwave
