#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "ingest/suricata_eve.hpp"
#include "pieces.hpp"

namespace secondwave {
namespace {

using namespace ingest_test;
using ::testing::HasSubstr;

std::unique_ptr<Reader> make() {
  return make_suricata_eve_reader({});
}

std::string event(const std::string& kind, const std::string& rest, const std::string& flow = "17",
                  const std::string& time = "2001-07-19T14:02:07.251547+0100", const std::string& proto = "TCP") {
  return R"({"timestamp":")" + time + R"(","flow_id":)" + flow + R"(,"in_iface":"eth0","event_type":")" + kind +
         R"(","src_ip":"192.0.2.1","src_port":1025,"dest_ip":"10.0.0.1","dest_port":80,"proto":")" + proto + "\"" +
         rest + "}\n";
}

const std::string an_alert =
    R"(,"alert":{"action":"allowed","gid":1,"signature_id":2024056,"rev":4,"signature":"WEB \"ida\" attempt","category":"x","severity":1},"payload":"R0VU")";
const std::string a_request =
    R"(,"tx_id":0,"http":{"hostname":"10.0.0.1","url":"/default.ida?NNN","http_method":"GET","protocol":"HTTP/1.0","status":404})";
const std::string a_flow =
    R"(,"app_proto":"http","flow":{"pkts_toserver":5,"pkts_toclient":3,"bytes_toserver":600,"bytes_toclient":300,"start":"2001-07-19T14:02:05.000000+0100","end":"2001-07-19T14:02:09.000000+0100"},"tcp":{"tcp_flags":"1f","tcp_flags_ts":"1b","tcp_flags_tc":"12"})";

TEST(SuricataEve, Alerts) {
  const Outcome outcome = read_all(make, event("alert", an_alert));
  ASSERT_EQ(outcome.seen.size(), 1U);
  const Sighting& s = outcome.seen[0].sighting;
  EXPECT_EQ(s.kind, Sighting::Kind::alert);
  EXPECT_EQ(s.alert_id, 2024056U);
  EXPECT_EQ(outcome.seen[0].text, "WEB \"ida\" attempt");
  EXPECT_EQ(s.time_us, us("2001-07-19T13:02:07.251547Z"));
  EXPECT_EQ(s.source, 0xC0000201U);
  EXPECT_EQ(s.target, 0x0A000001U);
  EXPECT_EQ(s.source_port, 1025);
  EXPECT_EQ(s.target_port, 80);
  EXPECT_EQ(s.protocol, protocol_tcp);
  EXPECT_EQ(s.known, Sighting::target_known | Sighting::ports_known);
  EXPECT_EQ(s.packets, 1U);
}

/// An alert on a packet of the server of `event`, with more about the flow.
std::string reply_alert(const std::string& more) {
  return R"({"timestamp":"2001-07-19T14:02:07.3Z","flow_id":17,"event_type":"alert","src_ip":"10.0.0.1","src_port":80,)"
         R"("dest_ip":"192.0.2.1","dest_port":1025,"proto":"TCP")" +
         an_alert + more + "}\n";
}

TEST(SuricataEve, AnAlertOnAReplyIsAboutWhoBeganTheFlow) {
  const char* whole_flow = R"(,"flow":{"pkts_toserver":5,"src_ip":"192.0.2.1","dest_ip":"10.0.0.1","src_port":1025})";
  for (const char* more : {R"(,"direction":"to_client")", whole_flow}) {
    const Sighting s = one_sighting(make, reply_alert(more)).sighting;
    EXPECT_EQ(s.source, 0xC0000201U) << more;
    EXPECT_EQ(s.target, 0x0A000001U);
    EXPECT_EQ(s.source_port, 1025);
    EXPECT_EQ(s.target_port, 80);
  }
  // Nothing is turned on a guess, nor twice.
  EXPECT_EQ(one_sighting(make, reply_alert("")).sighting.source, 0x0A000001U);
  EXPECT_EQ(one_sighting(make, event("alert", an_alert + R"(,"direction":"to_server")")).sighting.source, 0xC0000201U);
  const std::string own_flow =
      an_alert + R"(,"direction":"to_client","flow":{"src_ip":"192.0.2.1","dest_ip":"10.0.0.1"})";
  EXPECT_EQ(one_sighting(make, event("alert", own_flow)).sighting.source, 0xC0000201U) << "the flow tells more";
}

TEST(SuricataEve, RequestsAndFlows) {
  const Outcome outcome = read_all(make, event("http", a_request, "1") + event("flow", a_flow, "2"));
  ASSERT_EQ(outcome.seen.size(), 2U);
  EXPECT_EQ(outcome.seen[0].sighting.kind, Sighting::Kind::request);
  EXPECT_EQ(outcome.seen[0].text, "GET /default.ida?NNN HTTP/1.0");
  EXPECT_EQ(outcome.seen[0].sighting.packets, 0U);
  const Sighting& flow = outcome.seen[1].sighting;
  EXPECT_EQ(flow.kind, Sighting::Kind::flow);
  EXPECT_EQ(flow.time_us, us("2001-07-19T13:02:05Z"));
  EXPECT_EQ(flow.packets, 5U);
  EXPECT_EQ(flow.tcp_flags, 0x1B);
  EXPECT_FALSE(flow.repeats);
}

