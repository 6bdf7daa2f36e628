#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <limits>
#include <map>
#include <sstream>

#include "statistics.hpp"
#include "world/placement.hpp"

namespace secondwave {
namespace {

using testing::HasSubstr;

constexpr std::uint64_t seed = 20010719;
constexpr std::uint64_t code_red_hosts = 359'104;

std::shared_ptr<const CountryTable> table_of(const std::string& text) {
  Result<CountryTable> table = CountryTable::parse(text, "table", 0.0);
  EXPECT_TRUE(table.has_value()) << table.error().text();
  return std::make_shared<const CountryTable>(std::move(table.value()));
}

std::shared_ptr<const CountryTable> table_in(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return table_of(text.str());
}

std::shared_ptr<const CountryTable> plan() {
  return table_in(SECONDWAVE_SOURCE_DIR "/tables/plan.csv");
}

PlacementSpec by_country(const std::vector<std::pair<std::string, double>>& shares) {
  PlacementSpec spec;
  spec.method = PlacementSpec::Method::country;
  for (const auto& [code, percent] : shares) {
    CountryShare share;
    share.code = code;
    share.percent = Quantity::fixed(percent);
    spec.shares.push_back(share);
  }
  return spec;
}

PlacementSpec code_red() {
  return by_country({{"US", 43.91},
                     {"KR", 10.57},
                     {"CN", 5.05},
                     {"TW", 4.21},
                     {"CA", 3.47},
                     {"GB", 3.32},
                     {"DE", 3.28},
                     {"AU", 2.39},
                     {"JP", 2.31},
                     {"NL", 2.16}});
}

PlacementSpec in_networks(PlacementSpec spec, std::uint32_t networks, int length) {
  spec.networks = networks;
  spec.network_length = length;
  return spec;
}

Placement placement_of(const PlacementSpec& spec, int bits, const std::shared_ptr<const CountryTable>& table) {
  Result<Placement> placement = Placement::make(spec, bits, table);
  EXPECT_TRUE(placement.has_value()) << placement.error().text();
  return std::move(placement.value());
}

std::vector<Ipv4> place(const PlacementSpec& spec, std::uint64_t hosts, int bits = 32,
                        const std::shared_ptr<const CountryTable>& table = nullptr, std::uint32_t replicate = 0) {
  Result<std::vector<Ipv4>> addresses =
      placement_of(spec, bits, table).place(hosts, draw_shares(spec, seed, replicate), seed, replicate);
  EXPECT_TRUE(addresses.has_value()) << addresses.error().text();
  return std::move(addresses.value());
}

void expect_ascending(const std::vector<Ipv4>& addresses) {
  EXPECT_EQ(std::adjacent_find(addresses.begin(), addresses.end(), [](Ipv4 a, Ipv4 b) { return a >= b; }),
            addresses.end());
}

std::uint64_t digest(const std::vector<Ipv4>& addresses) {
  std::uint64_t hash = 14695981039346656037u;
  for (const Ipv4 address : addresses) hash = (hash ^ address) * 1099511628211u;
  return hash;
}

// What the law says --------------------------------------------------------------------------------------------------

TEST(Placement, UniformFillsTheSpaceEvenly) {
  const std::vector<Ipv4> addresses = place({}, code_red_hosts);
  ASSERT_EQ(addresses.size(), code_red_hosts);
  expect_ascending(addresses);
  std::vector<std::uint64_t> high(256), low(256);
  for (const Ipv4 address : addresses) {
    ++high[address >> 24];
    ++low[address & 255u];
  }
  EXPECT_LT(test::chi_square(high, test::equal_probabilities(256)), test::chi_square_limit(256));
  EXPECT_LT(test::chi_square(low, test::equal_probabilities(256)), test::chi_square_limit(256));
}

TEST(Placement, CountriesHoldTheirSharesAndTheRestFollowsAddresses) {
  const auto table = plan();
  const PlacementSpec spec = code_red();
  const std::vector<Ipv4> addresses = place(spec, code_red_hosts, 32, table);
  ASSERT_EQ(addresses.size(), code_red_hosts);
  expect_ascending(addresses);
  std::map<std::string, double> shares;
  double left = 100;
  for (const CountryShare& share : spec.shares) {
    shares[share.code] = share.percent.a;
    left -= share.percent.a;
  }
  double rest_addresses = 0;
  for (const CountryRanges& country : table->countries()) {
    if (shares.count(country.code) == 0) rest_addresses += static_cast<double>(country.addresses);
  }
  std::map<std::string, std::uint64_t> found;
  for (const Ipv4 address : addresses) ++found[std::string(table->country_of(address))];
  EXPECT_EQ(found.count(""), 0u);
  std::vector<std::uint64_t> counts;
  std::vector<double> right, wrong;
  for (const CountryRanges& country : table->countries()) {
    counts.push_back(found[country.code]);
    const auto share = shares.find(country.code);
    right.push_back(share != shares.end() ? share->second / 100
                                          : left / 100 * static_cast<double>(country.addresses) / rest_addresses);
    // A wrong law: one percentage point of the United States' hosts are in Korea.
    wrong.push_back(right.back() + (country.code == "US" ? -0.01 : country.code == "KR" ? 0.01 : 0.0));
  }
  EXPECT_LT(test::chi_square(counts, right), test::chi_square_limit(counts.size()));
  EXPECT_GT(test::chi_square(counts, wrong), test::chi_square_limit(counts.size()));
}

TEST(Placement, AddressesAreEvenInsideACountry) {
  const auto table = plan();
  const std::vector<Ipv4> addresses = place(code_red(), code_red_hosts, 32, table);
  const std::vector<AddressRange>& ranges = table->find("KR")->ranges;
  std::vector<std::uint64_t> counts(ranges.size());
  std::vector<double> probabilities;
  for (std::size_t i = 0; i < ranges.size(); ++i) {
    const auto from = std::lower_bound(addresses.begin(), addresses.end(), ranges[i].first);
    const auto to = std::upper_bound(addresses.begin(), addresses.end(), ranges[i].last);
    counts[i] = static_cast<std::uint64_t>(to - from);
    probabilities.push_back(static_cast<double>(ranges[i].size()) / static_cast<double>(table->find("KR")->addresses));
  }
  ASSERT_GT(counts.size(), 5u);
  EXPECT_LT(test::chi_square(counts, probabilities), test::chi_square_limit(counts.size()));
}

TEST(Placement, CrowdedCountriesStayExact) {
  // 100 of 256 addresses in one country, 100 of 400 in two small others: all distinct, all counted.
  const auto table = table_of("10,265,US\n1000,1299,KR\n2000,2099,CN\n");
  std::uint64_t united_states = 0;
  std::uint64_t china = 0;
  constexpr std::uint32_t replicates = 2'000;
  for (std::uint32_t replicate = 0; replicate < replicates; ++replicate) {
    const auto addresses = place(by_country({{"US", 50}}), 200, 32, table, replicate);
    ASSERT_EQ(addresses.size(), 200u);
    expect_ascending(addresses);
    for (const Ipv4 address : addresses) {
      ASSERT_NE(table->country_of(address), "");
      united_states += address < 300 ? 1 : 0;
      china += address >= 2000 ? 1 : 0;
    }
  }
  // Binomial with 400,000 trials; China's share of the others is 1/4, with less variance than binomial.
  EXPECT_NEAR(static_cast<double>(united_states), 200'000, 4.9 * std::sqrt(100'000.0));
  EXPECT_NEAR(static_cast<double>(china), 50'000, 4.9 * std::sqrt(50'000.0 * 0.875));
}

