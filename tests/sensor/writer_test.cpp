#include "sensor/writer.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace secondwave {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::vector<Ipv4> two_sources{0xCB007101, 0xCB007102};

/// Two sightings, the first with a repeated packet.
std::string written(WrittenFormat format, const char* worm) {
  const std::vector<SeenTarget> targets{
      {.time_us = 1'500'000, .last_us = 4'500'000, .luck = 0x0123456789ABCDEF, .address = 1, .target = 7, .packets = 2},
      {.time_us = 2'000'001, .last_us = 2'000'001, .luck = 0xFEDCBA9876543210, .address = 0, .target = 255}};
  const std::vector<SeenPacket> packets{{1'500'000, 0, 0}, {2'000'001, 1, 0}, {4'500'000, 0, 1}};
  const auto writer = make_sensor_writer(format, {.start = to_utc({2001, 7, 19, 10, 0, 0}),
                                                  .sensor = "dark net",
                                                  .sources = two_sources,
                                                  .first_target = *first_written_target(256),
                                                  .worm = find_appearance(worm)});
  std::string out;
  writer->begin(out);
  writer->add(targets, packets, out);
  writer->end(out);
  return out;
}

TEST(Writer, ApacheWritesALineASighting) {
  EXPECT_EQ(written(WrittenFormat::apache, "code-red-1"),
            "203.0.113.2 - - [19/Jul/2001:10:00:01 +0000] \"GET /default.ida?NNNNNNNN HTTP/1.0\" 404 283 \"-\" "
            "\"simulated by secondwave\"\n"
            "203.0.113.1 - - [19/Jul/2001:10:00:02 +0000] \"GET /default.ida?NNNNNNNN HTTP/1.0\" 404 283 \"-\" "
            "\"simulated by secondwave\"\n");
}

TEST(Writer, IisWritesARowASighting) {
  EXPECT_EQ(written(WrittenFormat::iis, "code-red-2"),
            "#Software: Microsoft Internet Information Services 5.0 (simulated by secondwave)\r\n"
            "#Version: 1.0\r\n"
            "#Date: 2001-07-19 10:00:00\r\n"
            "#Fields: date time c-ip s-ip s-port cs-method cs-uri-stem cs-uri-query sc-status cs-version\r\n"
            "2001-07-19 10:00:01 203.0.113.2 192.0.2.7 80 GET /default.ida XXXXXXXX 404 HTTP/1.0\r\n"
            "2001-07-19 10:00:02 203.0.113.1 192.0.2.255 80 GET /default.ida XXXXXXXX 404 HTTP/1.0\r\n");
}

TEST(Writer, IptablesWritesALineAPacket) {
  const std::string text = written(WrittenFormat::iptables, "blaster");
  EXPECT_THAT(text, testing::StartsWith(
                        "Jul 19 10:00:01 dark-net kernel: simulated by secondwave IN=eth0 OUT= SRC=203.0.113.2 "
                        "DST=192.0.2.7 LEN=48 TOS=0x00 PREC=0x00 TTL=113 ID=52719 DF PROTO=TCP SPT=3163 DPT=135 SEQ="));
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 3);
  EXPECT_THAT(written(WrittenFormat::iptables, "slammer"), HasSubstr("LEN=404 TOS=0x00 PREC=0x00 TTL=113 ID=52719 "
                                                                     "PROTO=UDP SPT=3163 DPT=1434 LEN=384\n"));
  EXPECT_THAT(written(WrittenFormat::iptables, "nachi"), HasSubstr("PROTO=ICMP TYPE=8 CODE=0\n"));
}

TEST(Writer, ZeekWritesARowASighting) {
  const std::string text = written(WrittenFormat::zeek, "mirai");
  EXPECT_THAT(text, testing::StartsWith("#separator \\x09\n"));
  EXPECT_THAT(text, HasSubstr("\n#simulated by secondwave\n"));
  EXPECT_THAT(text, HasSubstr("\n995536801.500000\tC"));
  EXPECT_THAT(text,
              HasSubstr("\t203.0.113.2\t3163\t192.0.2.7\t23\ttcp\t-\t3.000000\t-\t-\tS0\t-\t-\t0\tS\t2\t80\t0\t0"));
  EXPECT_THAT(text, HasSubstr("\t192.0.2.255\t23\ttcp\t-\t-\t-\t-\tS0\t-\t-\t0\tS\t1\t40\t0\t0\t-\n"));
  EXPECT_THAT(text, testing::EndsWith("#close\t2001-07-19-10-00-02\n"));
}