TEST(SuricataEve, OnePacketAndOneFlowAreOneTarget) {
  std::string other_rule = an_alert;
  other_rule.replace(other_rule.find("2024056"), 7, "2003");
  const Outcome outcome = read_all(
      make, event("alert", an_alert) + event("alert", other_rule) + event("http", a_request) + event("flow", a_flow) +
                event("flow", a_flow, "18") + event("flow", a_flow, "0") + event("flow", a_flow, "0"));
  ASSERT_EQ(outcome.seen.size(), 7U);
  std::uint64_t targets = 0;
  std::uint64_t packets = 0;
  for (std::size_t i = 0; i < 4; ++i) {
    targets += outcome.seen[i].sighting.targets;
    packets += outcome.seen[i].sighting.packets;
    EXPECT_EQ(outcome.seen[i].sighting.repeats, i > 0);
  }
  EXPECT_EQ(targets, 1U);
  EXPECT_EQ(packets, 5U);
  EXPECT_FALSE(outcome.seen[4].sighting.repeats);
  EXPECT_FALSE(outcome.seen[6].sighting.repeats);  // 0 is no flow
}

TEST(SuricataEve, IcmpHasTypeAndCode) {
  const std::string ping =
      R"({"timestamp":"2003-08-18T14:02:07.251547Z","event_type":"flow","src_ip":"192.0.2.1","dest_ip":"10.0.0.1","proto":"ICMP","icmp_type":8,"icmp_code":1,"flow":{"pkts_toserver":1}})"
      "\n";
  const Outcome outcome = read_all(make, ping + event("alert", an_alert, "5", "2003-08-18T14:02:07Z", "ICMP"));
  ASSERT_EQ(outcome.seen.size(), 2U);
  EXPECT_EQ(outcome.seen[0].sighting.target_port, 8 * 256 + 1);
  EXPECT_FALSE(outcome.seen[1].sighting.knows(Sighting::ports_known));
}

TEST(SuricataEve, WhatIsNotASighting) {
  const std::string ipv6 =
      R"({"timestamp":"2003-08-18T14:02:07Z","event_type":"flow","src_ip":"2001:db8::1","dest_ip":"2001:db8::2","proto":"TCP"})"
      "\n";
  const Outcome outcome =
      read_all(make, event("dns", "") + event("stats", "") + R"({"event_type":"alert","timestamp":"x"})" + "\n\n" +
                         ipv6 + event("flow", a_flow, "3", "2003-08-18T14:02:07Z", "SCTP") +
                         event("alert", an_alert, "3", "2003-08-18T14:02:07Z", "SCTP") +
                         event("http", a_request, "3", "2003-08-18T14:02:07Z", "SCTP"));
  EXPECT_EQ(outcome.counts.other, 7U);
  EXPECT_EQ(outcome.counts.ipv6, 1U);
  EXPECT_EQ(outcome.counts.bad, 0U);
}

TEST(SuricataEve, BadEventsSayWhy) {
  const std::vector<std::pair<std::string, const char*>> lines = {
      {"{\"timestamp\":1}\n", "no event_type"},
      {"nonsense\n", "not a JSON object"},
      {event("alert", R"(,"alert":17)"), "not a JSON object"},
      {event("alert", R"(,"alert":{"signature":"x"})"), "number of its rule"},
      {event("flow", a_flow, "-3"), "flow_id"},
      {event("http", a_request, "1", "2001-02-30T00:00:00Z"), "no time"},
      {event("http", a_request, "1", "2001-02-03T00:00:00+99:00"), "no time"},
      {event("flow", R"(,"flow":{"pkts_toserver":-1})"), "packets"},
      {R"({"timestamp":"2003-08-18T14:02:07Z","event_type":"flow","src_ip":"a","dest_ip":"b"})"
       "\n",
       "not an address"},
      {R"({"timestamp":"2003-08-18T14:02:07Z","event_type":"flow","src_ip":"1.2.3.4","dest_ip":"1.2.3.4","src_port":1,"dest_port":99999,"proto":"TCP"})"
       "\n",
       "a port"}};
  for (const auto& [line, why] : lines) {
    const Outcome outcome = read_all(make, line);
    ASSERT_EQ(outcome.counts.bad, 1U) << line;
    EXPECT_THAT(outcome.counts.bad_samples.at(0).why, HasSubstr(why));
  }
}

TEST(SuricataEve, PiecesDoNotMatter) {
  std::string bytes;
  for (int i = 0; i < 6; ++i) {
    bytes += event("alert", an_alert, std::to_string(i % 2 + 1)) + event("flow", a_flow, std::to_string(i % 3 + 1));
    bytes += i % 2 == 0 ? "broken{\n" : event("http", a_request);
  }
  expect_pieces_do_not_matter(make, bytes, 10);
  expect_state_is_checked(make, bytes);
}

TEST(SuricataEve, IsRecognised) {
  EXPECT_EQ(detect_format(event("dns", "")).value(), InputFormat::suricata_eve);
  EXPECT_EQ(make()->format(), InputFormat::suricata_eve);
}

}  // namespace
}  // namespace secondwave
