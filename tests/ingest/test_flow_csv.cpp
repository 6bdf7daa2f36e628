#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "ingest/flow_csv.hpp"
#include "pieces.hpp"

namespace secondwave {
namespace {

using namespace ingest_test;
using ::testing::HasSubstr;

std::unique_ptr<Reader> nfdump() {
  return make_nfdump_csv_reader({});
}
std::unique_ptr<Reader> flowtuple() {
  return make_flowtuple_csv_reader({});
}

// As nfdump 1.7.1 of Debian 12 writes it (nfpcapd -r; nfdump -o csv), the columns behind obyt left out.
const std::string header = "ts,te,td,sa,da,sp,dp,pr,flg,fwd,stos,ipkt,ibyt,opkt,obyt\n";
const std::string icmp_row =
    "2001-09-09 01:46:42,2001-09-09 01:46:42,0.000,192.0.2.3,10.0.0.1,0,2048,ICMP,........,0,0,1,40,0,0\n";
const std::string tcp_row =
    "2001-09-09 01:46:40,2001-09-09 01:46:43,3.000,192.0.2.1,10.0.0.1,1024,80,TCP,......S.,0,0,3,144,0,0\n";
const std::string udp_row =
    "2001-09-09 01:46:41.250,2001-09-09 01:46:41,0.000,192.0.2.2,10.0.0.1,1025,1434,UDP,........,0,0,3,1212,0,0\n";
const std::string summary = "Summary\nflows,bytes,packets,avg_bps,avg_pps,avg_bpp\n20,800,20,336,1,40\n";

TEST(NfdumpCsv, FlowsHaveTheirFields) {
  const Outcome outcome = read_all(nfdump, header + icmp_row + tcp_row + udp_row + summary);
  ASSERT_EQ(outcome.seen.size(), 3U);
  EXPECT_EQ(outcome.counts.other, 4U);
  EXPECT_EQ(outcome.counts.bad, 0U);
  const Sighting& icmp = outcome.seen[0].sighting;
  EXPECT_EQ(icmp.protocol, protocol_icmp);
  EXPECT_EQ(icmp.target_port, 8 * 256);
  EXPECT_EQ(icmp.place, 2U);
  EXPECT_FALSE(icmp.knows(Sighting::flags_known));
  const Sighting& tcp = outcome.seen[1].sighting;
  EXPECT_EQ(tcp.kind, Sighting::Kind::flow);
  EXPECT_EQ(tcp.time_us, us("2001-09-09T01:46:40Z"));
  EXPECT_EQ(tcp.source, 0xC0000201U);
  EXPECT_EQ(tcp.target, 0x0A000001U);
  EXPECT_EQ(tcp.source_port, 1024);
  EXPECT_EQ(tcp.target_port, 80);
  EXPECT_EQ(tcp.tcp_flags, 2);
  EXPECT_EQ(tcp.packets, 3U);
  EXPECT_EQ(tcp.targets, 1U);
  EXPECT_EQ(tcp.ip_length, 48);
  EXPECT_EQ(tcp.known, Sighting::target_known | Sighting::ports_known | Sighting::flags_known | Sighting::length_known);
  const Sighting& udp = outcome.seen[2].sighting;
  EXPECT_EQ(udp.time_us, us("2001-09-09T01:46:41.25Z"));
  EXPECT_EQ(udp.ip_length, 404);
}

TEST(NfdumpCsv, TimesAreTheSensors) {
  ReaderOptions options;
  options.local_to_utc = [](const CivilTime& civil) { return to_utc(civil).plus_seconds(5 * 3600); };
  const Outcome outcome = read_all(*make_nfdump_csv_reader(options), header + tcp_row);
  EXPECT_EQ(outcome.seen.at(0).sighting.time_us, us("2001-09-09T06:46:40Z"));
}

TEST(NfdumpCsv, SamplingMultiplies) {
  ReaderOptions options;
  options.sampling = 1000;
  const Outcome outcome = read_all(*make_nfdump_csv_reader(options), header + tcp_row);
  EXPECT_EQ(outcome.seen.at(0).sighting.packets, 3000U);
  EXPECT_EQ(outcome.seen.at(0).sighting.targets, 1000U);
  options.sampling = 0xFFFFFFFF;
  const std::string many = "2001-09-09 01:46:40,x,x,192.0.2.1,10.0.0.1,1,80,TCP,......S.,0,0,1099511627776,0,0,0\n";
  EXPECT_EQ(read_all(*make_nfdump_csv_reader(options), header + many).seen.at(0).sighting.packets,
            std::uint64_t{1} << 53);
}

TEST(NfdumpCsv, TheColumnsOfNewerVersions) {
  const std::string newer = "firstSeen,duration,proto,srcAddr,srcPort,dstAddr,dstPort,packets,bytes,flows\n";
  const Outcome outcome =
      read_all(nfdump, newer + "2001-07-19 14:00:00.123,0.000,UDP,192.0.2.1,1025,10.0.0.1,1434,1,404,1\n" +
                           "2001-07-19 14:00:01.123,0.000,ICMP,192.0.2.1,0,10.0.0.1,8.1,1,92,1\n" +
                           "995500000.5,0.000,ICMP,192.0.2.1,0,10.0.0.1,8.999,1,92,1\n");
  ASSERT_EQ(outcome.seen.size(), 2U);
  EXPECT_EQ(outcome.seen[0].sighting.time_us, us("2001-07-19T14:00:00.123Z"));
  EXPECT_EQ(outcome.seen[1].sighting.target_port, 8 * 256 + 1);
  EXPECT_EQ(outcome.counts.bad, 1U);
}

TEST(NfdumpCsv, HeadersMayChangeAndAggregatesHaveNoTarget) {
  const std::string aggregate = "2001-09-09 01:46:56,x,0.000,192.0.2.17,0.0.0.0,0,0,0,........,0,0,1,40,0,0\n";
  const Outcome outcome =
      read_all(nfdump, header + tcp_row + summary + "sa,ts,unknown\nts,x,sa\n995500000.25,y,192.0.2.9\n" + header +
                           aggregate + "No matching flows\n\n");
  ASSERT_EQ(outcome.seen.size(), 3U);
  EXPECT_EQ(outcome.seen[1].sighting.source, 0xC0000209U);
  EXPECT_EQ(outcome.seen[1].sighting.time_us, 995'500'000'250'000);
  EXPECT_EQ(outcome.seen[1].sighting.known, 0);
  EXPECT_FALSE(outcome.seen[2].sighting.knows(Sighting::target_known));
  EXPECT_EQ(outcome.seen[2].sighting.protocol, protocol_unknown);
}

TEST(NfdumpCsv, OtherProtocolsAndIpv6) {
  const Outcome outcome =
      read_all(nfdump, header + "2001-09-09 01:46:42,x,0,192.0.2.3,10.0.0.1,0,0,GRE,........,0,0,1,40\n" +
                           "2001-09-09 01:46:42,x,0,192.0.2.3,10.0.0.1,0,0,OSPF,........,0,0,1,40\n" +
                           "2001-09-09 01:46:42,x,0,2001:db8::1,2001:db8::2,0,0,TCP,........,0,0,1,40\n" +
                           "2001-09-09 01:46:42,x,0,2001:db..8::1,2001:db..8::2,0,0,TCP,........,0,0,1,40\n");
  EXPECT_EQ(outcome.counts.other, 3U);
  EXPECT_EQ(outcome.counts.ipv6, 1U);
  EXPECT_EQ(outcome.counts.bad, 1U);
}

TEST(NfdumpCsv, BadRowsSayWhy) {
  const std::vector<std::pair<std::string, const char*>> rows = {
      {"2001-09-09 01:46:42,x,0,192.0.2.3", "missing columns"},
      {"2001-09-31 01:46:42,x,0,192.0.2.3,10.0.0.1,0,0,TCP,...,0,0,1,40", "no time that exists"},
      {"yesterday,x,0,192.0.2.3,10.0.0.1,0,0,TCP,...,0,0,1,40", "no time that exists"},
      {"2001-09-09 01:46:42,x,0,host.example,10.0.0.1,0,0,TCP,...,0,0,1,40", "source is not an address"},
      {"2001-09-09 01:46:42,x,0,192.0.2.3,host,0,0,TCP,...,0,0,1,40", "target is not an address"},
      {"2001-09-09 01:46:42,x,0,192.0.2.3,10.0.0.1,65536,0,TCP,...,0,0,1,40", "source's port"},
      {"2001-09-09 01:46:42,x,0,192.0.2.3,10.0.0.1,0,-1,TCP,...,0,0,1,40", "target's port"},
      {"2001-09-09 01:46:42,x,0,192.0.2.3,10.0.0.1,0,0,,...,0,0,1,40", "no protocol"},
      {"2001-09-09 01:46:42,x,0,192.0.2.3,10.0.0.1,0,0,TCP,xyz,0,0,1,40", "TCP flags"},
      {"2001-09-09 01:46:42,x,0,192.0.2.3,10.0.0.1,0,0,TCP,...,0,0,99999999999999,40", "too many"}};
  for (const auto& [row, why] : rows) {
    const Outcome outcome = read_all(nfdump, header + row + "\n");
    ASSERT_EQ(outcome.counts.bad, 1U) << row;
    EXPECT_THAT(outcome.counts.bad_samples.at(0).why, HasSubstr(why));
    EXPECT_EQ(outcome.counts.bad_samples.at(0).place, 2U);
  }
  EXPECT_THAT(read_all(nfdump, tcp_row).counts.bad_samples.at(0).why, HasSubstr("before any header"));
}

TEST(NfdumpCsv, PiecesDoNotMatter) {
  const std::string bytes = header + icmp_row + "junk\n" + tcp_row + summary + header + udp_row + std::string(50, '\0');
  expect_pieces_do_not_matter(nfdump, bytes);
  expect_state_is_checked(nfdump, bytes);
}

// ---- FlowTuple.

const std::string version_3 =
    "time,src_ip,dst_ip,src_port,dst_port,protocol,ttl,tcp_flags,ip_len,tcp_synlen,tcp_synwinlen,packet_cnt,is_spoofed,"
    "is_masscan,maxmind_continent,maxmind_country,netacq_continent,netacq_country,prefix2asn\n";

TEST(FlowtupleCsv, Version3) {
  const Outcome outcome = read_all(
      flowtuple, version_3 + "1600000000,3221225985,738197505,40000,23,6,50,2,40,20,1024,3,0,1,NA,US,NA,US,64496\n" +
                     "1600000000,192.0.2.1,44.0.0.1,8,3,1,50,0,28,0,0,1,1,1,NA,US,NA,US,64496\n" +
                     "1600000000,192.0.2.1,44.0.0.1,8,3,47,50,0,28,0,0,1,1,0,NA,US,NA,US,64496\n");
  ASSERT_EQ(outcome.seen.size(), 2U);
  EXPECT_EQ(outcome.counts.other, 2U);
  const Sighting& tcp = outcome.seen[0].sighting;
  EXPECT_EQ(tcp.time_us, 1'600'000'000'000'000);
  EXPECT_EQ(tcp.source, 0xC0000201U);
  EXPECT_EQ(tcp.target, 0x2C000001U);
  EXPECT_EQ(tcp.source_port, 40000);
  EXPECT_EQ(tcp.target_port, 23);
  EXPECT_EQ(tcp.tcp_flags, 2);
  EXPECT_EQ(tcp.tcp_window, 1024);
  EXPECT_EQ(tcp.ip_length, 40);
  EXPECT_EQ(tcp.packets, 3U);
  EXPECT_EQ(outcome.seen[0].text, "is_masscan");
  EXPECT_EQ(outcome.seen[1].sighting.target_port, 8 * 256 + 3);
  EXPECT_EQ(outcome.seen[1].sighting.source_port, 0);
  EXPECT_EQ(outcome.seen[1].text, "is_spoofed is_masscan");
}

TEST(FlowtupleCsv, Version4) {
  const Outcome outcome = read_all(flowtuple,
                                   "time,src_ip,dst_net,dst_port,protocol,packet_cnt,uniq_dst_ips,uniq_pkt_sizes\n"
                                   "2020-09-13T12:26:40,3221225985,738197504,23,6,300,256,1\n"
                                   "1600000000,3221225985,738197504,2048,1,300,256,1\n"
                                   "1600000000,3221225985,738197504,23,6,300,-256,1\n");
  ASSERT_EQ(outcome.seen.size(), 2U);
  const Sighting& tcp = outcome.seen[0].sighting;
  EXPECT_EQ(tcp.time_us, 1'600'000'000'000'000);
  EXPECT_EQ(tcp.packets, 300U);
  EXPECT_EQ(tcp.targets, 256U);
  EXPECT_EQ(tcp.target, 0U);
  EXPECT_EQ(tcp.known, Sighting::ports_known);
  EXPECT_EQ(outcome.seen[1].sighting.target_port, 2048);
  EXPECT_EQ(outcome.counts.bad, 1U);
  EXPECT_EQ(outcome.seen[0].text, "");
}

TEST(FlowtupleCsv, PiecesDoNotMatter) {
  const std::string bytes = "\xEF\xBB\xBF# a comment\n" + version_3 +
                            "1600000000,192.0.2.1,44.0.0.1,8,3,1,50,0x12,28,0,0,1,1,1,NA,US,NA,US,64496\r\nx,y\n";
  EXPECT_EQ(read_all(flowtuple, bytes).seen.size(), 1U);
  expect_pieces_do_not_matter(flowtuple, bytes);
  expect_state_is_checked(flowtuple, bytes);
}

TEST(FlowCsv, IsRecognised) {
  EXPECT_EQ(detect_format(header + tcp_row).value(), InputFormat::nfdump_csv);
  EXPECT_EQ(detect_format("firstSeen,duration,proto,srcAddr\n").value(), InputFormat::nfdump_csv);
  EXPECT_EQ(detect_format(version_3).value(), InputFormat::flowtuple_csv);
  EXPECT_FALSE(detect_format("ts,te\n").has_value());
}

}  // namespace
}  // namespace secondwave
