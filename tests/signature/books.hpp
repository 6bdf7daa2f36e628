// Books for tests: the one that comes along, and small ones.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <vector>

#include "signature/labels.hpp"
#include "signature/rule_folder.hpp"

namespace secondwave::testing_books {

/// The signatures of this checkout.
inline RuleBook shipped(RuleBook::Matcher matcher = RuleBook::Matcher::fastest) {
  const auto files = read_rule_folder(SECONDWAVE_SOURCE_DIR "/signatures");
  if (!files) ADD_FAILURE() << files.error().text();
  Result<RuleBook> book = RuleBook::parse(files.value(), matcher);
  if (!book) ADD_FAILURE() << book.error().text();
  return std::move(book.value());
}

inline Result<RuleBook> parse(const std::string& text, RuleBook::Matcher matcher = RuleBook::Matcher::fastest) {
  const std::vector<RuleBook::File> files = {{"test.toml", text}};
  return RuleBook::parse(files, matcher);
}

/// Head of a rule, to be followed by its evidence.
inline std::string head(const std::string& name, const std::string& label = "scan") {
  return "[[rule]]\nname = \"" + name + "\"\nlabel = \"" + label + "\"\nsource = \"a paper\"\nwhy = \"because\"\n";
}

/// Both matchers where both were built in.
inline std::vector<RuleBook::Matcher> matchers() {
  std::vector<RuleBook::Matcher> all = {RuleBook::Matcher::re2};
  if (RuleBook::has_hyperscan()) all.push_back(RuleBook::Matcher::hyperscan);
  return all;
}

inline Verdict label_one(const RuleBook& book, const Sighting& sighting) {
  Labeller labeller(book);
  Verdict verdict;
  labeller.label({&sighting, 1}, {&verdict, 1});
  return verdict;
}

/// The name of the rule that hits, or "".
inline std::string hit(const RuleBook& book, const Sighting& sighting) {
  const Verdict verdict = label_one(book, sighting);
  return verdict.rule == Verdict::no_rule ? "" : std::string(book.name(verdict.rule));
}

inline std::string label_name(LabelId id) {
  return std::string(label_names()[id]);
}

}  // namespace secondwave::testing_books
