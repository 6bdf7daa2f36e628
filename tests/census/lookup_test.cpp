#include "census/lookup.hpp"

#include <gtest/gtest.h>

#include <array>
#include <chrono>
#include <map>
#include <vector>

#include "support/dns_responder.hpp"

namespace secondwave {
namespace {

constexpr Ipv4 first_asked = 10u << 24;

LookupOptions quick(const DnsResponder& responder) {
  return {.resolvers = {{"127.0.0.1", responder.port()}}, .qps = 0, .tries = 2, .timeout_s = 0.4, .back_off_s = 0.01};
}

DnsQuestion nth_question(std::uint64_t i) {
  return {reverse_name(first_asked + static_cast<Ipv4>(i)), RecordType::ptr};
}

/// All answers by number; fails where one is told twice.
std::vector<DnsAnswer> ask_all(const LookupOptions& options, std::uint64_t count) {
  std::vector<DnsAnswer> answers(count);
  std::vector<int> told(count, 0);
  const Result<LookupTraffic> done =
      look_up(options, count, nth_question, [&](std::uint64_t i, DnsAnswer&& answer) -> Status {
        answers[i] = std::move(answer);
        ++told[i];
        return {};
      });
  EXPECT_TRUE(done) << done.error().text();
  EXPECT_EQ(std::count(told.begin(), told.end(), 1), static_cast<std::ptrdiff_t>(count));
  return answers;
}

LookupOutcome planned(Ipv4 address) {
  constexpr std::array outcomes = {LookupOutcome::server_failure, LookupOutcome::timeout, LookupOutcome::no_such_name};
  const Ipv4 which = address % 20;
  if (which < 3) return outcomes[which];
  if (which < 8) return LookupOutcome::no_such_name;
  return which == 8 ? LookupOutcome::no_data : which == 9 ? LookupOutcome::refused : LookupOutcome::answered;
}

TEST(Lookup, EveryOutcomeLandsInItsClass) {
  const DnsResponder responder(plan_zone());
  constexpr std::uint64_t count = 20'000;  // a hundred thousand in tests/cli/test_census.py
  LookupOptions options = quick(responder);
  options.tries = 3;
  const std::vector<DnsAnswer> answers = ask_all(options, count);
  for (std::uint64_t i = 0; i < count; ++i) {
    const Ipv4 address = first_asked + static_cast<Ipv4>(i);
    ASSERT_EQ(answers[i].outcome, planned(address)) << to_string_ipv4(address);
    if (answers[i].outcome == LookupOutcome::answered) {
      std::string name = "host-" + to_string_ipv4(address) + ".pool.example.net";
      std::replace(name.begin() + 5, name.end() - 17, '.', '-');
      ASSERT_EQ(answers[i].name, name);
      ASSERT_EQ(answers[i].ttl_s, 3600u);
    }
    if (answers[i].outcome == LookupOutcome::no_such_name) {
      ASSERT_EQ(answers[i].zone_owner, "example.org");
    }
  }
}

TEST(Lookup, TheRateHoldsRepeatedQuestionsIncluded) {
  const DnsResponder responder([](auto query, auto& replies) { replies.push_back(DnsMessage(query, 2).bytes); });
  LookupOptions options = quick(responder);
  options.qps = 400;
  const Result<LookupTraffic> done =
      look_up(options, 100, nth_question, [](std::uint64_t, DnsAnswer&&) -> Status { return {}; });
  ASSERT_TRUE(done);
  EXPECT_EQ(done->sent, 200u);
  EXPECT_EQ(done->repeated, 100u);
  EXPECT_EQ(responder.queries(), 200u);
  EXPECT_GE(done->seconds, 200 / options.qps - 0.021) << "a burst of 20 ms and no more";
}

TEST(Lookup, LostAnswersAreAskedForAgain) {
  std::map<std::string, int> asked;
  const DnsResponder responder([&](auto query, auto& replies) {
    if (++asked[question_of(query)] == 2) replies.push_back(DnsMessage(query).ptr("a.example").bytes);
  });
  for (const DnsAnswer& answer : ask_all(quick(responder), 50)) EXPECT_EQ(answer.name, "a.example");
}

TEST(Lookup, AReportedFailureTellsMoreThanSilence) {
  std::map<std::string, int> asked;
  const DnsResponder responder([&](auto query, auto& replies) {
    if (++asked[question_of(query)] == 1) replies.push_back(DnsMessage(query, 2).bytes);
  });
  for (const DnsAnswer& answer : ask_all(quick(responder), 5)) EXPECT_EQ(answer.outcome, LookupOutcome::server_failure);
}

TEST(Lookup, TriesGoFromResolverToResolver) {
  const DnsResponder refuses([](auto query, auto& replies) { replies.push_back(DnsMessage(query, 5).bytes); });
  const DnsResponder answers([](auto query, auto& replies) { replies.push_back(DnsMessage(query).ptr("b").bytes); });
  LookupOptions options = quick(refuses);
  options.resolvers.push_back({"127.0.0.1", answers.port()});
  for (const DnsAnswer& answer : ask_all(options, 20)) EXPECT_EQ(answer.name, "b");
  EXPECT_EQ(refuses.queries(), 10u) << "spread over both";
}

TEST(Lookup, LiesAboutIdAndQuestionAreNoAnswers) {
  const DnsResponder responder([](auto query, auto& replies) {
    DnsBytes reply = DnsMessage(query).ptr("forged.example").bytes;
    switch (address_of(query) % 4) {
      case 0:
        reply[0] ^= 0x55;  // another id
        break;
      case 1:
        reply[13] = reply[13] == '1' ? '2' : '1';  // another question
        break;
      case 2:
        reply[2] = 0x01;  // a query, not an answer
        break;
      case 3:  // a lie first, then the truth
        reply[0] ^= 0x55;
        replies.push_back(reply);
        reply = DnsMessage(query).ptr("true.example").bytes;
    }
    replies.push_back(reply);
  });
  LookupOptions options = quick(responder);
  options.tries = 1;
  const std::vector<DnsAnswer> answers = ask_all(options, 40);
  for (std::size_t i = 0; i < answers.size(); ++i) {
    if (i % 4 == 3) {
      EXPECT_EQ(answers[i].name, "true.example");
    } else {
      EXPECT_TRUE(is_passing(answers[i].outcome)) << i << ' ' << to_string(answers[i].outcome);
      EXPECT_EQ(answers[i].name, "");
    }
  }
}

TEST(Lookup, ATruncatedAnswerThatTcpDoesNotCompleteIsNoSuchNameNever) {
  const DnsResponder responder([](auto query, auto& replies) {
    DnsBytes reply = DnsMessage(query).bytes;
    reply[2] |= 0x02;
    replies.push_back(reply);
  });
  LookupOptions options = quick(responder);
  options.tries = 1;
  for (const DnsAnswer& answer : ask_all(options, 10)) EXPECT_TRUE(is_passing(answer.outcome));
}

TEST(Lookup, SaysSoWhereNobodyListens) {
  std::uint16_t port = 0;
  {
    port = DnsResponder([](auto, auto&) {}).port();
  }
  LookupOptions options{
      .resolvers = {{"127.0.0.1", port}}, .qps = 0, .tries = 1, .timeout_s = 0.05, .back_off_s = 0.01};
  const Result<LookupTraffic> done =
      look_up(options, 5000, nth_question, [](std::uint64_t, DnsAnswer&& answer) -> Status {
        EXPECT_EQ(answer.outcome, LookupOutcome::timeout);
        return {};
      });
  ASSERT_FALSE(done);
  EXPECT_NE(done.error().text().find("nobody answers"), std::string::npos);
}

TEST(Lookup, CanBeInterruptedAndStopsOnAnErrorOfItsReader) {
  const DnsResponder responder(plan_zone());
  CancelToken cancel;
  std::uint64_t told = 0;
  const auto count = [&](std::uint64_t, DnsAnswer&&) -> Status {
    if (++told == 100) cancel.cancel();
    return {};
  };
  const Result<LookupTraffic> done = look_up(quick(responder), 1'000'000, nth_question, count, nullptr, &cancel);
  ASSERT_FALSE(done);
  EXPECT_EQ(done.error().kind, ErrorKind::interrupted);
  const Result<LookupTraffic> full =
      look_up(quick(responder), 10, nth_question,
              [](std::uint64_t, DnsAnswer&&) -> Status { return failure(ErrorKind::machine, "the disk is full"); });
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().message, "the disk is full");
}

TEST(Resolver, ReadsItsForms) {
  EXPECT_EQ(*parse_resolver("192.0.2.53"), (Resolver{"192.0.2.53", 53}));
  EXPECT_EQ(*parse_resolver("192.0.2.53:5353"), (Resolver{"192.0.2.53", 5353}));
  EXPECT_EQ(*parse_resolver("2001:db8::53"), (Resolver{"2001:db8::53", 53}));
  EXPECT_EQ(*parse_resolver("[2001:db8::53]:5353"), (Resolver{"2001:db8::53", 5353}));
  for (const char* wrong : {"", "dns.example", "192.0.2.53:", "192.0.2.53:0", "192.0.2.53:65536", "192.0.2.53:5x",
                            "192.0.2.256", "[192.0.2.53]:53", "[2001:db8::53", "192.0.2.53 "}) {
    const Result<Resolver> read = parse_resolver(wrong);
    ASSERT_FALSE(read) << wrong;
    EXPECT_EQ(read.error().kind, ErrorKind::usage);
  }
  EXPECT_EQ(to_string(Resolver{"2001:db8::53", 5353}), "[2001:db8::53]:5353");
  EXPECT_EQ(to_string(Resolver{"192.0.2.53", 53}), "192.0.2.53");
}

}  // namespace
}  // namespace secondwave
