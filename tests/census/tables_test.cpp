#include "census/tables.hpp"

#include <gtest/gtest.h>

#include "census/local_hours.hpp"

namespace secondwave {
namespace {

constexpr std::int64_t day_us = std::int64_t{86'400} * 1'000'000;
constexpr std::int32_t july_19 = 11522;  // days since 1970

HostFact host(Ipv4 address, std::string name, std::vector<std::int32_t> days) {
  HostFact fact{.address = address};
  fact.lookup = name.empty() ? LookupOutcome::no_such_name : LookupOutcome::answered;
  fact.name = std::move(name);
  fact.first_us = days.front() * day_us;
  fact.last_us = days.back() * day_us + 1'000'000;
  fact.days = std::move(days);
  fact.sightings = 10;
  return fact;
}

std::string text_of(const CensusTable& table) {
  std::string text;
  for (const CensusRow& row : table.rows) {
    text += row.key + (row.label.empty() ? "" : "(" + row.label + ")") + "=" + std::to_string(row.hosts);
    for (const std::uint64_t count : row.by_day) text += "/" + std::to_string(count);
    text += " ";
  }
  return text + "?=" + std::to_string(table.unknown);
}

std::vector<HostFact> some_hosts() {
  std::vector<HostFact> hosts = {host(1, "a.example.net", {july_19, july_19 + 2}), host(2, "b.example.net", {july_19}),
                                 host(3, "c.example.co.uk", {july_19 + 1}), host(4, "", {july_19 + 2}),
                                 host(5, "", {july_19 + 2})};
  hosts[0].country = hosts[2].country = "DE";
  hosts[1].country = hosts[3].country = "AT";
  hosts[0].asn = hosts[1].asn = 64500;
  hosts[1].as_name = "Example";
  hosts[3].zone_owner = "isp.example";
  hosts[4].lookup = LookupOutcome::timeout;
  hosts[4].prefix = Prefix{0x0A000000, 8};
  hosts[3].prefix = Prefix{0, 0};
  return hosts;
}

TEST(CensusTables, EveryHostIsInOneRowOrUnknown) {
  const std::vector<HostFact> hosts = some_hosts();
  const auto by = [&](CensusBy dimension) { return text_of(count_by(hosts, {.by = dimension})); };
  EXPECT_EQ(by(CensusBy::country), "AT=2 DE=2 ?=1");
  EXPECT_EQ(by(CensusBy::tld), "net=2 uk=1 ?=2");
  EXPECT_EQ(by(CensusBy::domain), "example.net=2 example.co.uk=1 isp.example=1 ?=1");
  EXPECT_EQ(by(CensusBy::asn), "AS64500(Example)=2 ?=3");
  EXPECT_EQ(by(CensusBy::network), "0.0.0.0/0=1 10.0.0.0/8=1 ?=3");
  EXPECT_EQ(by(CensusBy::access), "?=5");
}

TEST(CensusTables, TopAndDays) {
  const std::vector<HostFact> hosts = some_hosts();
  const CensusDays days = count_days(hosts);
  EXPECT_EQ(days.first, july_19);
  ASSERT_EQ(days.days.size(), 3u);
  EXPECT_EQ(days.days[0].hosts, 2u);
  EXPECT_EQ(days.days[2].hosts, 3u);
  EXPECT_EQ(days.days[2].new_hosts, 2u);
  EXPECT_EQ(days.days[0].silent, 1u);
  const CensusTable table = count_by(hosts, {.by = CensusBy::domain, .top = 1, .days = &days});
  EXPECT_EQ(text_of(table), "example.net=2/2/0/1 ?=1");
  EXPECT_EQ(table.keys, 3u);
  std::vector<HostFact> far = hosts;
  far[4].days = {-2'000'000'000, 2'000'000'000};
  EXPECT_EQ(count_days(far).days.size(), 4000u) << "bounded, whatever the times are";
}

TEST(CensusTables, NamesAndSilence) {
  std::vector<HostFact> hosts = some_hosts();
  hosts[1].name = hosts[0].name;
  hosts[2].lookup = LookupOutcome::server_failure;
  hosts[2].confirmed = true;
  const NameCounts names = count_names(hosts);
  EXPECT_EQ(names.by_outcome[static_cast<std::size_t>(LookupOutcome::timeout)], 1u);
  EXPECT_EQ(names.named, 3u);
  EXPECT_EQ(names.kept, 1u);
  EXPECT_EQ(names.shared, 2u);
  EXPECT_EQ(names.zone_owners, 1u);
  EXPECT_EQ(names.confirmed, 1u);
  const CensusSilence silence = count_silence(hosts);
  EXPECT_EQ(silence.bin_us, 3'600'000'000);
  EXPECT_EQ(silence.last_seen.size(), 49u);
  EXPECT_EQ(silence.last_seen.front(), 1u);
  EXPECT_EQ(silence.last_seen.back(), 3u);
  EXPECT_EQ(silence.lifetime_p50_s, 1);
  EXPECT_TRUE(count_silence({}).last_seen.empty());
}

TEST(LocalHours, OfCountriesAndTheirClocks) {
  const UtcTime july = *parse_utc("2001-07-19T00:00:00Z");
  EXPECT_EQ(country_offset_min("DE", july), 120);
  EXPECT_EQ(country_offset_min("IN", july), 330);
  EXPECT_EQ(country_offset_min("KR", july), 540);
  EXPECT_EQ(country_offset_min("US", july), -300);
  EXPECT_EQ(country_offset_min("XX", july), std::nullopt);
  EXPECT_EQ(country_offset_min("", july), std::nullopt);
  int known = 0;
  for (char a = 'A'; a <= 'Z'; ++a) {
    for (char b = 'A'; b <= 'Z'; ++b) known += country_offset_min(std::string{a, b}, july) ? 1 : 0;
  }
  EXPECT_EQ(known, 72) << "every zone of the table exists";
  std::vector<HostFact> hosts = some_hosts();
  hosts.resize(1);
  hosts[0].utc_hours = 1u << 23 | 1u;
  const HourCounts counts = count_hours(hosts);
  EXPECT_EQ(counts.utc[23], 1u);
  EXPECT_EQ(counts.utc[0], 1u);
  EXPECT_EQ(counts.local[1], 1u);
  EXPECT_EQ(counts.local[2], 1u);
  EXPECT_EQ(counts.local_hosts, 1u);
}

}  // namespace
}  // namespace secondwave
