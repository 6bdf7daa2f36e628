// The logs of a real honeynet (Scan of the Month 34, 2005), where they are at hand: the counts that were made by hand
// with plain text tools come out. The lines are taken apart here, in the plainest way, so that this test is about
// signatures alone.
#include <gtest/gtest.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <set>

#include "base/time.hpp"
#include "books.hpp"
#include "signature/sequence.hpp"

namespace secondwave {
namespace {

namespace fs = std::filesystem;
using namespace testing_books;

fs::path folder() {
  const char* shared = std::getenv("SECONDWAVE_SHARED");
  const fs::path base =
      shared != nullptr ? fs::path(shared) : fs::path(SECONDWAVE_SOURCE_DIR) / ".." / "shared" / "data";
  return base / "honeynet-2005";
}

std::string read(const std::string& name) {
  std::string text;
  const std::string command = (name.ends_with(".gz") ? "gzip -dc " : "cat ") + (folder() / name).string();
  FILE* pipe = popen(command.c_str(), "r");
  char block[65536];
  for (std::size_t n = 0; (n = fread(block, 1, sizeof block, pipe)) > 0;) text.append(block, n);
  pclose(pipe);
  return text;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    lines.push_back(text.substr(0, text.find('\n')));
    text.remove_prefix(std::min(text.size(), lines.back().size() + 1));
  }
  return lines;
}

/// What stands between `before` and `after`, or "".
std::string_view between(std::string_view line, std::string_view before, std::string_view after) {
  const std::size_t start = line.find(before);
  if (start == std::string_view::npos) return {};
  line.remove_prefix(start + before.size());
  return line.substr(0, line.find(after));
}

unsigned number(std::string_view text) {
  return static_cast<unsigned>(std::strtoul(std::string(text).c_str(), nullptr, 10));
}

/// An Apache line whose clock stands at -0500.
Sighting apache(std::string_view line) {
  static const std::map<std::string_view, int> months = {{"Jan", 1}, {"Feb", 2}};
  Sighting sighting;
  sighting.kind = Sighting::Kind::request;
  sighting.source = try_parse_ipv4(line.substr(0, line.find(' '))).value_or(0);
  const std::string_view time = between(line, "[", "]");
  const CivilTime civil{.year = static_cast<int>(number(time.substr(7, 4))),
                        .month = months.at(time.substr(3, 3)),
                        .day = static_cast<int>(number(time.substr(0, 2))),
                        .hour = static_cast<int>(number(time.substr(12, 2))),
                        .minute = static_cast<int>(number(time.substr(15, 2))),
                        .second = static_cast<int>(number(time.substr(18, 2)))};
  sighting.time_us = to_utc(civil).microseconds() + std::int64_t{5} * 3600 * 1'000'000;
  sighting.text = between(line, "\"", "\" ");
  return sighting;
}

Sighting iptables(std::string_view line) {
  Sighting sighting;
  sighting.time_us = to_utc({.year = 2005, .month = 2, .day = 26}).microseconds();
  sighting.source = try_parse_ipv4(between(line, "SRC=", " ")).value_or(0);
  sighting.target = try_parse_ipv4(between(line, "DST=", " ")).value_or(0);
  sighting.ip_length = static_cast<std::uint16_t>(number(between(line, " LEN=", " ")));
  sighting.ip_id = static_cast<std::uint16_t>(number(between(line, " ID=", " ")));
  sighting.known = Sighting::target_known | Sighting::length_known | Sighting::ip_id_known | Sighting::ports_known;
  const std::string_view protocol = between(line, "PROTO=", " ");
  sighting.protocol = protocol == "TCP" ? protocol_tcp : protocol == "UDP" ? protocol_udp : protocol_icmp;
  sighting.source_port = static_cast<std::uint16_t>(number(between(line, "SPT=", " ")));
  sighting.target_port = static_cast<std::uint16_t>(protocol == "ICMP" ? number(between(line, "TYPE=", " ")) * 256
                                                                       : number(between(line, "DPT=", " ")));
  if (protocol == "TCP") {
    sighting.known |= Sighting::flags_known;
    sighting.tcp_flags = static_cast<std::uint8_t>((line.find(" SYN ") != line.npos ? 2 : 0) |
                                                   (line.find(" ACK ") != line.npos ? 16 : 0));
  }
  return sighting;
}

Sighting snort(std::string_view line) {
  Sighting sighting;
  sighting.kind = Sighting::Kind::alert;
  sighting.time_us = to_utc({.year = 2005, .month = 2, .day = 26}).microseconds();
  const std::string_view ids = between(line, "snort: [", "]");
  if (ids.starts_with("1:")) sighting.alert_id = number(between(ids, ":", ":"));
  sighting.text = between(line, "] ", " [");
  const std::size_t arrow = line.find(" -> ");
  if (arrow != line.npos) {
    const std::string_view from = line.substr(0, arrow);
    const std::string_view address = from.substr(from.rfind(' ') + 1);
    sighting.source = try_parse_ipv4(address.substr(0, address.find(':'))).value_or(0);
  }
  return sighting;
}

class Honeynet : public testing::Test {
 protected:
  void SetUp() override {
    if (!fs::exists(folder() / "access_log.4")) GTEST_SKIP() << "no logs at " << folder() << " (SECONDWAVE_SHARED)";
  }

