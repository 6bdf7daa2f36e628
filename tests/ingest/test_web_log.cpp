#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <set>

#include "ingest/web_log.hpp"
#include "net/prefix.hpp"
#include "reading.hpp"

namespace secondwave {
namespace {

using ingest_test::Outcome;
using testing::HasSubstr;

std::unique_ptr<Reader> web_log() {
  return make_web_log_reader({});
}

Outcome read(std::string_view text) {
  return ingest_test::read_all(web_log, text);
}

ingest_test::Seen one(std::string_view line) {
  return ingest_test::one_sighting(web_log, line);
}

std::string why_bad(std::string_view line) {
  return ingest_test::why_bad(web_log, line);
}

TEST(WebLog, ReadsTheCommonFormat) {
  const auto seen = one("192.0.2.7 - - [19/Jul/2001:14:02:03 -0500] \"GET /default.ida?NNNN HTTP/1.0\" 404 283\n");
  EXPECT_EQ(seen.text, "GET /default.ida?NNNN HTTP/1.0");
  EXPECT_EQ(to_string_ipv4(seen.sighting.source), "192.0.2.7");
  EXPECT_EQ(seen.sighting.time_us, ingest_test::us("2001-07-19T19:02:03Z"));
  EXPECT_EQ(seen.sighting.kind, Sighting::Kind::request);
  EXPECT_EQ(seen.sighting.place, 1u);
  EXPECT_EQ(seen.sighting.packets, 0u);
  EXPECT_EQ(seen.sighting.targets, 1u);
  EXPECT_EQ(seen.sighting.protocol, protocol_tcp);
  EXPECT_EQ(seen.sighting.known, 0);
}

TEST(WebLog, ReadsCombinedNginxAndVirtualHosts) {
  const std::string rest =
      " - frank [10/Oct/2000:13:55:36 +0530] \"GET /x HTTP/1.1\" 200 - \"http://a/\\\"b\" \"Moz [x]\"";
  for (const std::string& line : {"192.0.2.7" + rest, "www.example.org 192.0.2.7" + rest,
                                  "www.example.org:80 192.0.2.7" + rest, "10.0.0.1 192.0.2.7" + rest,
                                  "10.0.0.1:8080 192.0.2.7" + rest, "::ffff:192.0.2.7" + rest, "- 192.0.2.7" + rest}) {
    const auto seen = one(line);
    EXPECT_EQ(to_string_ipv4(seen.sighting.source), "192.0.2.7") << line;
    EXPECT_EQ(seen.text, "GET /x HTTP/1.1") << line;
    EXPECT_EQ(seen.sighting.time_us, ingest_test::us("2000-10-10T08:25:36Z")) << line;
  }
}

TEST(WebLog, FindsTheEndOfTheRequest) {
  const std::string front = "192.0.2.7 - - [10/Oct/2000:13:55:36 +0000] ";
  EXPECT_EQ(one(front + R"("GET /a\"b\" 404 7 c" 404 7 "-" "x")").text, R"(GET /a\"b\" 404 7 c)");
  EXPECT_EQ(one(front + R"("GET /a\\" 404 7)").text, R"(GET /a\\)");
  EXPECT_EQ(one(front + R"("GET /a"b HTTP/1.0" 404 -)").text, R"(GET /a"b HTTP/1.0)") << "nothing escaped, before 2002";
  EXPECT_EQ(one(front + R"("GET /winnt\" 404 7)").text, R"(GET /winnt\)") << "nothing escaped, before 2002";
  EXPECT_EQ(one(front + R"("" 400 0)").text, "");
  EXPECT_EQ(one(front + R"("-" 408 - "-" "-")").text, "");
  EXPECT_EQ(one(front + R"("GET / HTTP/1.0" - -)").text, "GET / HTTP/1.0");
  EXPECT_EQ(one(front + R"("GET / HTTP/1.0" 200 7 0.003 extra)").text, "GET / HTTP/1.0");
  EXPECT_EQ(one(front + "\"\\x16\\x03\xff\x01\" 400 0").text, "\\x16\\x03\xff\x01");
}

TEST(WebLog, UserNamesMayHoldSpacesAndBrackets) {
  EXPECT_EQ(one("192.0.2.7 - a [b] c [10/Oct/2000:13:55:36 +0000] \"GET / HTTP/1.0\" 401 7").text, "GET / HTTP/1.0");
}

TEST(WebLog, CountsIpv6Apart) {
  for (const char* client : {"2001:db8::1", "::1", "fe80::1%eth0", "example.org:80 2001:db8::7"}) {
    const Outcome outcome = read(std::string(client) + " - - [10/Oct/2000:13:55:36 +0000] \"GET / HTTP/1.0\" 200 7\n");
    EXPECT_EQ(outcome.counts.ipv6, 1u) << client;
    EXPECT_EQ(outcome.counts.records(), 1u) << client;
  }
}

TEST(WebLog, SaysWhyALineIsBad) {
  const std::string rest = " - - [10/Oct/2000:13:55:36 +0000] \"GET / HTTP/1.0\" 200 7";
  EXPECT_THAT(why_bad("host.example.org" + rest), HasSubstr("not an address"));
  EXPECT_THAT(why_bad("host.example.org" + rest), HasSubstr("'host.example.org'"));
  EXPECT_THAT(why_bad("192.0.2.256" + rest), HasSubstr("'192.0.2.256'"));
  EXPECT_THAT(why_bad("192.0.2.07" + rest), HasSubstr("not an address"));
  EXPECT_THAT(why_bad("rubbish"), HasSubstr("day/Month/year"));
  EXPECT_THAT(why_bad("192.0.2.7 - - [31/Feb/2000:13:55:36 +0000] \"GET /\" 200 7"), HasSubstr("day/Month/year"));
  EXPECT_THAT(why_bad("192.0.2.7 - - [10/Oct/2000:24:55:36 +0000] \"GET /\" 200 7"), HasSubstr("day/Month/year"));
  EXPECT_THAT(why_bad("192.0.2.7 - - [10/Oct/2000:13:55:36 +2400] \"GET /\" 200 7"), HasSubstr("day/Month/year"));
  EXPECT_THAT(why_bad("192.0.2.7 - - [10/Oct/2000:13:55:36 +0000] GET / 200 7"), HasSubstr("no quoted request"));
  EXPECT_THAT(why_bad("192.0.2.7 - - [10/Oct/2000:13:55:36 +0000] \"GET /"), HasSubstr("status"));
  EXPECT_THAT(why_bad("192.0.2.7 - - [10/Oct/2000:13:55:36 +0000] \"GET /\" 200"), HasSubstr("status"));
  EXPECT_THAT(why_bad(std::string("\0\0\0\x1b[31m", 8)), HasSubstr("\\x00\\x00\\x00\\x1b"));
}

TEST(WebLog, EveryLineIsCountedOnce) {
  const std::string good = "192.0.2.7 - - [10/Oct/2000:13:55:36 +0000] \"GET / HTTP/1.0\" 200 7";
  const Outcome outcome = read(good + "\r\n\nrubbish\n::1" + good.substr(9) + "\n" + good);
  EXPECT_EQ(outcome.counts.sightings, 2u);
  EXPECT_EQ(outcome.counts.other, 1u);
  EXPECT_EQ(outcome.counts.bad, 1u);
  EXPECT_EQ(outcome.counts.ipv6, 1u);
  EXPECT_EQ(outcome.seen[1].sighting.place, 5u);
  EXPECT_EQ(outcome.counts.bad_samples[0].place, 3u);
}

TEST(WebLog, PiecesDoNotMatter) {
  std::string text;
  for (int i = 0; i < 40; ++i) {
    text += "192.0.2." + std::to_string(i) + " - - [1" + std::to_string(i % 10) +
            "/Oct/2000:13:55:36 +0000] \"GET /\\\"a HTTP/1.0\" 200 7 \"-\" \"x\"" + (i % 3 == 0 ? "\r\n" : "\n");
    if (i % 7 == 0) text += "rubbish " + std::to_string(i) + "\n";
    if (i % 11 == 0) text += "::1 - - [10/Oct/2000:13:55:36 +0000] \"GET / HTTP/1.0\" 200 7\n\n";
  }
  ingest_test::expect_pieces_do_not_matter(web_log, text);
}

TEST(WebLog, GoesOnWithinAnEndlessLine) {
  const std::string good = "192.0.2.7 - - [10/Oct/2000:13:55:36 +0000] \"GET / HTTP/1.0\" 200 7\n";
  const std::string text = good + std::string(3 * Reader::longest_record, 'x') + "\n" + good;
  const Outcome pieces = ingest_test::read_in_pieces(web_log, text, 5, 300'000);
  EXPECT_EQ(ingest_test::difference(read(text), pieces), "");
  EXPECT_EQ(pieces.counts.bad, 1u);
  EXPECT_EQ(pieces.counts.sightings, 2u);
  EXPECT_EQ(pieces.seen.at(1).sighting.place, 3u);
}

TEST(WebLog, LinesStandForThemselves) {
  auto reader = web_log();
  EXPECT_TRUE(reader->lines_are_independent());
  Batch batch;
  reader->skip_to_line(700);
  reader->read("192.0.2.7 - - [10/Oct/2000:13:55:36 +0000] \"GET / HTTP/1.0\" 200 7\n", false, batch);
  ASSERT_EQ(batch.sightings.size(), 1u);
  EXPECT_EQ(batch.sightings[0].place, 700u);
}

TEST(WebLog, RefusesAStateOfAnother) {
  EXPECT_FALSE(web_log()->restore("").has_value());
  EXPECT_FALSE(web_log()->restore(web_log()->state() + "x").has_value());
  std::string other = web_log()->state();
  other[1] = static_cast<char>(other[1] + 1);
  const Status refused = web_log()->restore(other);
  ASSERT_FALSE(refused.has_value());
  EXPECT_EQ(refused.error().kind, ErrorKind::data);
}

TEST(WebLog, RealLogsOf2005) {
  const auto folder = ingest_test::real_logs();
  if (!folder) GTEST_SKIP() << "the real logs are not here";
  std::uint64_t lines = 0;
  std::uint64_t code_red = 0;
  std::set<Ipv4> code_red_sources;
  std::set<Ipv4> shell_sources;
  for (const char* name : {"access_log.6", "access_log.5", "access_log.4"}) {
    const std::string bytes = ingest_test::file_bytes(*folder / name);
    const Outcome outcome = read(bytes);
    EXPECT_EQ(detect_format(bytes).value(), InputFormat::web_log);
    EXPECT_EQ(outcome.counts.bad, 0u) << name << outcome.counts.bad_samples[0].why;
    lines += outcome.counts.records();
    for (const auto& seen : outcome.seen) {
      if (seen.text.find("default.ida") != std::string::npos) {
        ++code_red;
        code_red_sources.insert(seen.sighting.source);
      }
      if (seen.text.find("root.exe") != std::string::npos || seen.text.find("cmd.exe") != std::string::npos) {
        shell_sources.insert(seen.sighting.source);
      }
    }
  }
  EXPECT_EQ(lines, 1007u);
  EXPECT_EQ(code_red, 15u);
  EXPECT_EQ(code_red_sources.size(), 13u);
  EXPECT_EQ(shell_sources.size(), 28u);
}

}  // namespace
}  // namespace secondwave
