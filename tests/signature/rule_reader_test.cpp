// What is wrong in a file of signatures is said with file, line, column and remedy.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "books.hpp"
#include "scenario/toml_tree.hpp"

namespace secondwave {
namespace {

using namespace testing_books;
using testing::HasSubstr;
using testing::StartsWith;

TEST(RuleReader, SaysWhereAndWhatIsWrong) {
  const auto error = parse(head("one") + "[rule.packet]\nprotocol = \"tcp\"\ntarget_port = 23\n");
  ASSERT_FALSE(error.has_value());
  EXPECT_EQ(error.error().kind, ErrorKind::data);
  EXPECT_EQ(error.error().text(),
            "test.toml:8:1: rule.0.packet.target_port is not a key\n  did you mean target_ports?");
}

TEST(RuleReader, RefusesWhatCannotBeMeant) {
  const std::string packet = head("one") + "[rule.packet]\nprotocol = \"tcp\"\n";
  const std::string request = head("one") + "[rule.request]\n";
  const std::string sequence =
      head("one") + "[rule.sequence]\notherwise = \"scan\"\nwithin_s = 3600\nsteps_needed = 1\n";
  const std::pair<std::string, const char*> cases[] = {
      {"", "there is no rule"},
      {"rule = 3", "there is no rule"},
      {"rule = [3]", "rule.0 must be a table"},
      {"[[rule]]\n", "rule.0.name is missing"},
      {head("one"), "says nothing to look for"},
      {head("one", "nimdda") + "[rule.request]\ncontains = \"abcd\"\n", "did you mean nimda?"},
      {head("one") + "[rule.request]\ncontains = \"abcd\"\n[rule.alert]\nids = 3\n",
       "rule.0.alert comes after request"},
      {request, "give one of starts_with, contains, matches"},
      {request + "contains = \"a/b\"\n", "cannot be searched for"},
      {request + "contains = []\n", "1 to 256 items"},
      {request + "method = \"get\"\ncontains = \"abcd\"\n", "upper case"},
      {request + "matches = \"(abcd\"\n", "a ( has no )"},
      {request + "case_matters = 1\ncontains = \"abcd\"\n", "true or false"},
      {head("one") + "[rule.alert]\nids = -1\n", "from 1 to 4294967295"},
      {packet, "says nothing to look for"},
      {packet + "target_ports = 65536\n", "from 0 to 65535"},
      {packet + "target_ports = [[5, 3]]\n", "[lowest, highest]"},
      {packet + "ip_length = [1, 2, 3]\n", "[lowest, highest]"},
      {packet + "flags = \"SYN\"\n", "\"fin\", \"syn\""},
      {packet + "icmp_type = 8\n", "trait of icmp only"},
      {packet + "ip_id = \"zmap\"\n", "or \"masscan\""},
      {packet + "sequence = 7\n", "\"target-address\""},
      {head("one") + "[rule.packet]\nprotocol = \"sctp\"\ntarget_ports = 3\n", "\"tcp\", \"udp\" or \"icmp\""},
      {head("one") + "[rule.packet]\nprotocol = \"udp\"\nip_id = \"masscan\"\n", "law of tcp only"},
      {head("one") + "from = 2001-01-01T00:00:00\n[rule.alert]\nids = 3\n", "no time zone"},
      {head("one") + "from = 2002-01-01T00:00:00Z\nuntil = 2001-01-01T00:00:00Z\n[rule.alert]\nids = 3\n",
       "can never hit"},
      {sequence, "steps must be an array"},
      {sequence + "steps = [3]\n", "must be a string"},
      {head("one") + "[rule.sequence]\notherwise = \"scan\"\nwithin_s = 7000\nsteps_needed = 1\nsteps = [\"/abcd\"]\n",
       "from 1 to 3600"},
      {head("one") + "[rule.sequence]\notherwise = \"scan\"\nwithin_s = 3500\nsteps_needed = 1\nsteps = [\"/abcd\"]\n",
       "must divide an hour"},
      {head("one") + "[rule.sequence]\notherwise = \"scan\"\nwithin_s = 3600\nsteps_needed = 2\nsteps = [\"/abcd\"]\n",
       "steps_needed must be 1, not 2"},
      {head("one") + "[rule.alert]\nids = 3\n" + head("one") + "[rule.alert]\nids = 4\n", "already a rule one"},
      {"[[rule]]\nname = \"a\nb\"", "not valid TOML"}};
  for (const auto& [text, what] : cases) {
    const auto book = parse(text);
    ASSERT_FALSE(book.has_value()) << text;
    EXPECT_EQ(book.error().kind, ErrorKind::data) << text;
    EXPECT_EQ(book.error().place.file, "test.toml") << text;
    EXPECT_THAT(book.error().text(), HasSubstr(what)) << text;
  }
}

TEST(RuleReader, RefusesTooManySteps) {
  std::string steps;
  for (int i = 0; i < 65; ++i) steps += "\"/step" + std::to_string(i) + "\", ";
  const auto book =
      parse(head("one") + "[rule.sequence]\notherwise = \"scan\"\nwithin_s = 60\nsteps_needed = 1\nsteps = [" + steps +
            "]\n");
  EXPECT_THAT(book.error().message, HasSubstr("1 to 64"));
}

TEST(RuleReader, RefusesABookThatWouldTakeLongToCompile) {
  std::string text;
  for (int i = 0; i < 60; ++i) {
    text += head("rule" + std::to_string(i)) + "[rule.request]\nmatches = \"abcd(.{1,100}a){18}\"\n";
  }
  const auto book = parse(text);
  ASSERT_FALSE(book.has_value());
  EXPECT_THAT(book.error().text(), HasSubstr("more than 100000 atoms"));
}

TEST(RuleFolder, ReadsTheTomlFilesByName) {
  namespace fs = std::filesystem;
  const fs::path folder = fs::path(testing::TempDir()) / "signature_folder";
  fs::remove_all(folder);
  EXPECT_EQ(read_rule_folder(folder.string()).error().kind, ErrorKind::usage);
  fs::create_directories(folder / "z.toml");
  EXPECT_FALSE(read_rule_folder(folder.string()).has_value()) << "a folder is not a file";
  fs::remove(folder / "z.toml");
  std::ofstream(folder / "notes.txt") << "not a rule";
  EXPECT_EQ(read_rule_folder(folder.string()).error().kind, ErrorKind::data);
  std::ofstream(folder / "b.toml") << "second";
  std::ofstream(folder / "a.toml") << "first";
  const auto files = read_rule_folder(folder.string());
  ASSERT_EQ(files->size(), 2u);
  EXPECT_EQ(files->at(0).text, "first");
  std::ofstream(folder / "c.toml") << std::string(max_toml_bytes + 1, '#');
  EXPECT_EQ(read_rule_folder(folder.string()).error().kind, ErrorKind::data);
  fs::remove_all(folder);
}

}  // namespace
}  // namespace secondwave