std::uint32_t be16(const std::string& bytes, std::size_t at) {
  const auto byte = [&](std::size_t i) { return std::uint32_t{static_cast<unsigned char>(bytes[i])}; };
  return byte(at) << 8 | byte(at + 1);
}

/// The ones' complement sum over [from, until), folded: 0xFFFF where the checksum within is right.
std::uint32_t folded(const std::string& bytes, std::size_t from, std::size_t until, std::uint32_t sum = 0) {
  for (; from < until; from += 2) sum += be16(bytes, from);
  while (sum > 0xFFFF) sum = (sum & 0xFFFF) + (sum >> 16);
  return sum;
}

TEST(Writer, CapturesHoldHeadersWithRightChecksums) {
  const std::string text = written(WrittenFormat::pcap, "code-red-1");
  EXPECT_EQ(text.substr(0, 4), "\x0A\x0D\x0D\x0A");
  EXPECT_THAT(text, HasSubstr("simulated by secondwave"));
  const std::size_t one = 28 + 48 + 4;
  const std::size_t first = text.size() - 3 * one;
  EXPECT_EQ(text.substr(first, 8), std::string("\x06\0\0\0\x50\0\0\0", 8));
  for (std::size_t i = 0; i < 3; ++i) {
    const std::size_t ip = first + i * one + 28;
    EXPECT_EQ(be16(text, ip), 0x4500u);
    EXPECT_EQ(folded(text, ip, ip + 20), 0xFFFFu);
    const std::uint32_t pseudo = folded(text, ip + 12, ip + 20) + 6 + 28;
    EXPECT_EQ(folded(text, ip + 20, ip + 48, pseudo), 0xFFFFu);
    EXPECT_EQ(be16(text, ip + 22), 80u);
  }
  // The repeated SYN is the same but for its number.
  EXPECT_EQ(text.substr(first + 28 + 12, 16), text.substr(first + 2 * one + 28 + 12, 16));
}

TEST(Writer, NothingOfAPacketButItsHeader) {
  for (const char* worm : {"slammer", "witty", "nachi"}) {
    const std::string text = written(WrittenFormat::pcap, worm);
    const std::size_t one = 28 + 28 + 4;
    for (std::size_t i = 1; i <= 3; ++i) EXPECT_EQ(be16(text, text.size() - i * one + 28), 0x4500u) << worm;
  }
}

/// Written request texts are what signatures look at: none is longer than the longest of Nimda's paths, and none holds
/// more of a worm's buffer than eight letters.
TEST(Writer, RequestsHaveNoPayload) {
  for (const Appearance& worm : appearances()) {
    for (const std::string_view request : worm.requests) {
      EXPECT_LE(request.size(), 90u);
      EXPECT_THAT(std::string(request), Not(HasSubstr("NNNNNNNNN")));
      EXPECT_THAT(std::string(request), Not(HasSubstr("XXXXXXXXX")));
      EXPECT_THAT(std::string(request), Not(HasSubstr("%u")));
    }
  }
}

TEST(Writer, TargetsAreForDocumentationOrPrivate) {
  EXPECT_EQ(first_written_target(1), 0xC0000200);
  EXPECT_EQ(first_written_target(256), 0xC0000200);
  EXPECT_EQ(first_written_target(257), 0x0A000000);
  EXPECT_EQ(first_written_target(1 << 24), 0x0A000000);
  EXPECT_FALSE(first_written_target((1 << 24) + 1));
}

TEST(Writer, TheNameOfAScenarioSaysWhatItLooksLike) {
  EXPECT_EQ(appearance_for("slammer").name, "slammer");
  EXPECT_EQ(appearance_for("code-red-july").name, "code-red-1");
  EXPECT_EQ(appearance_for("code-red-2-local").name, "code-red-2");
  EXPECT_EQ(appearance_for("code-red-2001").name, "code-red-1");
  EXPECT_EQ(appearance_for("uniform-si").name, "scan");
}

}  // namespace
}  // namespace secondwave