TEST(Placement, SmallSpacesFillToTheLastAddress) {
  const auto all = place({}, 256, 8);
  ASSERT_EQ(all.size(), 256u);
  for (Ipv4 i = 0; i < 256; ++i) EXPECT_EQ(all[i], i);
  EXPECT_EQ(place({}, 2, 1), (std::vector<Ipv4>{0, 1}));
  EXPECT_TRUE(place({}, 0, 8).empty());
  std::vector<std::uint64_t> left_out(16);
  for (std::uint32_t replicate = 0; replicate < 20'000; ++replicate) {
    const auto most = place({}, 15, 4, nullptr, replicate);
    Ipv4 missing = 0;
    while (missing < 15 && most[missing] == missing) ++missing;
    ++left_out[missing];
  }
  EXPECT_LT(test::chi_square(left_out, test::equal_probabilities(16)), test::chi_square_limit(16));
}

// Networks -----------------------------------------------------------------------------------------------------------

std::map<Ipv4, std::uint64_t> hosts_by_network(const std::vector<Ipv4>& addresses, int host_bits) {
  std::map<Ipv4, std::uint64_t> counts;
  for (const Ipv4 address : addresses) ++counts[address >> host_bits];
  return counts;
}

TEST(Placement, HostsGatherEvenlyInNetworks) {
  const std::vector<Ipv4> addresses = place(in_networks({}, 50, 16), 100'000);
  expect_ascending(addresses);
  std::vector<std::uint64_t> counts;
  for (const auto& [network, count] : hosts_by_network(addresses, 16)) counts.push_back(count);
  ASSERT_EQ(counts.size(), 50u);
  // A little below the multinomial's: 100,000 of 3,276,800 addresses are taken.
  EXPECT_LT(test::chi_square(counts, test::equal_probabilities(50)), test::chi_square_limit(50));
  std::vector<std::uint64_t> inside(256);
  for (const Ipv4 address : addresses) ++inside[(address >> 8) & 255u];
  EXPECT_LT(test::chi_square(inside, test::equal_probabilities(256)), test::chi_square_limit(256));
}

TEST(Placement, NetworksDoNotDependOnTheHostsInThem) {
  const auto few = hosts_by_network(place(in_networks({}, 20, 16), 5'000), 16);
  const auto many = hosts_by_network(place(in_networks({}, 20, 16), 50'000), 16);
  ASSERT_EQ(few.size(), 20u);
  for (const auto& [network, count] : few) EXPECT_EQ(many.count(network), 1u);
}

TEST(Placement, NetworksFollowTheCountriesShares) {
  const auto table = plan();
  const std::vector<Ipv4> addresses = place(in_networks(code_red(), 5'000, 16), code_red_hosts, 32, table);
  ASSERT_EQ(addresses.size(), code_red_hosts);
  expect_ascending(addresses);
  const auto networks = hosts_by_network(addresses, 16);
  ASSERT_EQ(networks.size(), 5'000u);
  std::vector<std::uint64_t> counts(3);
  for (const auto& [network, count] : networks) {
    const std::string_view code = table->country_of(network << 16);
    ++counts[code == "US" ? 0 : code == "KR" ? 1 : 2];
  }
  EXPECT_LT(test::chi_square(counts, {0.4391, 0.1057, 0.4552}), test::chi_square_limit(3));
}

TEST(Placement, NetworksOfSmallSpacesCountTheirOwnBits) {
  const auto addresses = place(in_networks({}, 4, 4), 64, 8);  // 4 of 16 networks of 16 addresses, all full
  ASSERT_EQ(addresses.size(), 64u);
  expect_ascending(addresses);
  const auto networks = hosts_by_network(addresses, 4);
  ASSERT_EQ(networks.size(), 4u);
  for (const auto& [network, count] : networks) EXPECT_EQ(count, 16u);
  EXPECT_EQ(place(in_networks({}, 256, 8), 256, 8).size(), 256u);
}

// The same world again -----------------------------------------------------------------------------------------------

TEST(Placement, IsTheSameForTheSameNames) {
  const auto table = plan();
  EXPECT_EQ(place(code_red(), 10'000, 32, table, 3), place(code_red(), 10'000, 32, table, 3));
  EXPECT_NE(place(code_red(), 10'000, 32, table, 3), place(code_red(), 10'000, 32, table, 4));
}

TEST(Placement, MoreHostsKeepTheAddressesOfFewer) {
  const auto few = place({}, 1'000);  // no two of these draws meet, so nothing is drawn again
  const auto many = place({}, 2'000);
  EXPECT_TRUE(std::includes(many.begin(), many.end(), few.begin(), few.end()));
}

TEST(Placement, GoldenValues) {
  const auto table = plan();
  EXPECT_EQ(digest(place({}, code_red_hosts)), 232041738035138514u);
  EXPECT_EQ(digest(place({}, 40'000, 16)), 6123423672754507872u);
  EXPECT_EQ(digest(place(code_red(), code_red_hosts, 32, table)), 15957515761036489287u);
  EXPECT_EQ(digest(place(in_networks(code_red(), 5'000, 16), code_red_hosts, 32, table)), 3681709207530252471u);
}

TEST(Placement, DrawsUncertainSharesOncePerReplicate) {
  PlacementSpec spec = by_country({{"US", 40}, {"KR", 10}});
  spec.shares[0].percent.law = Quantity::Law::uniform;
  spec.shares[0].percent.b = 50;
  const std::vector<double> shares = draw_shares(spec, seed, 2);
  EXPECT_GE(shares[0], 40.0);
  EXPECT_LE(shares[0], 50.0);
  EXPECT_EQ(shares[1], 10.0);
  EXPECT_EQ(shares, draw_shares(spec, seed, 2));
  EXPECT_NE(shares, draw_shares(spec, seed, 3));
}

// What cannot be -----------------------------------------------------------------------------------------------------

Error make_error(const PlacementSpec& spec, int bits, const std::shared_ptr<const CountryTable>& table = nullptr) {
  const Result<Placement> placement = Placement::make(spec, bits, table);
  EXPECT_FALSE(placement.has_value());
  if (placement) return {};
  EXPECT_EQ(placement.error().kind, ErrorKind::data);
  return placement.error();
}

Error place_error(const PlacementSpec& spec, std::uint64_t hosts, int bits = 32,
                  const std::shared_ptr<const CountryTable>& table = nullptr) {
  const Placement placement = placement_of(spec, bits, table);
  const Status checked = placement.check(hosts, draw_shares(spec, seed, 0));
  const Result<std::vector<Ipv4>> addresses = placement.place(hosts, draw_shares(spec, seed, 0), seed, 0);
  EXPECT_FALSE(addresses.has_value());
  EXPECT_FALSE(checked.has_value());
  if (addresses || checked) return {};
  EXPECT_EQ(addresses.error().kind, ErrorKind::data);
  EXPECT_EQ(addresses.error().text(), checked.error().text());
  return addresses.error();
}

TEST(PlacementErrors, UnknownCountriesGetAHint) {
  const auto table = plan();
  PlacementSpec spec = by_country({{"US", 40}, {"UK", 3}});
  spec.shares[1].percent.place = {.file = "s.toml", .line = 12, .column = 3};
  EXPECT_EQ(make_error(spec, 32, table).text(),
            "s.toml:12:3: The country table knows no country 'UK'.\n"
            "  Did you mean GB? Codes are those of ISO 3166 alpha-2, in upper case, such as KR.");
  EXPECT_THAT(make_error(by_country({{"kr", 40}}), 32, table).remedy, HasSubstr("Did you mean KR?"));
  EXPECT_THAT(make_error(by_country({{"Q\x1b[2J", 40}}), 32, table).text(), HasSubstr("'Q\\x1b[2J'"));
}

TEST(PlacementErrors, SharesMustAddUp) {
  const auto table = plan();
  EXPECT_THAT(make_error(by_country({{"US", 60}, {"KR", 41}}), 32, table).message, HasSubstr("add up to 101%"));
  EXPECT_THAT(make_error(by_country({{"US", -1}}), 32, table).message, HasSubstr("-1%, is not within"));
  EXPECT_THAT(make_error(by_country({{"US", std::numeric_limits<double>::quiet_NaN()}}), 32, table).message,
              HasSubstr("is not within"));
  EXPECT_THAT(make_error(by_country({{"US", 60}, {"US", 10}}), 32, table).message, HasSubstr("two shares"));
  EXPECT_THAT(make_error(by_country({{"US", 60}}), 32, table_of("1,2000,US\n")).message, HasSubstr("no other country"));
  EXPECT_TRUE(Placement::make(by_country({{"US", 60.3}, {"KR", 40}}), 32, table).has_value());
  // Drawn shares are checked as well.
  const Placement placement = placement_of(by_country({{"US", 60}, {"KR", 30}}), 32, table);
  EXPECT_FALSE(placement.place(10, std::vector<double>{80, 30}, seed, 0).has_value());
}

TEST(PlacementErrors, HostsMustFit) {
  EXPECT_THAT(place_error({}, 257, 8).message, HasSubstr("257 hosts do not fit into the address space of 256"));
  EXPECT_THAT(place_error({}, most_hosts + 1).message, HasSubstr("more than the 134217728"));
  EXPECT_THAT(place_error({}, std::numeric_limits<std::uint64_t>::max()).message, HasSubstr("can be placed"));
  EXPECT_THAT(place_error(in_networks({}, 2, 24), 513).message, HasSubstr("2 networks of length 24, which hold 512"));
  const auto table = table_of("0,999,US\n10000,999999,KR\n");
  EXPECT_THAT(place_error(by_country({{"US", 51}}), 1'000, 32, table).message,
              HasSubstr("510 hosts are expected in US, more than half of the 1000 addresses there"));
  EXPECT_THAT(place_error(by_country({{"KR", 40}}), 1'000, 32, table).message,
              HasSubstr("600 hosts are expected in all other countries"));
}

TEST(PlacementErrors, ChanceMayOverfillATinyCountry) {
  // One host is expected in two addresses; among a thousand replicates some draw three.
  const auto table = table_of("0,1,US\n10000,999999,KR\n");
  const Placement placement = placement_of(by_country({{"US", 1}}), 32, table);
  std::uint32_t refused = 0;
  for (std::uint32_t replicate = 0; replicate < 1'000; ++replicate) {
    const auto addresses = placement.place(100, std::vector<double>{1}, seed, replicate);
    if (addresses) {
      EXPECT_EQ(addresses->size(), 100u);
    } else {
      EXPECT_THAT(addresses.error().message, HasSubstr("small country"));
      ++refused;
    }
  }
  EXPECT_NEAR(refused, 79.4, 4.9 * std::sqrt(79.4));  // P(binomial(100, 0.01) > 2) = 0.0794
}

TEST(PlacementErrors, AddressesAndNetworksMustBePossible) {
  make_error({}, 0);
  make_error({}, 33);
  const auto table = plan();
  EXPECT_THAT(make_error(code_red(), 16, table).remedy, HasSubstr("uniform"));
  EXPECT_THAT(make_error(in_networks({}, 10, 17), 16).message, HasSubstr("length of 17 does not fit addresses of 16"));
  make_error(in_networks({}, 10, 0), 16);
  make_error(in_networks({}, 10, -3), 16);
  make_error(in_networks({}, 257, 8), 32);
  make_error(in_networks({}, 4'000'000'000u, 32), 32);
  EXPECT_THAT(place_error(in_networks(by_country({{"NL", 100}}), 600, 16), 1000, 32, plan()).message,
              HasSubstr("networks of length 16 are expected in NL, more than half of the"));
}

TEST(PlacementErrors, NetworksThatCannotBeFoundEndTheSearch) {
  // Two of four networks are asked for, but three of them hold one address each beside a thousand million in the
  // fourth.
  const auto table = table_of("0.0.0.0/2,US\n64.0.0.0,US\n128.0.0.0,US\n192.0.0.0,US\n");
  const Placement placement = placement_of(in_networks(by_country({{"US", 100}}), 2, 2), 32, table);
  const auto addresses = placement.place(10, std::vector<double>{100}, seed, 0);
  ASSERT_FALSE(addresses.has_value());
  EXPECT_EQ(addresses.error().kind, ErrorKind::data);
  EXPECT_THAT(addresses.error().message, HasSubstr("2 distinct networks of length 2 cannot be found"));
}

// Debian's table -----------------------------------------------------------------------------------------------------

TEST(PlacementDebian, PlacesCodeRedByTodaysTable) {
  const std::filesystem::path path = "/usr/share/tor/geoip";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "needs Debian's package tor-geoipdb (" << path << " is absent)";
  const auto table = table_in(path);
  const PlacementSpec spec = code_red();
  const Placement placement = placement_of(spec, 32, table);
  const std::vector<double> shares = draw_shares(spec, seed, 0);
  const auto start = std::chrono::steady_clock::now();
  const Result<std::vector<Ipv4>> addresses = placement.place(code_red_hosts, shares, seed, 0);
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
  RecordProperty("microseconds", static_cast<int>(spent.count() * 1e6));
  ASSERT_TRUE(addresses.has_value());
  ASSERT_EQ(addresses->size(), code_red_hosts);
  expect_ascending(*addresses);
  std::vector<std::uint64_t> counts(3);
  for (const Ipv4 address : *addresses) {
    const std::string_view code = table->country_of(address);
    ASSERT_NE(code, "");
    ++counts[code == "US" ? 0 : code == "KR" ? 1 : 2];
  }
  EXPECT_LT(test::chi_square(counts, {0.4391, 0.1057, 0.4552}), test::chi_square_limit(3));
}

}  // namespace
}  // namespace secondwave
