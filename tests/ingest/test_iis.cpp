#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ingest/iis_native.hpp"
#include "ingest/iis_w3c.hpp"
#include "net/prefix.hpp"
#include "reading.hpp"

namespace secondwave {
namespace {

using ingest_test::Outcome;
using ingest_test::us;
using testing::HasSubstr;

std::unique_ptr<Reader> w3c() {
  return make_iis_w3c_reader({});
}
std::unique_ptr<Reader> native() {
  return make_iis_native_reader({});
}

constexpr const char* header =
    "#Software: Microsoft Internet Information Services 5.0\r\n#Version: 1.0\r\n#Date: 2001-08-01 00:00:01\r\n"
    "#Fields: date time c-ip cs-username s-ip s-port cs-method cs-uri-stem cs-uri-query sc-status cs-version\r\n";

TEST(IisW3c, ReadsARow) {
  const Outcome outcome = ingest_test::read_all(
      w3c, std::string(header) +
               "2001-08-01 17:54:00 192.0.2.7 - 198.51.100.9 80 GET /default.ida NNNN%u9090=a 200 HTTP/1.0\r\n" +
               "2001-08-01 17:54:01 192.0.2.8 - 198.51.100.9 80 GET /scripts/root.exe - 404 -\r\n");
  ASSERT_EQ(outcome.seen.size(), 2u);
  const Sighting& s = outcome.seen[0].sighting;
  EXPECT_EQ(outcome.seen[0].text, "GET /default.ida?NNNN%u9090=a HTTP/1.0");
  EXPECT_EQ(outcome.seen[1].text, "GET /scripts/root.exe");
  EXPECT_EQ(to_string_ipv4(s.source), "192.0.2.7");
  EXPECT_EQ(to_string_ipv4(s.target), "198.51.100.9");
  EXPECT_EQ(s.target_port, 80);
  EXPECT_EQ(s.source_port, 0);
  EXPECT_EQ(s.time_us, us("2001-08-01T17:54:00Z"));
  EXPECT_EQ(s.place, 5u);
  EXPECT_EQ(s.kind, Sighting::Kind::request);
  EXPECT_EQ(s.known, Sighting::target_known | Sighting::ports_known);
  EXPECT_EQ(outcome.counts.other, 4u);
  EXPECT_EQ(outcome.counts.records(), 6u);
}

TEST(IisW3c, FieldsMayChangeWithinTheFile) {
  const Outcome outcome = ingest_test::read_all(
      w3c, std::string(header) + "2001-08-01 17:54:00 192.0.2.7 - 198.51.100.9 80 GET /a - 200 -\n" +
               "#Fields: cs-method cs-uri-stem c-ip c-port s-port time date\nHEAD /b 192.0.2.9 33 8080 00:00:01 "
               "2001-08-02\n");
  ASSERT_EQ(outcome.seen.size(), 2u);
  EXPECT_EQ(outcome.seen[1].text, "HEAD /b");
  EXPECT_EQ(outcome.seen[1].sighting.time_us, us("2001-08-02T00:00:01Z"));
  EXPECT_EQ(outcome.seen[1].sighting.source_port, 33);
  EXPECT_EQ(outcome.seen[1].sighting.target_port, 8080);
}

TEST(IisW3c, WithoutADateColumnTheDateIsThatOfTheHeader) {
  const Outcome outcome =
      ingest_test::read_all(w3c,
                            "#Date: 2001-07-19 22:00:00\n#Fields: time c-ip\n22:00:01 192.0.2.7\n21:59:59 "
                            "192.0.2.7\n00:00:01 192.0.2.7\n00:00:02 192.0.2.7\n"
                            "#Date: 2001-08-01\n03:00:00 192.0.2.7\n");
  ASSERT_EQ(outcome.seen.size(), 5u);
  EXPECT_EQ(outcome.seen[0].sighting.time_us, us("2001-07-19T22:00:01Z"));
  EXPECT_EQ(outcome.seen[1].sighting.time_us, us("2001-07-19T21:59:59Z"));
  EXPECT_EQ(outcome.seen[2].sighting.time_us, us("2001-07-20T00:00:01Z"));
  EXPECT_EQ(outcome.seen[3].sighting.time_us, us("2001-07-20T00:00:02Z"));
  EXPECT_EQ(outcome.seen[4].sighting.time_us, us("2001-08-01T03:00:00Z"));
  EXPECT_EQ(outcome.seen[0].text, "");
}

TEST(IisW3c, TellsOtherServicesAndIpv6) {
  const Outcome outcome =
      ingest_test::read_all(w3c,
                            "\xEF\xBB\xBF#Fields: date time c-ip cs-method s-sitename\n"
                            "2001-08-01 00:00:00 192.0.2.7 [1]USER -\n2001-08-01 00:00:00 192.0.2.7 HELO SMTPSVC1\n"
                            "2001-08-01 00:00:00 2001:db8::1 GET W3SVC1\n\n2001-08-01 00:00:00 192.0.2.7 GET W3SVC1\n");
  EXPECT_EQ(outcome.counts.other, 4u);
  EXPECT_EQ(outcome.counts.ipv6, 1u);
  EXPECT_EQ(outcome.counts.sightings, 1u);
}

TEST(IisW3c, SaysWhyARowIsBad) {
  const std::string fields = "#Fields: date time c-ip cs-method\n";
  const auto bad = [](const std::string& text) { return ingest_test::why_bad(w3c, text); };
  EXPECT_THAT(bad("2001-08-01 00:00:00 192.0.2.7 GET\n"), HasSubstr("before any #Fields"));
  EXPECT_THAT(bad("#Fields: date time\n2001-08-01 00:00:00\n"), HasSubstr("no c-ip"));
  EXPECT_THAT(bad(fields + "2001-08-01 00:00:00 192.0.2.7\n"), HasSubstr("fewer columns"));
  EXPECT_THAT(bad(fields + "2001-08-01 00:00:00 192.0.2.7 GET /\n"), HasSubstr("more columns"));
  EXPECT_THAT(bad(fields + "2001-02-30 00:00:00 192.0.2.7 GET\n"), HasSubstr("date and time"));
  EXPECT_THAT(bad(fields + "2001-02-28 24:00:00 192.0.2.7 GET\n"), HasSubstr("date and time"));
  EXPECT_THAT(bad(fields + "2001/02/28 00:00:00 192.0.2.7 GET\n"), HasSubstr("date and time"));
  EXPECT_THAT(bad(fields + "2001-02-28 00:00:00 - GET\n"), HasSubstr("c-ip is not an address"));
  EXPECT_THAT(bad(fields + "2001-02-28 00:00:00 host GET\n"), HasSubstr("'host'"));
  EXPECT_THAT(bad("#Date: rubbish\n#Fields: time c-ip\n00:00:00 192.0.2.7\n"), HasSubstr("date and time"));
}

TEST(IisW3c, PiecesDoNotMatter) {
  std::string text = "#Date: 2001-07-19 22:00:00\n#Fields: time c-ip cs-method cs-uri-stem\n";
  for (int i = 0; i < 60; ++i) {
    text +=
        (i % 2 == 0 ? "23:00:0" : "01:00:0") + std::to_string(i % 10) + " 192.0.2.7 GET /" + std::to_string(i) + "\r\n";
    if (i % 9 == 0) text += "#Fields: c-ip time cs-method cs-uri-stem\n192.0.2.9 02:00:00 GET /x\nrubbish\n";
    if (i % 13 == 0) text += "#Fields: time c-ip cs-method cs-uri-stem\n";
  }
  ingest_test::expect_pieces_do_not_matter(w3c, text);
  auto reader = w3c();
  Batch batch;
  reader->read(text, true, batch);
  const std::string state = reader->state();
  for (std::size_t size = 0; size < state.size(); ++size)
    EXPECT_FALSE(w3c()->restore(state.substr(0, size)).has_value());
  EXPECT_FALSE(w3c()->restore(native()->state()).has_value());
}

constexpr const char* native_row =
    "192.0.2.7, -, 03/20/01, 7:55:20, W3SVC2, SALES1, 198.51.100.9, 4502, 163, 3223, 200, 0, GET, /default.ida, "
    "NNNN,a,";

TEST(IisNative, ReadsARow) {
  ReaderOptions options;
  options.local_to_utc = [](const CivilTime& civil) { return to_utc(civil).plus_seconds(5 * 3600); };
  const auto reader = make_iis_native_reader(options);
  const Outcome outcome = ingest_test::read_all(*reader, native_row);
  ASSERT_EQ(outcome.seen.size(), 1u);
  EXPECT_EQ(outcome.seen[0].text, "GET /default.ida?NNNN,a");
  EXPECT_EQ(outcome.seen[0].sighting.time_us, us("2001-03-20T12:55:20Z"));
  EXPECT_EQ(to_string_ipv4(outcome.seen[0].sighting.source), "192.0.2.7");
  EXPECT_EQ(to_string_ipv4(outcome.seen[0].sighting.target), "198.51.100.9");
  EXPECT_EQ(outcome.seen[0].sighting.known, Sighting::target_known);
}

TEST(IisNative, ReadsDatesAndEmptyFields) {
  const auto row = [](const std::string& date, const std::string& end) {
    const Outcome outcome = ingest_test::read_all(
        native, "192.0.2.7, -, " + date + ", 17:05:20, W3SVC, S, -, 1, 1, 1, 200, 0, " + end + "\n");
    EXPECT_EQ(outcome.seen.size(), 1u) << date;
    return outcome.seen.empty() ? ingest_test::Seen{} : outcome.seen[0];
  };
  EXPECT_EQ(row("3/2/1999", "GET, /, -,").sighting.time_us, us("1999-03-02T17:05:20Z"));
  EXPECT_EQ(row("3/2/99", "GET, /, -").text, "GET /");
  EXPECT_EQ(row("3/2/69", "-, -, -,").text, "");
  EXPECT_EQ(row("3/2/69", "-, -, -,").sighting.time_us, us("2069-03-02T17:05:20Z"));
  EXPECT_EQ(row("3/2/69", "-, -, -,").sighting.known, 0);
}

TEST(IisNative, TellsBadOtherAndIpv6) {
  const std::string good = native_row;
  const auto counts = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    text.replace(text.find(from), from.size(), to);
    return ingest_test::read_all(native, text).counts;
  };
  EXPECT_EQ(counts("W3SVC2", "MSFTPSVC1").other, 1u);
  EXPECT_EQ(counts("192.0.2.7", "2001:db8::1").ipv6, 1u);
  EXPECT_EQ(counts("192.0.2.7", "host").bad, 1u);
  for (const char* date :
       {"20/03/01", "02/30/01", "03/20/001", "3/20", "03/20/1/1", "a/20/01", "123/20/01", "03/20/20011", "//"}) {
    EXPECT_EQ(counts("03/20/01", date).bad, 1u) << date;
  }
  for (const char* time : {"24:00:00", "7:60:20", "7:55:60", "7:55", "7:55:20 PM", "::"}) {
    EXPECT_EQ(counts("7:55:20", time).bad, 1u) << time;
  }
  EXPECT_EQ(ingest_test::read_all(native, "a, b, c\n\n").counts.bad, 1u);
  EXPECT_EQ(ingest_test::read_all(native, "a, b, c\n\n").counts.other, 1u);
}

TEST(IisNative, PiecesDoNotMatter) {
  std::string text;
  for (int i = 0; i < 30; ++i)
    text += std::string(native_row) + (i % 2 == 0 ? "\r\n" : "\n") + (i % 7 == 0 ? "rubbish\n" : "");
  ingest_test::expect_pieces_do_not_matter(native, text);
  EXPECT_TRUE(native()->lines_are_independent());
  auto reader = native();
  Batch batch;
  reader->skip_to_line(70);
  reader->read(text, true, batch);
  EXPECT_EQ(batch.sightings.at(0).place, 70u);
  EXPECT_FALSE(native()->restore("rubbish").has_value());
}

TEST(DetectFormat, Iis) {
  EXPECT_EQ(detect_format(header).value(), InputFormat::iis_w3c);
  EXPECT_EQ(detect_format("#Version: 1.0\n#Fields: time c-ip\n").value(), InputFormat::iis_w3c);
  EXPECT_EQ(detect_format("#Version: 1.0\n#Date: 2001-07-19\n#Fields: c-ip time\n192.0.2.7 22:00:01\n").value(),
            InputFormat::iis_w3c);
  EXPECT_EQ(detect_format(native_row).value(), InputFormat::iis_native);
}

}  // namespace
}  // namespace secondwave
