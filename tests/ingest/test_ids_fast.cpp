#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <map>
#include <set>

#include "ingest/ids_fast.hpp"
#include "net/prefix.hpp"
#include "reading.hpp"

namespace secondwave {
namespace {

using ingest_test::Outcome;
using ingest_test::us;
using testing::HasSubstr;

std::unique_ptr<Reader> ids_2005() {
  ReaderOptions options;
  options.year = 2005;
  return make_ids_fast_reader(options);
}

Outcome read(std::string_view text) {
  return ingest_test::read_all(ids_2005, text);
}

ingest_test::Seen one(std::string_view line) {
  return ingest_test::one_sighting(ids_2005, line);
}

std::string why_bad(std::string_view line) {
  return ingest_test::why_bad(ids_2005, line);
}

TEST(IdsFast, ReadsSnort2) {
  const auto seen =
      one("08/01-17:54:00.123456  [**] [1:1256:8] WEB-IIS CodeRed v2 root.exe access [**] [Classification: Web "
          "Application Attack] [Priority: 1] {TCP} 192.0.2.7:1234 -> 198.51.100.9:80\n");
  EXPECT_EQ(seen.sighting.time_us, us("2005-08-01T17:54:00.123456Z"));
  EXPECT_EQ(seen.sighting.alert_id, 1256u);
  EXPECT_EQ(seen.text, "WEB-IIS CodeRed v2 root.exe access");
  EXPECT_EQ(to_string_ipv4(seen.sighting.source), "192.0.2.7");
  EXPECT_EQ(to_string_ipv4(seen.sighting.target), "198.51.100.9");
  EXPECT_EQ(seen.sighting.source_port, 1234);
  EXPECT_EQ(seen.sighting.target_port, 80);
  EXPECT_EQ(seen.sighting.protocol, protocol_tcp);
  EXPECT_EQ(seen.sighting.kind, Sighting::Kind::alert);
  EXPECT_EQ(seen.sighting.known, Sighting::target_known | Sighting::ports_known);
}

TEST(IdsFast, ReadsTheYearsOfEachProgram) {
  const std::string rest = "[**] [1:7:1] MSG [**] [Priority: 0] {TCP} 1.2.3.4:1 -> 5.6.7.8:2";
  EXPECT_EQ(one("08/02/01-17:54:00.000001 " + rest).sighting.time_us, us("2001-08-02T17:54:00.000001Z")) << "snort -y";
  EXPECT_EQ(one("08/02/99-17:54:00.000001 " + rest).sighting.time_us, us("1999-08-02T17:54:00.000001Z"));
  EXPECT_EQ(one("08/02/2001-17:54:00.000001  " + rest).sighting.time_us, us("2001-08-02T17:54:00.000001Z"))
      << "Suricata";
  EXPECT_EQ(one("01/08/02-17:54:00.000001 [**] [1:7:1] \"MSG\" [**] {TCP} 1.2.3.4:1 -> 5.6.7.8:2").sighting.time_us,
            us("2001-08-02T17:54:00.000001Z"))
      << "Snort 3";
  EXPECT_EQ(one("01/08-17:54:00.000001 [**] [1:7:1] \"MSG\" [**] {TCP} 1.2.3.4:1 -> 5.6.7.8:2").text, "MSG");
  EXPECT_EQ(one("08/02-17:54:00 " + rest).sighting.time_us, us("2005-08-02T17:54:00Z"));
}

TEST(IdsFast, ReadsSuricata) {
  const auto udp = one(
      "10/05/2010-10:08:59.667372  [Drop] [**] [1:2009187:4] ET WEB {x} [**] [Classification: a] [Priority: 3] {UDP} "
      "1.2.3.4:51 -> 5.6.7.8:1434");
  EXPECT_EQ(udp.sighting.alert_id, 2009187u);
  EXPECT_EQ(udp.sighting.target_port, 1434);
  const auto icmp =
      one("10/05/2010-10:08:59.667372  [**] [1:7:4] PING [**] [Priority: 3] {ICMP} 1.2.3.4:3 -> 5.6.7.8:1");
  EXPECT_EQ(icmp.sighting.target_port, 3 * 256 + 1);
  EXPECT_EQ(icmp.sighting.source_port, 0);
  EXPECT_EQ(icmp.sighting.protocol, protocol_icmp);
}

TEST(IdsFast, ReadsSyslog) {
  const auto echo =
      one("Feb 25 12:21:33 bastion snort: [1:483:5] ICMP PING CyberKit 2.2 Windows [Classification: Misc activity] "
          "[Priority: 3]: {ICMP} 192.0.2.7 -> 11.11.79.100\n");
  EXPECT_EQ(echo.text, "ICMP PING CyberKit 2.2 Windows");
  EXPECT_EQ(echo.sighting.alert_id, 483u);
  EXPECT_EQ(echo.sighting.known, Sighting::target_known);
  const auto other =
      one("2005-02-25T13:09:37+01:00 bastion snort[77]: [ID 702911 auth.alert] [111:2:1] (spp_stream4) possible "
          "EVASIVE RST "
          "detection {PROTO:047} 192.0.2.7:3068 -> 11.11.79.87:80");
  EXPECT_EQ(other.text, "(spp_stream4) possible EVASIVE RST detection");
  EXPECT_EQ(other.sighting.alert_id, 0u) << "the numbers of other generators mean something else";
  EXPECT_EQ(other.sighting.protocol, 47);
  EXPECT_EQ(other.sighting.time_us, us("2005-02-25T12:09:37Z"));
}

TEST(IdsFast, TellsOtherLinesAndIpv6) {
  const Outcome outcome = read(
      "Feb 25 12:21:33 bastion snort: Initialization complete\n\n"
      "Feb 25 12:21:33 bastion snort: [100:1:1] spp_portscan: PORTSCAN DETECTED from 192.0.2.7\n"
      "Feb 25 12:21:33 bastion suricata: [1:7:1] a [Priority: 3] {TCP} 2001:db8::1:123 -> 2001:db8::2:80\n"
      "02/25-12:21:33.000000 [**] [1:7:1] a [**] {UDP} fe80::1 -> ff02::16\n");
  EXPECT_EQ(outcome.counts.other, 3u);
  EXPECT_EQ(outcome.counts.ipv6, 2u);
  EXPECT_EQ(outcome.counts.records(), 5u);
}

TEST(IdsFast, SaysWhyALineIsBad) {
  EXPECT_THAT(why_bad("rubbish"), HasSubstr("no time stamp"));
  EXPECT_THAT(why_bad("08/01-17:54:00.123456 no mark"), HasSubstr("generator:rule:revision"));
  EXPECT_THAT(why_bad("08/01-17:54:00.123456 [**] [1:4294967296:1] a {TCP} 1.2.3.4:1 -> 5.6.7.8:2"),
              HasSubstr("generator"));
  EXPECT_THAT(why_bad("08/32-17:54:00.123456 [**] [1:7:1] a {TCP} 1.2.3.4:1 -> 5.6.7.8:2"), HasSubstr("no such date"));
  EXPECT_THAT(why_bad("08/01-17:54:00.123456 [**] [1:7:1] a {TCP} host:1 -> 5.6.7.8:2"), HasSubstr("addresses"));
  EXPECT_THAT(why_bad("08/01-17:54:00.123456 [**] [1:7:1] a {TCP} 1.2.3.4:1 -> 5.6.7.8:65536"), HasSubstr("addresses"));
  EXPECT_THAT(why_bad("08/01-17:54:00.12 [**] [1:7:1] a {TCP} 1.2.3.4:1 -> 5.6.7.8:2"), HasSubstr("time"));
  EXPECT_THAT(why_bad("08/01/123-17:54:00.123456 [**] [1:7:1] a {TCP} 1.2.3.4:1 -> 5.6.7.8:2"), HasSubstr("time"));
  EXPECT_THAT(why_bad("08/01-25:54:00.123456 [**] [1:7:1] a {TCP} 1.2.3.4:1 -> 5.6.7.8:2"), HasSubstr("time"));
  EXPECT_THAT(why_bad("08/01-17:54:00x123456 [**] [1:7:1] a {TCP} 1.2.3.4:1 -> 5.6.7.8:2"), HasSubstr("time"));
  const Outcome outcome = ingest_test::read_all([] { return make_ids_fast_reader({}); },
                                                "08/01-17:54:00.123456 [**] [1:7:1] a {TCP} 1.2.3.4:1 -> 5.6.7.8:2");
  EXPECT_THAT(outcome.counts.bad_samples.at(0).why, HasSubstr("--year"));
}

std::string alert(const char* time, int rule, const char* addresses = "1.2.3.4:1067 -> 5.6.7.8:1434") {
  return std::string("Feb 25 ") + time + " b snort: [1:" + std::to_string(rule) + ":1] m [Priority: 2]: {UDP} " +
         addresses + "\n";
}

std::vector<bool> repetitions(std::string_view text) {
  std::vector<bool> repeats;
  for (const auto& seen : read(text).seen) {
    repeats.push_back(seen.sighting.repeats);
    EXPECT_EQ(seen.sighting.packets, seen.sighting.repeats ? 0u : 1u);
    EXPECT_EQ(seen.sighting.targets, seen.sighting.repeats ? 0u : 1u);
  }
  return repeats;
}

TEST(IdsFast, AlertsAboutOnePacketAreOneSighting) {
  using Repeats = std::vector<bool>;
  EXPECT_EQ(repetitions(alert("12:00:00", 2003) + alert("12:00:00", 2004) + alert("12:00:00", 2050)),
            (Repeats{false, true, true}));
  EXPECT_EQ(repetitions(alert("12:00:00", 2003) + alert("12:00:04", 2004) + alert("12:00:06", 2050)),
            (Repeats{false, true, false}))
      << "syslog stamps lines when they arrive";
  EXPECT_EQ(repetitions(alert("12:00:00", 2003) + alert("12:00:00", 2004, "1.2.3.4:1068 -> 5.6.7.8:1434")),
            (Repeats{false, false}));
  const std::string bare = "08/01-17:54:00.123456 [**] [1:1:1] m [**] {TCP} 1.2.3.4:1 -> 5.6.7.8:2\n";
  EXPECT_EQ(repetitions(bare + "08/01-17:54:00.123456 [**] [1:2:1] m [**] {TCP} 1.2.3.4:1 -> 5.6.7.8:2\n" +
                        "08/01-17:54:00.123457 [**] [1:3:1] m [**] {TCP} 1.2.3.4:1 -> 5.6.7.8:2\n"),
            (Repeats{false, true, false}))
      << "its own stamps are the packet's";
}

TEST(IdsFast, TheSameRuleTwiceIsTwoPackets) {
  using Repeats = std::vector<bool>;
  const auto of_rules = [](const std::vector<int>& rules) {
    std::string text;
    for (const int rule : rules) text += alert("12:00:00", rule);
    return repetitions(text);
  };
  EXPECT_EQ(of_rules({1, 2, 1, 2}), (Repeats{false, true, false, true}));
  EXPECT_EQ(of_rules({1, 1, 2, 2}), (Repeats{false, false, true, true}));
  EXPECT_EQ(of_rules({2, 1, 1, 2}), (Repeats{false, true, false, true}));
  EXPECT_EQ(of_rules({1, 1, 2, 2, 2}), (Repeats{false, false, true, true, false}));
}

TEST(IdsFast, AFloodIsBounded) {
  std::string text;
  for (int i = 0; i < 70'000; ++i) text += alert("12:00:00", i % 2 == 0 ? 1 : i);
  auto reader = ids_2005();
  Batch batch;
  reader->read(text, true, batch);
  EXPECT_EQ(batch.counts.sightings, 70'000u);
  EXPECT_LE(reader->state().size(), Reader::longest_state);
  EXPECT_TRUE(ids_2005()->restore(reader->state()).has_value());
}

TEST(IdsFast, PiecesDoNotMatter) {
  std::string text;
  for (int i = 0; i < 50; ++i) {
    text += alert(("12:0" + std::to_string(i / 10) + ":00").c_str(), i % 4);
    if (i % 9 == 0) text += "rubbish\r\n12/31-23:59:59.999999 [**] [1:7:1] \"a\" [**] {TCP} 1.2.3.4:1 -> 5.6.7.8:2\n";
  }
  ingest_test::expect_pieces_do_not_matter(ids_2005, text);
  auto reader = ids_2005();
  Batch batch;
  reader->read(text, true, batch);
  const std::string state = reader->state();
  for (std::size_t size = 0; size < state.size(); ++size)
    EXPECT_FALSE(ids_2005()->restore(state.substr(0, size)).has_value());
}

TEST(IdsFast, RealLogOf2005) {
  const auto folder = ingest_test::real_logs();
  if (!folder) GTEST_SKIP() << "the real logs are not here";
  const std::string text = ingest_test::unpacked(*folder / "snort-feb25-28.syslog.gz");
  EXPECT_EQ(detect_format(text.substr(0, 65536)).value(), InputFormat::ids_fast);
  const Outcome outcome = read(text);
  std::map<std::uint32_t, int> alerts;
  std::set<Ipv4> sources;
  std::uint64_t packets = 0;
  for (const auto& seen : outcome.seen) {
    const std::uint32_t rule = seen.sighting.alert_id;
    ++alerts[rule];
    if (rule != 2003 && rule != 2004 && rule != 2050) continue;
    packets += seen.sighting.packets;
    sources.insert(seen.sighting.source);
  }
  EXPECT_EQ(outcome.counts.records(), 9'654u);
  EXPECT_EQ(outcome.counts.bad, 0u);
  EXPECT_EQ(alerts[2003], 672);
  EXPECT_EQ(alerts[2004], 672);
  EXPECT_EQ(alerts[2050], 672);
  EXPECT_EQ(packets, 672u) << "one packet, three alerts, one sighting";
  EXPECT_EQ(sources.size(), 180u);
  EXPECT_EQ(ingest_test::difference(outcome, ingest_test::read_in_pieces(ids_2005, text, 3, 100'000)), "");
}

}  // namespace
}  // namespace secondwave
