// Hyperscan and RE2 give equal verdicts and find equal lines: on random texts that are made to hit often, with random
// rules, and with the book that comes along.
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include <array>

#include "books.hpp"
#include "signature/safe_pattern.hpp"

namespace secondwave {
namespace {

using namespace testing_books;

bool same(const Verdict& a, const Verdict& b) {
  return a.rule == b.rule && a.label == b.label && a.step == b.step;
}

/// A line of pieces that rules are made of, of bytes that need care, and of noise.
std::string random_line() {
  static const std::array<std::string, 26> pieces = {"GET ",
                                                     "get ",
                                                     "POST ",
                                                     "GET  ",
                                                     " ",
                                                     "/default.ida?",
                                                     "NNNNNNNN",
                                                     "XXXXXXXX",
                                                     "xxxxxxxX",
                                                     "/scripts/",
                                                     "..%255c..",
                                                     "..%5c..",
                                                     "..%%35%63..",
                                                     "/winnt/system32/cmd.exe",
                                                     "/MSADC/root.exe",
                                                     "/scripts/root.exe",
                                                     "/c/winnt/system32/cmd.exe",
                                                     "?/c+dir",
                                                     " HTTP/1.0",
                                                     "\\xc1\\x1c",
                                                     std::string(1, '\0'),
                                                     "\xC1\x9C",
                                                     "\xE9\xC9\xB5",
                                                     "\r",
                                                     "abcd",
                                                     "ABCE"};
  std::string line;
  const int count = *rc::gen::inRange(0, 9);
  for (int i = 0; i < count; ++i) line += pieces[*rc::gen::inRange<std::size_t>(0, pieces.size())];
  return line;
}

/// A pattern within the small language, with a needle in front.
std::string random_regex() {
  static const std::array<std::string, 14> parts = {"a",     "[a-e]",  "[^a-e]",        ".",      "(bc|de)", "\\.",
                                                    "\\d",   "(e|f)+", "[\\xc0-\\xff]", "x{1,3}", "\\s?",    "(a|bc?)*",
                                                    "\\xe9", "%"};
  std::string regex = "/abcd";
  const int count = *rc::gen::inRange(0, 6);
  for (int i = 0; i < count; ++i) regex += parts[*rc::gen::inRange<std::size_t>(0, parts.size())];
  return regex;
}

std::string random_text_for_regex() {
  const auto bytes = *rc::gen::container<std::string>(rc::gen::element('a', 'A', 'b', 'c', 'C', 'd', 'e', 'E', 'f', 'x',
                                                                       'X', '.', '1', ' ', '%', '\xE9', '\xC9', '\0'));
  return "GET /abcd" + bytes;
}

Sighting request_of(std::string_view text) {
  Sighting sighting;
  sighting.kind = Sighting::Kind::request;
  sighting.text = text;
  return sighting;
}

class MatcherTest : public testing::Test {
 protected:
  void SetUp() override {
    if (!RuleBook::has_hyperscan()) GTEST_SKIP() << "built without Hyperscan: nothing to compare RE2 with";
  }
};

RC_GTEST_FIXTURE_PROP(MatcherTest, TheShippedBookHitsTheSame, ()) {
  if (!RuleBook::has_hyperscan()) return;
  static const RuleBook hyperscan = shipped(RuleBook::Matcher::hyperscan);
  static const RuleBook re2 = shipped(RuleBook::Matcher::re2);
  for (int i = 0; i < 50; ++i) {
    const std::string line = random_line();
    const Sighting sighting = request_of(line);
    RC_ASSERT(same(label_one(hyperscan, sighting), label_one(re2, sighting)));
  }
}

RC_GTEST_FIXTURE_PROP(MatcherTest, RandomRulesHitTheSame, ()) {
  if (!RuleBook::has_hyperscan()) return;
  std::string text;
  for (int i = 0; i < 4; ++i) {
    text += head("rule" + std::to_string(i)) +
            "[rule.request]\ncase_matters = " + (*rc::gen::arbitrary<bool>() ? "true" : "false") + "\nmatches = '" +
            random_regex() + "'\n";
  }
  const auto hyperscan = parse(text, RuleBook::Matcher::hyperscan);
  const auto re2 = parse(text, RuleBook::Matcher::re2);
  RC_ASSERT(hyperscan.has_value());
  RC_ASSERT(re2.has_value());
  int hits = 0;
  for (int i = 0; i < 20; ++i) {
    const std::string line = random_text_for_regex();
    const Verdict one = label_one(*hyperscan, request_of(line));
    RC_ASSERT(same(one, label_one(*re2, request_of(line))));
    hits += one.rule != Verdict::no_rule ? 1 : 0;
  }
  RC_CLASSIFY(hits > 0);
}

RC_GTEST_FIXTURE_PROP(MatcherTest, TheSameLinesAreFound, ()) {
  if (!RuleBook::has_hyperscan()) return;
  static const RuleBook hyperscan = shipped(RuleBook::Matcher::hyperscan);
  static const RuleBook re2 = shipped(RuleBook::Matcher::re2);
  std::string chunk;
  const int count = *rc::gen::inRange(0, 30);
  for (int i = 0; i < count; ++i) chunk += random_line() + (*rc::gen::inRange(0, 10) == 0 ? "" : "\n");
  std::vector<Labeller::Line> first;
  std::vector<Labeller::Line> second;
  RC_ASSERT(Labeller(hyperscan).find_lines(chunk, first) == Labeller(re2).find_lines(chunk, second));
  RC_ASSERT(first.size() == second.size());
  for (std::size_t i = 0; i < first.size(); ++i) {
    RC_ASSERT(first[i].text.data() == second[i].text.data());
    RC_ASSERT(first[i].text.size() == second[i].text.size());
    RC_ASSERT(first[i].number == second[i].number);
  }
}

}  // namespace
}  // namespace secondwave
