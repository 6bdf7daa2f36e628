#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "ingest/zeek_json.hpp"
#include "ingest/zeek_tsv.hpp"
#include "pieces.hpp"

namespace secondwave {
namespace {

using namespace ingest_test;
using ::testing::HasSubstr;

std::unique_ptr<Reader> tsv() {
  return make_zeek_tsv_reader({});
}
std::unique_ptr<Reader> json() {
  return make_zeek_json_reader({});
}

const std::string start = "#separator \\x09\n#set_separator\t,\n#empty_field\t(empty)\n#unset_field\t-\n";
const std::string conn_header =
    start +
    "#path\tconn\n#open\t2001-07-19-14-00-00\n"
    "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\tresp_bytes\t"
    "conn_state\tlocal_orig\tlocal_resp\tmissed_bytes\thistory\torig_pkts\torig_ip_bytes\tresp_pkts\tresp_ip_bytes\t"
    "tunnel_parents\n"
    "#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tinterval\tcount\tcount\tstring\tbool\tbool\tcount\t"
    "string\tcount\tcount\tcount\tcount\tset[string]\n";
const std::string syn_only =
    "995551323.486539\tCHhAvV\t192.0.2.1\t1025\t10.0.0.1\t80\ttcp\t-\t3.0\t0\t0\tS0\t-\t-\t0\tS\t3\t144\t0\t0\t-\n";
const std::string slammer =
    "995551324.000000\tCHhAvW\t192.0.2.2\t1026\t10.0.0.1\t1434\tudp\t-\t-\t-\t-\tS0\t-\t-\t0\tD\t1\t404\t0\t0\t-\n";
const std::string ping =
    "995551325.000000\tCHhAvX\t192.0.2.3\t8\t10.0.0.1\t0\ticmp\t-\t-\t-\t-\tOTH\t-\t-\t0\t-\t1\t92\t0\t0\t-\n";
const std::string backscatter =
    "995551326.000000\tCHhAvY\t10.0.0.1\t5000\t192.0.2.4\t80\ttcp\t-\t-\t-\t-\tOTH\t-\t-\t0\t^h\t0\t0\t2\t88\t-\n";
const std::string http_header =
    start +
    "#path\thttp\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\ttrans_depth\tmethod\thost\turi\t"
    "referrer\tversion\tuser_agent\n";
const std::string code_red =
    "995551327.25\tCHhAvZ\t192.0.2.5\t1027\t10.0.0.1\t80\t1\tGET\t-\t/default.ida?NNNN%u9090\t-\t1.0\t-\n";

TEST(ZeekTsv, ConnGivesFlows) {
  const Outcome outcome = read_all(tsv, conn_header + syn_only + slammer + ping + backscatter + "#close\tx\n");
  ASSERT_EQ(outcome.counts.bad, 0U) << outcome.counts.bad_samples[0].why;
  ASSERT_EQ(outcome.seen.size(), 4U);
  EXPECT_EQ(outcome.counts.other, 9U);
  const Sighting& tcp = outcome.seen[0].sighting;
  EXPECT_EQ(tcp.kind, Sighting::Kind::flow);
  EXPECT_EQ(tcp.time_us, 995'551'323'486'539);
  EXPECT_EQ(tcp.source, 0xC0000201U);
  EXPECT_EQ(tcp.target, 0x0A000001U);
  EXPECT_EQ(tcp.source_port, 1025);
  EXPECT_EQ(tcp.target_port, 80);
  EXPECT_EQ(tcp.tcp_flags, 2);
  EXPECT_EQ(tcp.packets, 3U);
  EXPECT_EQ(tcp.targets, 1U);
  EXPECT_EQ(tcp.ip_length, 48);
  EXPECT_EQ(tcp.place, 9U);
  EXPECT_EQ(outcome.seen[1].sighting.ip_length, 404);
  EXPECT_FALSE(outcome.seen[1].sighting.knows(Sighting::flags_known));
  EXPECT_EQ(outcome.seen[2].sighting.target_port, 2048);
  EXPECT_EQ(outcome.seen[2].sighting.source_port, 0);
  const Sighting& answer = outcome.seen[3].sighting;
  EXPECT_EQ(answer.source, 0xC0000204U);
  EXPECT_EQ(answer.source_port, 80);
  EXPECT_EQ(answer.target_port, 5000);
  EXPECT_EQ(answer.tcp_flags, 18);
  EXPECT_EQ(answer.packets, 2U);
  EXPECT_EQ(answer.ip_length, 44);
}

TEST(ZeekTsv, TheHistoryGivesTheOriginatorsFlags) {
  const std::string whole =
      "995551323.4\tC\t192.0.2.1\t1\t10.0.0.1\t80\ttcp\t-\t3.0\t0\t0\tSF\t-\t-\t0\tShADadFfR\t6\t500\t5\t400\t-\n";
  const std::string no_history =
      "995551323.4\tC\t192.0.2.1\t1\t10.0.0.1\t80\ttcp\t-\t3.0\t0\t0\tSF\t-\t-\t0\t-\t-\t-\t-\t-\t-\n";
  const Outcome outcome = read_all(tsv, conn_header + whole + no_history);
  EXPECT_EQ(outcome.seen.at(0).sighting.tcp_flags, 1 + 2 + 4 + 8 + 16);
  EXPECT_FALSE(outcome.seen.at(0).sighting.knows(Sighting::length_known));
  EXPECT_FALSE(outcome.seen.at(1).sighting.knows(Sighting::flags_known));
  EXPECT_EQ(outcome.seen.at(1).sighting.packets, 1U);
}

TEST(ZeekTsv, HttpGivesRequests) {
  const std::string no_version = "995551328\tC\t192.0.2.5\t1027\t10.0.0.1\t80\t1\tGET\t-\t/\t-\t-\t-\n";
  const std::string nothing = "995551328\tC\t192.0.2.5\t1027\t10.0.0.1\t80\t1\t-\t-\t-\t-\t-\t-\n";
  const Outcome outcome = read_all(tsv, http_header + code_red + no_version + nothing);
  ASSERT_EQ(outcome.seen.size(), 3U);
  EXPECT_EQ(outcome.seen[0].text, "GET /default.ida?NNNN%u9090 HTTP/1.0");
  EXPECT_EQ(outcome.seen[0].sighting.kind, Sighting::Kind::request);
  EXPECT_EQ(outcome.seen[0].sighting.packets, 0U);
  EXPECT_EQ(outcome.seen[0].sighting.time_us, 995'551'327'250'000);
  EXPECT_EQ(outcome.seen[1].text, "GET /");
  EXPECT_EQ(outcome.seen[2].text, "");
}

TEST(ZeekTsv, HeadersChangeWithinAFile) {
  const std::string comma =
      "#separator ,\n#unset_field,none\n#path,conn\n#fields,id.orig_h,id.orig_p,id.resp_h,id.resp_p,proto,ts,history\n"
      "192.0.2.9,1,10.0.0.1,22,tcp,2001-07-19T14:00:00.5Z,none\n";
  const std::string dns = start + "#path\tdns\n#fields\tts\tx\n1\t2\n";
  const Outcome outcome = read_all(tsv, conn_header + syn_only + http_header + code_red + dns + comma);
  ASSERT_EQ(outcome.counts.bad, 0U) << outcome.counts.bad_samples[0].why;
  ASSERT_EQ(outcome.seen.size(), 3U);
  EXPECT_EQ(outcome.seen[2].sighting.target_port, 22);
  EXPECT_EQ(outcome.seen[2].sighting.time_us, us("2001-07-19T14:00:00.5Z"));
  EXPECT_FALSE(outcome.seen[2].sighting.knows(Sighting::flags_known));
}

TEST(ZeekTsv, Ipv6AndOtherTransports) {
  const Outcome outcome = read_all(
      tsv, conn_header + "1.5\tC\tfe80::1\t1\tff02::fb\t5353\tudp\t-\t-\t-\t-\tS0\t-\t-\t0\tD\t1\t73\t0\t0\t-\n" +
               "1.5\tC\t192.0.2.1\t0\t10.0.0.1\t0\tunknown_transport\t-\t-\t-\t-\tOTH\t-\t-\t0\t-\t1\t73\t0\t0\t-\n" +
               "1.5\tC\t192.0.2.1\t0\t10.0.0.1\t0\tsctp\t-\t-\t-\t-\tOTH\t-\t-\t0\t-\t1\t73\t0\t0\t-\n" +
               "1.5\tC\t192.0.2.1\t0\t10.0.0.1\t0\t132\t-\t-\t-\t-\tOTH\t-\t-\t0\t-\t1\t73\t0\t0\t-\n\n");
  EXPECT_EQ(outcome.counts.ipv6, 1U);
  EXPECT_EQ(outcome.counts.bad, 1U);  // Zeek writes no "sctp"
  EXPECT_EQ(outcome.counts.other, 8U + 3U);
}

TEST(ZeekTsv, BadRecordsSayWhy) {
  const std::vector<std::pair<std::string, const char*>> rows = {
      {"995551323.4\tC\t192.0.2.1", "missing columns"},
      {"noon\tC\t192.0.2.1\t1\t10.0.0.1\t80\ttcp\t-\t3.0\t0\t0\tSF\t-\t-\t0\tS\t6\t500\t5\t400\t-", "no time"},
      {"1.\tC\t192.0.2.1\t1\t10.0.0.1\t80\ttcp\t-\t3.0\t0\t0\tSF\t-\t-\t0\tS\t6\t500\t5\t400\t-", "no time"},
      {"1\tC\tname\t1\t10.0.0.1\t80\ttcp\t-\t3.0\t0\t0\tSF\t-\t-\t0\tS\t6\t500\t5\t400\t-", "originator"},
      {"1\tC\t192.0.2.1\t1\t-\t80\ttcp\t-\t3.0\t0\t0\tSF\t-\t-\t0\tS\t6\t500\t5\t400\t-", "responder"},
      {"1\tC\t192.0.2.1\t1\t10.0.0.1\t99999\ttcp\t-\t3.0\t0\t0\tSF\t-\t-\t0\tS\t6\t500\t5\t400\t-", "port"},
      {"1\tC\t192.0.2.1\t1\t10.0.0.1\t80\t-\t-\t3.0\t0\t0\tSF\t-\t-\t0\tS\t6\t500\t5\t400\t-", "protocol"},
      {"1\tC\t192.0.2.1\t1\t10.0.0.1\t80\ttcp\t-\t3.0\t0\t0\tSF\t-\t-\t0\tS\t-6\t500\t5\t400\t-", "packets"}};
  for (const auto& [row, why] : rows) {
    const Outcome outcome = read_all(tsv, conn_header + row + "\n");
    ASSERT_EQ(outcome.counts.bad, 1U) << row;
    EXPECT_THAT(outcome.counts.bad_samples.at(0).why, HasSubstr(why));
    EXPECT_EQ(outcome.counts.bad_samples.at(0).place, 9U);
  }
  EXPECT_THAT(read_all(tsv, syn_only).counts.bad_samples.at(0).why, HasSubstr("before any #fields"));
  EXPECT_EQ(read_all(tsv, "#separator two\n").counts.bad, 1U);
}

TEST(ZeekTsv, PiecesDoNotMatter) {
  const std::string bytes = conn_header + syn_only + "rubbish\n" + ping + http_header + code_red + backscatter;
  expect_pieces_do_not_matter(tsv, bytes);
  expect_state_is_checked(tsv, bytes);
  const std::string wide = "#fields\tts" + std::string(5000, '\t') + "id.orig_h\n1\n";
  EXPECT_LT(read_all(tsv, wide).counts.records(), 3U);
  expect_pieces_do_not_matter(tsv, wide, 4);
}

// ---- JSON.

const std::string conn_json =
    R"({"ts":995551323.486539,"uid":"CHhAvV","id.orig_h":"192.0.2.1","id.orig_p":1025,"id.resp_h":"10.0.0.1","id.resp_p":80,"proto":"tcp","duration":3.0,"conn_state":"S0","missed_bytes":0,"history":"S","orig_pkts":3,"orig_ip_bytes":144,"resp_pkts":0,"resp_ip_bytes":0})"
    "\n";
const std::string http_json =
    R"({"_path":"http","ts":"2001-07-19T14:02:07.250000Z","uid":"C","id.orig_h":"192.0.2.5","id.orig_p":1027,"id.resp_h":"10.0.0.1","id.resp_p":80,"trans_depth":1,"method":"GET","uri":"/a\"b\\c?x=\u0041","version":"1.0","tags":[],"nested":{"ts":[1,{"a":2}]}})"
    "\n";

