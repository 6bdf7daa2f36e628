// The book that comes along: each worm is told from its neighbours, and what the evidence does not show is not claimed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <fstream>
#include <iterator>
#include <set>

#include "base/time.hpp"
#include "books.hpp"

namespace secondwave {
namespace {

using namespace testing_books;

std::int64_t at(const char* time) {
  return parse_utc(time).value().microseconds();
}

Sighting request(std::string_view line, const char* time = "2005-02-14T00:00:00Z") {
  Sighting sighting;
  sighting.kind = Sighting::Kind::request;
  sighting.text = line;
  sighting.time_us = at(time);
  return sighting;
}

Sighting packet(Protocol protocol, std::uint16_t source_port, std::uint16_t target_port, std::uint16_t length,
                const char* time = "2005-02-14T00:00:00Z") {
  Sighting sighting;
  sighting.protocol = protocol;
  sighting.time_us = at(time);
  sighting.source = 0xC0000201;
  sighting.target = 0x0B0B4F53;
  sighting.source_port = source_port;
  sighting.target_port = target_port;
  sighting.ip_length = length;
  sighting.ip_id = 7;
  sighting.known = Sighting::target_known | Sighting::ports_known | Sighting::length_known | Sighting::ip_id_known;
  return sighting;
}

Sighting syn(std::uint16_t target_port, std::uint16_t length, const char* time = "2005-02-14T00:00:00Z") {
  Sighting sighting = packet(protocol_tcp, 1025, target_port, length, time);
  sighting.tcp_flags = 2;
  sighting.tcp_sequence = 12345678;
  sighting.known |= Sighting::flags_known | Sighting::sequence_known;
  return sighting;
}

Sighting alert(std::uint32_t id, std::string_view text, const char* time = "2005-02-14T00:00:00Z") {
  Sighting sighting;
  sighting.kind = Sighting::Kind::alert;
  sighting.alert_id = id;
  sighting.text = text;
  sighting.time_us = at(time);
  return sighting;
}

TEST(Labels, AreThoseOfTheReference) {
  EXPECT_THAT(label_names(),
              testing::ElementsAre("code-red-1", "code-red-2", "nimda", "slammer", "blaster", "nachi", "sasser",
                                   "witty", "mirai", "wannacry", "scanner-research", "scan", "backscatter", "other"));
  EXPECT_EQ(label_from("nimda"), LabelId{2});
  EXPECT_EQ(label_from("Nimda"), std::nullopt);
}

TEST(Book, EachRuleHasASourceAndANameOfItsOwn) {
  const RuleBook book = shipped();
  std::ifstream file(SECONDWAVE_SOURCE_DIR "/docs/reference/signatures.md");
  const std::string page((std::istreambuf_iterator<char>(file)), std::istreambuf_iterator<char>());
  std::set<std::string_view> names;
  for (std::uint16_t rule = 0; rule < book.size(); ++rule) {
    const RuleInfo info = book.info(rule);
    EXPECT_TRUE(names.insert(info.name).second);
    EXPECT_GT(info.source.size(), 10u) << info.name;
    EXPECT_GT(info.why.size(), 20u) << info.name;
    EXPECT_GT(info.cannot_tell.size(), 10u) << info.name;
    EXPECT_NE(page.find("`" + std::string(info.name) + "`"), page.npos) << info.name << " is not on the reference page";
  }
  EXPECT_EQ(book.digest().size(), 32u);
}

TEST(Book, TellsRequestsApart) {
  for (const RuleBook::Matcher matcher : matchers()) {
    const RuleBook book = shipped(matcher);
    EXPECT_EQ(hit(book, request("GET /default.ida?NNNNNNNNNNNN%u9090 HTTP/1.0")), "code-red-1-request");
    EXPECT_EQ(hit(book, request("GET /default.ida?XXXXXXXXXXXX%u9090 HTTP/1.0")), "code-red-2-request");
    EXPECT_EQ(hit(book, request("GET /DEFAULT.IDA?xxxxxxxxxxxx HTTP/1.0")), "code-red-2-request");
    EXPECT_EQ(hit(book, request("GET /default.ida?AAAAAAAA HTTP/1.0")), "ida-request");
    EXPECT_EQ(hit(book, request("HEAD /default.ida?XXXXXXXX HTTP/1.0")), "ida-request") << "another method";
    EXPECT_EQ(hit(book, request("GET /x?/default.ida?XXXXXXXX HTTP/1.0")), "") << "not where the URL starts";
    EXPECT_EQ(hit(book, request("GET /scripts/..%255c%255c../winnt/system32/cmd.exe?/c+ver HTTP/1.0")),
              "web-shell-request");
    EXPECT_EQ(hit(book, request("GET /index.html HTTP/1.1")), "");
    EXPECT_EQ(hit(book, request("")), "");
  }
}

TEST(Book, CountsTheStepsOfNimdaInBothSpellings) {
  const RuleBook book = shipped();
  const Verdict raw = label_one(book, request("GET /scripts/..%%35%63../winnt/system32/cmd.exe?/c+dir HTTP/1.0"));
  EXPECT_EQ(book.name(raw.rule), "nimda-urls");
  EXPECT_EQ(raw.step, 13);
  EXPECT_EQ(label_name(raw.label), "nimda");
  const Verdict decoded = label_one(book, request("GET /scripts/..%5c../winnt/system32/cmd.exe?/c+dir"));
  EXPECT_EQ(decoded.step, 5);
  EXPECT_EQ(label_one(book, request("GET /msadc/root.exe?/c+dir HTTP/1.0")).step, 2) << "case does not matter";
  const SequenceRule* rule = book.sequence(raw.rule);
  ASSERT_NE(rule, nullptr);
  EXPECT_EQ(label_name(rule->complete), "nimda");
  EXPECT_EQ(label_name(rule->otherwise), "scan");
  EXPECT_EQ(rule->steps, 16);
  EXPECT_EQ(rule->steps_needed, 8);
  EXPECT_EQ(book.sequence(0), nullptr);
}

TEST(Book, TellsPacketsApart) {
  const RuleBook book = shipped();
  EXPECT_EQ(hit(book, packet(protocol_udp, 1067, 1434, 404)), "slammer-packet");
  EXPECT_EQ(hit(book, packet(protocol_udp, 1067, 1434, 405)), "");
  EXPECT_EQ(hit(book, packet(protocol_tcp, 1067, 1434, 404)), "");
  EXPECT_EQ(hit(book, packet(protocol_udp, 4000, 31337, 1000)), "witty-packet");
  EXPECT_EQ(hit(book, packet(protocol_udp, 4000, 31337, 100)), "");
  EXPECT_EQ(hit(book, packet(protocol_icmp, 0, 8 * 256, 92)), "nachi-like-ping");
  EXPECT_EQ(hit(book, packet(protocol_icmp, 0, 0 * 256, 92)), "") << "an answer";
  EXPECT_EQ(hit(book, packet(protocol_icmp, 0, 8 * 256, 84)), "");
  EXPECT_EQ(hit(book, syn(445, 48)), "sasser-like-syn");
  EXPECT_EQ(hit(book, syn(5554, 48)), "sasser-services-syn");
  EXPECT_EQ(hit(book, syn(135, 48)), "blaster-like-syn");
  EXPECT_EQ(hit(book, syn(135, 60)), "") << "not the TCP of Windows";
  Sighting answer = syn(445, 48);
  answer.tcp_flags = 2 | 16;
  EXPECT_EQ(hit(book, answer), "") << "SYN and ACK is an answer";
}

TEST(Book, ClaimsAWormOnlyInItsTime) {
  const RuleBook book = shipped();
  EXPECT_EQ(hit(book, syn(445, 48, "2004-04-29T23:59:59Z")), "");
  EXPECT_EQ(hit(book, syn(445, 48, "2004-04-30T00:00:00Z")), "sasser-like-syn");
  EXPECT_EQ(hit(book, syn(445, 48, "2010-01-01T00:00:00Z")), "");
  EXPECT_EQ(hit(book, syn(445, 52, "2017-05-12T08:00:00Z")), "wannacry-like-syn");
  EXPECT_EQ(hit(book, syn(445, 40, "2017-05-12T08:00:00Z")), "");
  EXPECT_EQ(hit(book, syn(135, 48, "2003-08-10T00:00:00Z")), "");
}

TEST(Book, KnowsScannersByTheirHabits) {
  const RuleBook book = shipped();
  Sighting mirai = syn(23, 40, "2016-09-20T00:00:00Z");
  mirai.tcp_sequence = mirai.target;
  EXPECT_EQ(hit(book, mirai), "mirai-syn");
  mirai.target_port = 2323;
  EXPECT_EQ(hit(book, mirai), "mirai-syn");
  mirai.target_port = 7547;
  EXPECT_EQ(hit(book, mirai), "mirai-like-syn");
  mirai.tcp_sequence += 1;
  EXPECT_EQ(hit(book, mirai), "");

  Sighting zmap = syn(443, 40, "2018-01-01T00:00:00Z");
  zmap.ip_id = 54321;
  EXPECT_EQ(label_name(label_one(book, zmap).label), "scanner-research");
  zmap.known &= static_cast<std::uint8_t>(~Sighting::ip_id_known);
  EXPECT_EQ(hit(book, zmap), "") << "a number that the record does not tell";

  Sighting masscan = syn(8080, 40, "2018-01-01T00:00:00Z");
  masscan.ip_id = static_cast<std::uint16_t>(masscan.target ^ masscan.target_port ^ masscan.tcp_sequence);
  EXPECT_EQ(hit(book, masscan), "masscan-syn");
  masscan.ip_id ^= 1;
  EXPECT_EQ(hit(book, masscan), "");
}

TEST(Book, ReadsAlertsByNumberAndByMessage) {
  for (const RuleBook::Matcher matcher : matchers()) {
    const RuleBook book = shipped(matcher);
    for (const std::uint32_t id : {2003u, 2004u, 2050u}) EXPECT_EQ(hit(book, alert(id, "")), "slammer-alert");
    EXPECT_EQ(hit(book, alert(0, "MS-SQL Worm propagation attempt OUTBOUND")), "slammer-alert");
    EXPECT_EQ(hit(book, alert(483, "ICMP PING CyberKit 2.2 Windows")), "nachi-like-alert");
    EXPECT_EQ(hit(book, alert(1002, "WEB-IIS cmd.exe access")), "web-worm-alert");
    EXPECT_EQ(hit(book, alert(384, "ICMP PING")), "");
    EXPECT_EQ(hit(book, alert(1, "GET /default.ida?XXXXXXXX HTTP/1.0")), "") << "requests are not looked for in alerts";
  }
}

TEST(Book, TheFirstRuleWins) {
  const std::string first = head("first", "nimda") + "[rule.request]\ncontains = \"/abcd\"\n";
  const std::string second = head("second", "scan") + "[rule.request]\nstarts_with = \"/abcd\"\n";
  const Sighting both = request("GET /abcd HTTP/1.0");
  for (const RuleBook::Matcher matcher : matchers()) {
    EXPECT_EQ(hit(parse(first + second, matcher).value(), both), "first");
    EXPECT_EQ(hit(parse(second + first, matcher).value(), both), "second");
    const std::vector<RuleBook::File> files = {{"b.toml", first}, {"a.toml", second}};
    EXPECT_EQ(hit(RuleBook::parse(files, matcher).value(), both), "second") << "files count by name";
    const std::string past = head("past") + "until = 2001-01-01T00:00:00Z\n[rule.request]\ncontains = \"/abcd\"\n";
    EXPECT_EQ(hit(parse(past + first, matcher).value(), both), "first") << "a rule out of its time stands back";
  }
}

TEST(Book, TheDigestFollowsWhatDecides) {
  const std::string rule = head("one") + "[rule.request]\ncontains = \"/abcd\"\n";
  const auto digest = [](const std::string& text) { return std::string(parse(text).value().digest()); };
  const std::string base = digest(rule);
  EXPECT_EQ(digest(rule + "# a remark\n"), base);
  const auto replaced = [&](const std::string& from, const std::string& to) {
    std::string text = rule;
    return text.replace(text.find(from), from.size(), to);
  };
  EXPECT_EQ(digest(replaced("because", "for another reason")), base);
  EXPECT_NE(digest(replaced("abcd", "abce")), base);
  EXPECT_NE(digest(replaced("scan", "nimda")), base);
  EXPECT_NE(digest(replaced("contains", "starts_with")), base);
  EXPECT_NE(digest(replaced("[rule.request]", "from = 2001-01-01T00:00:00Z\n[rule.request]")), base);
  EXPECT_EQ(std::string(shipped(RuleBook::Matcher::re2).digest()), std::string(shipped().digest()))
      << "not which matcher finds it";
}

TEST(Book, SaysWhenAMatcherIsNotThere) {
  if (RuleBook::has_hyperscan()) GTEST_SKIP() << "Hyperscan was built in";
  const auto book = parse(head("one") + "[rule.alert]\nids = 3\n", RuleBook::Matcher::hyperscan);
  EXPECT_EQ(book.error().kind, ErrorKind::usage);
}

TEST(Labeller, WorksWithoutAnyRuleOfText) {
  for (const RuleBook::Matcher matcher : matchers()) {
    const auto book = parse(head("one") + "[rule.alert]\nids = 3\n", matcher);
    ASSERT_TRUE(book.has_value()) << book.error().text();
    EXPECT_EQ(hit(*book, alert(3, "")), "one");
    EXPECT_EQ(hit(*book, request("GET / HTTP/1.0")), "");
    Labeller labeller(*book);
    std::vector<Labeller::Line> lines;
    EXPECT_EQ(labeller.find_lines("a\nb\nc", lines), 2u);
    EXPECT_TRUE(lines.empty());
  }
}

}  // namespace
}  // namespace secondwave
