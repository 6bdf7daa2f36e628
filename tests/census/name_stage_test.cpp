#include "census/name_stage.hpp"

#include <gtest/gtest.h>

#include <map>

#include "support/dns_responder.hpp"

namespace secondwave {
namespace {

using Section = DnsMessage::Section;

/// What a cache promises, without a file.
class MemoryCache final : public NameCache {
 public:
  Status put(std::span<const NameAnswer> answers) override {
    for (const NameAnswer& answer : answers) periods[answer.address] = {answer, answer.asked_us};
    ++writes;
    return fails ? Status(failure(ErrorKind::machine, "the disk is full")) : Status();
  }
  Status walk(const Visit& visit) override {
    for (const auto& [address, period] : periods) {
      if (const Status visited = visit(period); !visited) return visited;
    }
    return {};
  }
  std::map<Ipv4, NamePeriod> periods;
  int writes = 0;
  bool fails = false;
};

std::vector<HostFact> hosts_from(Ipv4 first, std::size_t count) {
  std::vector<HostFact> hosts(count);
  for (std::size_t i = 0; i < count; ++i) hosts[i].address = first + static_cast<Ipv4>(i);
  return hosts;
}

std::vector<std::uint32_t> all_of(const std::vector<HostFact>& hosts) {
  std::vector<std::uint32_t> numbers(hosts.size());
  for (std::uint32_t i = 0; i < numbers.size(); ++i) numbers[i] = i;
  return numbers;
}

NameQuestions questions(MemoryCache& cache, const DnsResponder& responder) {
  return {.cache = &cache,
          .lookup = {.resolvers = {{"127.0.0.1", responder.port()}},
                     .qps = 0,
                     .tries = 2,
                     .timeout_s = 0.4,
                     .back_off_s = 0.01},
          .now_us = [] { return std::int64_t{1'000'000'000}; }};
}

TEST(NameStage, ZonesAreAskedForWhereTheAnswerNamedNoOwner) {
  int zones = 0;
  const DnsResponder responder([&](auto query, auto& replies) {
    if (type_of(query) == 12) {
      replies.push_back(DnsMessage(query, 3).bytes);
    } else {
      ++zones;
      replies.push_back(DnsMessage(query).soa("0.0.10.in-addr.arpa", "hostmaster.isp.example").bytes);
    }
  });
  MemoryCache cache;
  std::vector<HostFact> hosts = hosts_from(0x0A000000, 300);
  const Result<NameTraffic> traffic = ask_names(questions(cache, responder), hosts, all_of(hosts));
  ASSERT_TRUE(traffic) << traffic.error().text();
  EXPECT_EQ(traffic->zones, 2u) << "one question a /24";
  EXPECT_EQ(zones, 2);
  for (const HostFact& host : hosts) {
    EXPECT_EQ(host.lookup, LookupOutcome::no_such_name);
    EXPECT_EQ(host.zone_owner, "isp.example");
    EXPECT_EQ(cache.periods.at(host.address).answer.zone_owner, "isp.example");
  }
}

TEST(NameStage, NamesAreConfirmedByTheirAddresses) {
  const DnsResponder responder([](auto query, auto& replies) {
    DnsMessage reply(query);
    const Ipv4 last = address_of(query) & 3;
    if (type_of(query) == 12) {
      replies.push_back(reply
                            .ptr(last == 3   ? "odd name.example"
                                 : last == 2 ? "silent.example"
                                 : last == 1 ? "lie.example"
                                             : "true.example")
                            .bytes);
    } else if (question_of(query) == "true.example") {
      replies.push_back(reply.add(Section::answer, DnsMessage::question_name(), 1, 60, {10, 0, 0, 0}).bytes);
    } else if (question_of(query) == "lie.example") {
      replies.push_back(reply.add(Section::answer, DnsMessage::question_name(), 1, 60, {10, 9, 9, 9}).bytes);
    }
  });
  MemoryCache cache;
  NameQuestions ask = questions(cache, responder);
  ask.confirm = true;
  std::vector<HostFact> hosts = hosts_from(0x0A000000, 4);
  ASSERT_TRUE(ask_names(ask, hosts, all_of(hosts)));
  EXPECT_EQ(hosts[0].confirmed, true);
  EXPECT_EQ(hosts[1].confirmed, false);
  EXPECT_EQ(hosts[2].confirmed, std::nullopt) << "silence says nothing";
  EXPECT_EQ(hosts[3].name, "odd\\032name.example");
  EXPECT_EQ(hosts[3].confirmed, std::nullopt) << "not a name that can be asked for";
  EXPECT_EQ(cache.periods.at(0x0A000000).answer.confirmed, true);
}

TEST(NameStage, TimesToLiveAreKeptWithinBounds) {
  const DnsResponder responder([](auto query, auto& replies) {
    switch (address_of(query) & 3) {
      case 0:
        replies.push_back(DnsMessage(query).ptr("a", 7200).bytes);
        break;
      case 1:
        replies.push_back(DnsMessage(query).ptr("a", 0xFFFFFFFF).bytes);
        break;
      case 2:
        replies.push_back(DnsMessage(query, 3).soa("0.0.10.in-addr.arpa", "h.isp.example", 900'000).bytes);
        break;
      default:
        replies.push_back(DnsMessage(query, 2).bytes);
    }
  });
  MemoryCache cache;
  const NameQuestions ask = questions(cache, responder);
  std::vector<HostFact> hosts = hosts_from(0x0A000000, 4);
  ASSERT_TRUE(ask_names(ask, hosts, all_of(hosts)));
  const auto held_s = [&](Ipv4 i) {
    const NameAnswer& answer = cache.periods.at(0x0A000000 + i).answer;
    return (answer.expires_us - answer.asked_us) / 1'000'000;
  };
  EXPECT_EQ(held_s(0), 7200);
  EXPECT_EQ(held_s(1), 60) << "a time to live with its first bit set is none (RFC 2181)";
  EXPECT_EQ(held_s(2), 86'400);
  EXPECT_EQ(held_s(3), 900);
}

TEST(NameStage, APassingFailureLeavesTheOldNameAndAnErrorOfTheCacheEndsTheRun) {
  MemoryCache cache;
  cache.periods[7] = {{.address = 7, .outcome = LookupOutcome::answered, .asked_us = 5, .expires_us = 9, .name = "old"},
                      5};
  std::vector<HostFact> hosts = hosts_from(6, 3);
  const Result<std::vector<std::int64_t>> expires_us = names_from_cache(cache, hosts);
  ASSERT_TRUE(expires_us);
  EXPECT_EQ((*expires_us)[1], 9);
  EXPECT_LT((*expires_us)[0], 0);
  EXPECT_EQ(hosts[1].name, "old");
  EXPECT_EQ(hosts[0].lookup, LookupOutcome::not_asked);
  const DnsResponder responder([](auto query, auto& replies) { replies.push_back(DnsMessage(query, 2).bytes); });
  ASSERT_TRUE(ask_names(questions(cache, responder), hosts, all_of(hosts)));
  EXPECT_EQ(hosts[1].lookup, LookupOutcome::server_failure);
  EXPECT_EQ(hosts[1].name, "old");
  EXPECT_EQ(hosts[1].named_us, 5);
  cache.fails = true;
  const Result<NameTraffic> failed = ask_names(questions(cache, responder), hosts, all_of(hosts));
  ASSERT_FALSE(failed);
  EXPECT_EQ(failed.error().message, "the disk is full");
}

}  // namespace
}  // namespace secondwave