TEST(ZeekJson, SaysWhatTsvSays) {
  const Outcome json_outcome = read_all(json, conn_json);
  Outcome tsv_outcome = read_all(tsv, conn_header + syn_only);
  ASSERT_EQ(json_outcome.seen.size(), 1U);
  tsv_outcome.seen.at(0).sighting.place = 1;
  tsv_outcome.counts.other = 0;
  EXPECT_EQ(difference(json_outcome, tsv_outcome), "");
}

TEST(ZeekJson, TextsAreUnescaped) {
  const Outcome outcome = read_all(json, http_json);
  ASSERT_EQ(outcome.seen.size(), 1U);
  EXPECT_EQ(outcome.seen[0].text, "GET /a\"b\\c?x=A HTTP/1.0");
  EXPECT_EQ(outcome.seen[0].sighting.time_us, us("2001-07-19T14:02:07.25Z"));
}

TEST(ZeekJson, OtherLogsAndBadLines) {
  const Outcome outcome = read_all(
      json,
      R"({"ts":1.0,"uid":"C","id.orig_h":"192.0.2.1","query":"x"})"
      "\n"
      R"({"_path":"weird","ts":1.0,"id.orig_h":"192.0.2.1","conn_state":"S0"})"
      "\n\n"
      R"({"ts":1.0,"id.orig_h":"2001:db8::1","id.orig_p":1,"id.resp_h":"2001:db8::2","id.resp_p":2,"conn_state":"S0"})"
      "\n");
  EXPECT_EQ(outcome.counts.other, 3U);
  EXPECT_EQ(outcome.counts.ipv6, 1U);
  for (const std::string& line :
       {std::string("{"), std::string("[]"), std::string("null"), std::string("{\"ts\":}"), std::string("{\"ts\":1"),
        std::string("{} {}"), std::string("{}x"), std::string("{\"ts\":\"\xFF\"}"), std::string("{\"ts\" 1}"),
        std::string(3000, '['), "{\"ts\":" + std::string(5000, '{'), std::string("{\"id.orig_h\":\"\\q\"}"),
        std::string(10, '\0')}) {
    const Outcome bad = read_all(json, line + "\n");
    EXPECT_EQ(bad.counts.bad, 1U) << line;
    EXPECT_EQ(bad.counts.records(), 1U);
  }
  EXPECT_EQ(read_all(json, "{}\n").counts.other, 1U);
}

TEST(ZeekJson, LinesStandForThemselves) {
  const auto reader = json();
  EXPECT_TRUE(reader->lines_are_independent());
  reader->skip_to_line(77);
  EXPECT_EQ(read_all(*reader, conn_json).seen.at(0).sighting.place, 77U);
}

TEST(ZeekJson, PiecesDoNotMatter) {
  const std::string bytes = conn_json + "{\"ts\":\n" + http_json + "{} x\n" + conn_json;
  expect_pieces_do_not_matter(json, bytes);
  expect_state_is_checked(json, bytes);
}

TEST(Zeek, IsRecognised) {
  EXPECT_EQ(detect_format(conn_header).value(), InputFormat::zeek_tsv);
  EXPECT_EQ(detect_format(conn_json).value(), InputFormat::zeek_json);
  EXPECT_EQ(tsv()->format(), InputFormat::zeek_tsv);
  EXPECT_EQ(json()->format(), InputFormat::zeek_json);
}

}  // namespace
}  // namespace secondwave
