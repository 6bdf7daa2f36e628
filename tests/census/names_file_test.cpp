#include "census/names_file.hpp"

#include <gtest/gtest.h>

#include <vector>

namespace secondwave {
namespace {

constexpr std::int64_t when_us = 1'000'000;

struct Names {
  std::vector<NameAnswer> answers;
  ReadCounts counts;
};

Names read_all(std::string_view text, std::size_t piece = ~std::size_t{0}) {
  Names names;
  NamesReader reader(when_us, [&](NameAnswer&& answer) -> Status {
    names.answers.push_back(std::move(answer));
    return {};
  });
  std::string rest;
  while (!text.empty()) {
    rest += text.substr(0, piece);
    text.remove_prefix(std::min(piece, text.size()));
    rest.erase(0, *reader.read(rest, text.empty()));
  }
  names.counts = reader.counts();
  return names;
}

TEST(NamesFile, TabsAreReadAndWhatIsNoNameIsCounted) {
  const std::string text =
      "# names\n192.0.2.1\tWWW.Example.com.\r\n\n192.0.2.2\t\n192.0.2\tx.example\nno tab\n192.0.2.3\t"
      "=cmd|\x1b\xE2\x80\xAE<b>.example\tmore\n192.0.2.4\tlast.example";
  const Names names = read_all(text);
  ASSERT_EQ(names.answers.size(), 3u);
  EXPECT_EQ(names.answers[0].name, "www.example.com");
  EXPECT_EQ(names.answers[0].address, 0xC0000201u);
  EXPECT_EQ(names.answers[0].asked_us, when_us);
  EXPECT_EQ(names.answers[1].name, "=cmd|\\027\\226\\128\\174<b>.example");
  EXPECT_EQ(names.answers[2].name, "last.example");
  EXPECT_EQ(names.counts.bad, 3u);
  EXPECT_EQ(names.counts.other, 2u);
  EXPECT_EQ(names.counts.bad_samples.at(0).place, 4u);
  for (const std::size_t piece : {1u, 3u, 7u, 40u}) EXPECT_EQ(read_all(text, piece).answers, names.answers) << piece;
}

TEST(NamesFile, ZdnsOfBothVersions) {
  const Names names = read_all(
      R"({"name":"192.0.2.1","class":"IN","status":"NOERROR","timestamp":"2021-05-04T03:02:01Z","data":{"answers":[{"ttl":300,"type":"CNAME","name":"1.2.0.192.in-addr.arpa","answer":"1.0-127.2.0.192.in-addr.arpa."},{"ttl":600,"type":"PTR","name":"x","answer":"Mail.example."}]}})"
      "\n"
      R"({"name":"2.2.0.192.in-addr.arpa","results":{"PTR":{"status":"NXDOMAIN","timestamp":"2021-05-04T03:02:01+01:00","data":{"authorities":[{"type":"SOA","name":"2.0.192.in-addr.arpa","ns":"ns.isp.net","mbox":"hostmaster.isp.net"}]}}}})"
      "\n");
  EXPECT_EQ(names.counts.bad, 0u);
  ASSERT_EQ(names.answers.size(), 2u);
  const std::int64_t asked_us = parse_utc("2021-05-04T03:02:01Z")->microseconds();
  EXPECT_EQ(names.answers[0], (NameAnswer{.address = 0xC0000201,
                                          .outcome = LookupOutcome::answered,
                                          .asked_us = asked_us,
                                          .expires_us = asked_us + 600'000'000,
                                          .name = "mail.example"}));
  EXPECT_EQ(names.answers[1].address, 0xC0000202u);
  EXPECT_EQ(names.answers[1].outcome, LookupOutcome::no_such_name);
  EXPECT_EQ(names.answers[1].zone_owner, "isp.net");
  EXPECT_EQ(names.answers[1].asked_us, asked_us - 3'600'000'000);
}

TEST(NamesFile, ZdnsOutcomesAreToldApart) {
  const auto outcome = [](const std::string& status) {
    const Names names = read_all(R"({"name":"192.0.2.1","data":{},"status":")" + status + "\"}");
    return names.answers.empty() ? LookupOutcome::not_asked : names.answers[0].outcome;
  };
  EXPECT_EQ(outcome("NOERROR"), LookupOutcome::no_data) << "a name that is not there";
  EXPECT_EQ(outcome("NXDOMAIN"), LookupOutcome::no_such_name);
  EXPECT_EQ(outcome("SERVFAIL"), LookupOutcome::server_failure);
  EXPECT_EQ(outcome("REFUSED"), LookupOutcome::refused);
  EXPECT_EQ(outcome("TIMEOUT"), LookupOutcome::timeout);
  EXPECT_EQ(outcome("ITERATIVE_TIMEOUT"), LookupOutcome::timeout);
  EXPECT_EQ(outcome("ERROR"), LookupOutcome::unusable);
  EXPECT_EQ(outcome("SOMETHING_NEW"), LookupOutcome::not_asked);
}

TEST(NamesFile, BrokenLinesAreCountedAndNothingElse) {
  const std::string deep(60'000, '[');
  const Names names = read_all("{\n{}\n{\"name\":7}\n{\"name\":\"192.0.2.1\",\"status\":[]}\n{\"a\":" + deep + "\n" +
                               std::string(200'000, 'x') + "\n{\"name\":\"\xFF\"}\n192.0.2.9\tgood.example\n");
  EXPECT_EQ(names.answers.size(), 1u);
  EXPECT_EQ(names.counts.bad, 7u);
}

TEST(NamesFile, AnErrorOfItsReaderEndsIt) {
  NamesReader reader(0, [](NameAnswer&&) -> Status { return failure(ErrorKind::machine, "the disk is full"); });
  const Result<std::size_t> read = reader.read("192.0.2.1\ta\n192.0.2.2\tb\n", true);
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().message, "the disk is full");
}

}  // namespace
}  // namespace secondwave
