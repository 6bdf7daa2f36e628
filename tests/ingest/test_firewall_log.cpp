#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "ingest/firewall_log.hpp"
#include "net/prefix.hpp"
#include "reading.hpp"

namespace secondwave {
namespace {

using ingest_test::Outcome;
using ingest_test::us;
using testing::HasSubstr;

std::unique_ptr<Reader> firewall_2005() {
  ReaderOptions options;
  options.year = 2005;
  return make_firewall_reader(options);
}

Outcome read(std::string_view text) {
  return ingest_test::read_all(firewall_2005, text);
}

ingest_test::Seen one(std::string_view line) {
  return ingest_test::one_sighting(firewall_2005, line);
}

std::string why_bad(std::string_view line) {
  return ingest_test::why_bad(firewall_2005, line);
}

constexpr const char* syn_packet =
    "IN=br0 PHYSIN=eth0 OUT=br0 PHYSOUT=eth1 SRC=192.0.2.7 DST=198.51.100.9 LEN=64 TOS=0x00 PREC=0x00 TTL=47 ID=17159 "
    "DF "
    "PROTO=TCP SPT=1629 DPT=139 WINDOW=44620 RES=0x00 SYN URGP=0  ";

TEST(FirewallLog, ReadsATcpPacket) {
  const Sighting s = one(std::string("Feb 25 12:11:24 bridge kernel: INBOUND TCP: ") + syn_packet).sighting;
  EXPECT_EQ(s.time_us, us("2005-02-25T12:11:24Z"));
  EXPECT_EQ(to_string_ipv4(s.source), "192.0.2.7");
  EXPECT_EQ(to_string_ipv4(s.target), "198.51.100.9");
  EXPECT_EQ(s.ip_length, 64);
  EXPECT_EQ(s.ip_id, 17159);
  EXPECT_EQ(s.source_port, 1629);
  EXPECT_EQ(s.target_port, 139);
  EXPECT_EQ(s.tcp_window, 44620);
  EXPECT_EQ(s.tcp_flags, 2);
  EXPECT_EQ(s.protocol, protocol_tcp);
  EXPECT_EQ(s.kind, Sighting::Kind::packet);
  EXPECT_EQ(s.known, Sighting::target_known | Sighting::ports_known | Sighting::length_known | Sighting::flags_known |
                         Sighting::ip_id_known | Sighting::window_known);
  EXPECT_EQ(s.packets, 1u);
  EXPECT_EQ(s.targets, 1u);
}

TEST(FirewallLog, ReadsSequenceNumbersAndAllFlags) {
  const Sighting s =
      one("Feb  5 01:02:03 h kernel: [12.5] [UFW BLOCK] IN=eth0 OUT= MAC=00:01 SRC=1.2.3.4 DST=5.6.7.8 LEN=40 TTL=47 "
          "ID=0 PROTO=TCP SPT=1 DPT=2 SEQ=4294967295 ACK=7 WINDOW=0 RES=0x00 CWR ECE URG ACK PSH RST SYN FIN URGP=0 "
          "OPT (020405B4) MARK=0x1")
          .sighting;
  EXPECT_EQ(s.tcp_sequence, 4294967295u);
  EXPECT_EQ(s.tcp_flags, 255);
  EXPECT_EQ(s.time_us, us("2005-02-05T01:02:03Z"));
  EXPECT_TRUE(s.knows(Sighting::sequence_known));
}

TEST(FirewallLog, UdpAndIcmpHeadersDoNotOverwriteTheIpHeader) {
  const Sighting udp =
      one("Feb 25 12:11:24 h kernel: IN=eth0 OUT= SRC=1.2.3.4 DST=5.6.7.8 LEN=404 ID=9 PROTO=UDP SPT=1067 DPT=1434 "
          "LEN=384")
          .sighting;
  EXPECT_EQ(udp.ip_length, 404);
  EXPECT_EQ(udp.target_port, 1434);
  const Sighting echo =
      one("Feb 25 12:11:24 h kernel: IN=eth0 OUT= SRC=1.2.3.4 DST=5.6.7.8 LEN=92 ID=9 PROTO=ICMP TYPE=8 CODE=0 ID=512 "
          "SEQ=7")
          .sighting;
  EXPECT_EQ(echo.ip_id, 9);
  EXPECT_EQ(echo.target_port, 8 * 256);
  EXPECT_TRUE(echo.knows(Sighting::ports_known));
  EXPECT_FALSE(echo.knows(Sighting::sequence_known));
  const Sighting error =
      one("Feb 25 12:11:24 h kernel: IN=eth0 OUT= SRC=1.2.3.4 DST=5.6.7.8 LEN=56 ID=9 PROTO=ICMP TYPE=3 CODE=1 "
          "[SRC=9.9.9.9 DST=8.8.8.8 LEN=48 ID=3 PROTO=TCP SPT=77 DPT=88 ]")
          .sighting;
  EXPECT_EQ(to_string_ipv4(error.source), "1.2.3.4");
  EXPECT_EQ(error.target_port, 3 * 256 + 1);
  EXPECT_EQ(error.protocol, protocol_icmp);
}

TEST(FirewallLog, ReadsASourceWithADotForItsBlank) {
  const Sighting s =
      one("Feb 25 12:11:24 h kernel: IN=eth0 OUT= SRC=1.2.3.4.DST=5.6.7.8 LEN=40 PROTO=TCP SPT=1 DPT=2").sighting;
  EXPECT_EQ(to_string_ipv4(s.source), "1.2.3.4");
  EXPECT_EQ(to_string_ipv4(s.target), "5.6.7.8");
  EXPECT_THAT(why_bad("Feb 25 12:11:24 h kernel: IN=eth0 OUT= SRC=1.2.3.4.5 DST=5.6.7.8 LEN=40 PROTO=TCP"),
              HasSubstr("SRC"));
}

TEST(FirewallLog, FragmentsAndOtherProtocolsHaveNoPorts) {
  const Sighting fragment =
      one("Feb 25 12:11:24 h kernel: IN=eth0 OUT= SRC=1.2.3.4 DST=5.6.7.8 LEN=404 ID=9 FRAG:185 PROTO=UDP").sighting;
  EXPECT_FALSE(fragment.knows(Sighting::ports_known));
  const Sighting igmp = one("Feb 25 12:11:24 h kernel: IN=eth0 OUT= SRC=1.2.3.4 DST=224.0.0.1 LEN=28 PROTO=2").sighting;
  EXPECT_EQ(igmp.protocol, 2);
  const Sighting cut =
      one("Feb 25 12:11:24 h kernel: IN=eth0 OUT= SRC=1.2.3.4 DST=5.6.7.8 LEN=24 PROTO=TCP INCOMPLETE [4 bytes]")
          .sighting;
  EXPECT_EQ(cut.protocol, protocol_tcp);
  EXPECT_FALSE(cut.knows(Sighting::flags_known));
}

TEST(FirewallLog, ReadsEveryTimeStampOfSyslog) {
  const std::string packet = std::string(" host kernel: DROP ") + syn_packet;
  const std::pair<const char*, const char*> stamps[] = {
      {"Feb  5 12:11:24", "2005-02-05T12:11:24Z"},
      {"Feb 05 12:11:24.25", "2005-02-05T12:11:24.25Z"},
      {"Feb  5 2004 12:11:24", "2004-02-05T12:11:24Z"},
      {"Feb  5 12:11:24 2004", "2004-02-05T12:11:24Z"},
      {"<4>Feb  5 12:11:24", "2005-02-05T12:11:24Z"},
      {"2024-02-05T12:11:24.123456+01:00", "2024-02-05T11:11:24.123456Z"},
      {"2024-02-05T12:11:24-0500", "2024-02-05T17:11:24Z"},
      {"2024-02-05T12:11:24Z", "2024-02-05T12:11:24Z"},
      {"2024-02-05T12:11:24", "2024-02-05T12:11:24Z"},
      {"<134>1 2024-02-05T12:11:24.1234567Z", "2024-02-05T12:11:24.123456Z"},
      {"2024-02-05 12:11:24,5", "2024-02-05T12:11:24.5Z"},
  };
  for (const auto& [stamp, utc] : stamps) EXPECT_EQ(one(stamp + packet).sighting.time_us, us(utc)) << stamp;
  for (const char* stamp : {"Fev  5 12:11:24", "Feb 32 12:11:24", "Feb  5 24:11:24", "2024-13-05T12:11:24Z",
                            "2024-02-05T12:11:24+9", "2024-02-05T12:11:24+24:00", "2024-02-05T12:11:24x", "12:11:24",
                            "Feb 5 12:11:24", "<4Feb  5 12:11:24", "0000-02-05T12:11:24Z", "Feb x5 12:11:24"}) {
    EXPECT_EQ(read(stamp + packet).counts.bad, 1u) << stamp;
  }
}

TEST(FirewallLog, OtherLinesOfSyslogAreOther) {
  const Outcome outcome =
      read("Feb 25 12:11:24 host sshd[7]: Failed password\n\nFeb 25 12:11:25 host kernel: MAIN=3\n");
  EXPECT_EQ(outcome.counts.other, 3u);
  EXPECT_EQ(outcome.counts.records(), 3u);
}

TEST(FirewallLog, CountsIpv6Apart) {
  const Outcome outcome = read(
      "Feb 25 12:11:24 h kernel: IN=eth0 OUT= SRC=2001:0db8:0000:0000:0000:0000:0000:0001 "
      "DST=2001:0db8:0000:0000:0000:0000:0000:0002 LEN=64 PROTO=TCP SPT=1 DPT=2 WINDOW=1 RES=0x00 SYN URGP=0\n");
  EXPECT_EQ(outcome.counts.ipv6, 1u);
  EXPECT_EQ(outcome.counts.records(), 1u);
}

TEST(FirewallLog, SaysWhyALineIsBad) {
  const std::string front = "Feb 25 12:11:24 h kernel: IN=eth0 OUT= ";
  EXPECT_THAT(why_bad("rubbish"), HasSubstr("no syslog time stamp: 'rubbish'"));
  EXPECT_THAT(why_bad(front + "SRC=name DST=1.2.3.4 PROTO=TCP"), HasSubstr("SRC"));
  EXPECT_THAT(why_bad(front + "SRC=1.2.3.4 DST=1.2.3 PROTO=TCP"), HasSubstr("DST"));
  EXPECT_THAT(why_bad(front + "SRC=1.2.3.4"), HasSubstr("no DST"));
  EXPECT_THAT(why_bad(front + "SRC=1.2.3.4 DST=1.2.3.4 LEN=40"), HasSubstr("no PROTO"));
  EXPECT_THAT(why_bad(front + "SRC=1.2.3.4 DST=1.2.3.4 LEN=65536 PROTO=TCP"), HasSubstr("LEN"));
  EXPECT_THAT(why_bad(front + "SRC=1.2.3.4 DST=1.2.3.4 ID=x PROTO=TCP"), HasSubstr("ID"));
  EXPECT_THAT(why_bad(front + "SRC=1.2.3.4 DST=1.2.3.4 PROTO=TCP SPT=65536"), HasSubstr("port"));
  EXPECT_THAT(why_bad(front + "SRC=1.2.3.4 DST=1.2.3.4 PROTO=TCP WINDOW=-1"), HasSubstr("WINDOW"));
  EXPECT_THAT(why_bad(front + "SRC=1.2.3.4 DST=1.2.3.4 PROTO=TCP SEQ=4294967296"), HasSubstr("SEQ"));
  EXPECT_THAT(why_bad("Feb 29 12:11:24 h kernel: IN=eth0 SRC=1.2.3.4 DST=1.2.3.4 PROTO=TCP"),
              HasSubstr("no such date"));
  const Outcome outcome =
      ingest_test::read_all([] { return make_firewall_reader({}); }, front + "SRC=1.2.3.4 DST=1.2.3.4 PROTO=TCP");
  EXPECT_THAT(outcome.counts.bad_samples.at(0).why, HasSubstr("--year"));
}

std::string syn_at(const char* time, const char* more = "SPT=7 DPT=80 SEQ=5") {
  return std::string("Feb 25 ") + time + " h kernel: IN=eth0 OUT= SRC=1.2.3.4 DST=5.6.7.8 LEN=48 ID=1 PROTO=TCP " +
         more + " WINDOW=1 RES=0x00 SYN URGP=0\n";
}

TEST(FirewallLog, ARetransmissionIsNoNewTarget) {
  const Outcome outcome =
      read(syn_at("12:00:00") + syn_at("12:00:03") + syn_at("12:00:09") + syn_at("12:00:10", "SPT=8 DPT=80 SEQ=5") +
           syn_at("12:00:10", "SPT=7 DPT=80 SEQ=6") + syn_at("12:02:01") + syn_at("12:02:04"));
  std::vector<bool> repeats;
  std::uint64_t targets = 0;
  for (const auto& seen : outcome.seen) {
    repeats.push_back(seen.sighting.repeats);
    targets += seen.sighting.targets;
    EXPECT_EQ(seen.sighting.packets, 1u);
  }
  EXPECT_EQ(repeats, (std::vector<bool>{false, true, true, false, false, false, true}));
  EXPECT_EQ(targets, 4u);
}

TEST(FirewallLog, PiecesDoNotMatter) {
  std::string text = "Dec 31 23:59:58 h sshd: hello\n";
  for (int i = 0; i < 60; ++i) {
    text +=
        syn_at(("12:0" + std::to_string(i % 10) + ":00").c_str(), ("SPT=" + std::to_string(i % 7) + " DPT=80").c_str());
    if (i % 9 == 0) text += "rubbish\r\n";
    if (i % 20 == 19) text += "Jul 30 00:00:00 h sshd: x\nNov 30 00:00:00 h sshd: x\n";
  }
  ingest_test::expect_pieces_do_not_matter(firewall_2005, text);
}

TEST(FirewallLog, RefusesADamagedState) {
  auto reader = firewall_2005();
  Batch batch;
  reader->read(syn_at("12:00:00") + syn_at("12:00:01", "SPT=9 DPT=9"), true, batch);
  const std::string state = reader->state();
  EXPECT_TRUE(firewall_2005()->restore(state).has_value());
  for (std::size_t size = 0; size < state.size(); ++size)
    EXPECT_FALSE(firewall_2005()->restore(state.substr(0, size)).has_value());
}

TEST(FirewallLog, RealLogOf2005) {
  const auto folder = ingest_test::real_logs();
  if (!folder) GTEST_SKIP() << "the real logs are not here";
  const std::string text = ingest_test::unpacked(*folder / "iptables-feb25-28.syslog.gz");
  EXPECT_EQ(detect_format(text.substr(0, 65536)).value(), InputFormat::firewall);
  const Outcome outcome = read(text);
  std::set<Ipv4> sources, slammer, nachi;
  std::uint64_t slammer_packets = 0;
  for (const auto& seen : outcome.seen) {
    const Sighting& s = seen.sighting;
    sources.insert(s.source);
    if (s.protocol == protocol_udp && s.target_port == 1434 && s.ip_length == 404) {
      slammer.insert(s.source);
      slammer_packets += s.packets;
      EXPECT_FALSE(s.repeats);
    }
    if (s.protocol == protocol_icmp && s.target_port == 8 * 256 && s.ip_length == 92) nachi.insert(s.source);
  }
  EXPECT_EQ(outcome.counts.sightings, 18'822u);
  EXPECT_EQ(outcome.counts.bad, 0u) << outcome.counts.bad_samples[0].why;
  EXPECT_EQ(slammer_packets, 672u);
  EXPECT_EQ(slammer.size(), 180u);
  EXPECT_EQ(nachi.size(), 92u);
  EXPECT_EQ(sources.size(), 3'216u);
  EXPECT_EQ(outcome.counts.first_us, us("2005-02-25T12:11:24Z"));
  EXPECT_EQ(outcome.counts.last_us, us("2005-02-28T23:56:56Z"));
  EXPECT_EQ(ingest_test::difference(outcome, ingest_test::read_in_pieces(firewall_2005, text, 3, 200'000)), "");
}

}  // namespace
}  // namespace secondwave