  template <class Parse>
  static std::map<std::string, std::vector<Sighting>> by_rule(const RuleBook& book, std::string_view text,
                                                              const Parse& parse) {
    std::map<std::string, std::vector<Sighting>> hits;
    for (const std::string_view line : lines_of(text)) {
      const Sighting sighting = parse(line);
      if (const std::string rule = hit(book, sighting); !rule.empty()) hits[rule].push_back(sighting);
    }
    return hits;
  }

  static std::size_t sources(const std::vector<Sighting>& sightings) {
    std::set<Ipv4> all;
    for (const Sighting& sighting : sightings) all.insert(sighting.source);
    return all.size();
  }
};

TEST_F(Honeynet, WebLogs) {
  const std::string text = read("access_log.6") + read("access_log.5") + read("access_log.4");
  for (const RuleBook::Matcher matcher : matchers()) {
    const RuleBook book = shipped(matcher);
    auto hits = by_rule(book, text, apache);
    EXPECT_EQ(hits["code-red-2-request"].size(), 15u);
    EXPECT_EQ(sources(hits["code-red-2-request"]), 13u);
    EXPECT_EQ(hits["code-red-1-request"].size(), 0u);

    std::map<Ipv4, std::vector<SequenceHits>> steps;
    std::uint16_t rule = 0;
    for (const Sighting& sighting : hits["nimda-urls"]) {
      const Verdict verdict = label_one(book, sighting);
      rule = verdict.rule;
      steps[sighting.source].push_back(
          {sequence_bin(*book.sequence(rule), sighting.time_us), verdict.step, sighting.time_us, sighting.time_us, 1});
    }
    std::map<std::size_t, int> sources_by_urls;
    for (const auto& [source, rows] : steps) {
      EXPECT_FALSE(complete_bins(*book.sequence(rule), rows).empty()) << to_string_ipv4(source);
      std::set<std::uint8_t> distinct;
      for (const SequenceHits& row : rows) distinct.insert(row.step);
      ++sources_by_urls[distinct.size()];
    }
    EXPECT_EQ(sources_by_urls, (std::map<std::size_t, int>{{8, 1}, {16, 21}}));
    EXPECT_EQ(sources(hits["web-shell-request"]), 6u);
    for (const Sighting& sighting : hits["web-shell-request"]) EXPECT_FALSE(steps.contains(sighting.source));
  }
}

TEST_F(Honeynet, BulkSearchMissesNoLine) {
  const std::string text = read("access_log.6") + read("access_log.5") + read("access_log.4");
  const RuleBook book = shipped();
  Labeller labeller(book);
  std::vector<Labeller::Line> found;
  EXPECT_EQ(labeller.find_lines(text, found), 1007u);
  std::set<std::uint64_t> numbers;
  for (const Labeller::Line& line : found) numbers.insert(line.number);
  std::uint64_t number = 0;
  for (const std::string_view line : lines_of(text)) {
    EXPECT_TRUE(numbers.contains(number) || hit(book, apache(line)).empty()) << line;
    ++number;
  }
}

TEST_F(Honeynet, Firewall) {
  const RuleBook book = shipped();
  auto hits = by_rule(book, read("iptables-feb25-28.syslog.gz"), iptables);
  EXPECT_EQ(hits["slammer-packet"].size(), 672u);
  EXPECT_EQ(sources(hits["slammer-packet"]), 180u);
  EXPECT_EQ(sources(hits["nachi-like-ping"]), 92u);
}

TEST_F(Honeynet, IntrusionDetection) {
  const RuleBook book = shipped();
  auto hits = by_rule(book, read("snort-feb25-28.syslog.gz"), snort);
  EXPECT_EQ(hits["slammer-alert"].size(), 3u * 672u);
  EXPECT_EQ(sources(hits["slammer-alert"]), 180u);
}

TEST_F(Honeynet, BothMatchersSayTheSameOfEveryLine) {
  if (!RuleBook::has_hyperscan()) GTEST_SKIP() << "built without Hyperscan";
  const RuleBook hyperscan = shipped(RuleBook::Matcher::hyperscan);
  const RuleBook re2 = shipped(RuleBook::Matcher::re2);
  Labeller one(hyperscan);
  Labeller other(re2);
  std::size_t compared = 0;
  for (const char* name :
       {"access_log.4", "access_log.5", "access_log.6", "snort-feb25-28.syslog.gz", "iptables-feb25-28.syslog.gz"}) {
    const std::string text = read(name);
    for (const std::string_view line : lines_of(text)) {
      // The whole line as a request and as an alert's message, and what stands in quotes.
      Sighting each[3];
      each[0].kind = each[1].kind = Sighting::Kind::request;
      each[2].kind = Sighting::Kind::alert;
      each[0].text = each[2].text = line;
      each[1].text = between(line, "\"", "\" ");
      Verdict first[3];
      Verdict second[3];
      one.label(each, first);
      other.label(each, second);
      for (int i = 0; i < 3; ++i) {
        ASSERT_EQ(first[i].rule, second[i].rule) << line;
        ASSERT_EQ(first[i].step, second[i].step) << line;
      }
      ++compared;
    }
  }
  EXPECT_GT(compared, 29'000u);
}

}  // namespace
}  // namespace secondwave
