#include <fmt/format.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <map>
#include <sstream>

#include "net/country_table.hpp"

namespace secondwave {
namespace {

using testing::HasSubstr;

CountryTable table_of(std::string_view text, double max_bad_share = 0.10) {
  Result<CountryTable> table = CountryTable::parse(text, "table", max_bad_share);
  EXPECT_TRUE(table.has_value()) << table.error().text();
  return table.value();
}

std::string file_text(const std::filesystem::path& path) {
  std::ifstream file(path, std::ios::binary);
  std::ostringstream text;
  text << file.rdbuf();
  return text.str();
}

/// What must hold of every table, whatever the text was.
void expect_consistent(const CountryTable& table) {
  std::map<Ipv4, Ipv4> all;
  std::string previous_code;
  for (const CountryRanges& country : table.countries()) {
    EXPECT_LT(previous_code, country.code);
    previous_code = country.code;
    EXPECT_EQ(table.find(country.code), &country);
    std::uint64_t addresses = 0;
    for (std::size_t i = 0; i < country.ranges.size(); ++i) {
      const AddressRange& range = country.ranges[i];
      EXPECT_LE(range.first, range.last);
      if (i > 0) {
        EXPECT_GT(range.first, std::uint64_t{country.ranges[i - 1].last} + 1);  // else they would be one
      }
      EXPECT_TRUE(all.emplace(range.first, range.last).second);
      EXPECT_EQ(table.country_of(range.first), country.code);
      EXPECT_EQ(table.country_of(range.last), country.code);
      addresses += range.size();
    }
    EXPECT_EQ(addresses, country.addresses);
  }
  std::uint64_t free_from = 0;
  for (const auto& [first, last] : all) {
    EXPECT_GE(first, free_from);
    if (first > free_from) {
      EXPECT_EQ(table.country_of(static_cast<Ipv4>(free_from)), "");
    }
    free_from = std::uint64_t{last} + 1;
  }
}

TEST(CountryTable, ReadsNumbersQuadsAndPrefixes) {
  const CountryTable table =
      table_of("# comment\n\n16777216,16777471,AU\n1.0.1.0,1.0.3.255,CN\n 2.0.0.0/8 , fr \n255.255.255.255,DE\n");
  EXPECT_EQ(table.country_of(16777216), "AU");
  EXPECT_EQ(table.country_of(16777215), "");
  EXPECT_EQ(table.country_of(0x01000100), "CN");
  EXPECT_EQ(table.country_of(0x02FFFFFF), "FR");
  EXPECT_EQ(table.country_of(0x03000000), "");
  EXPECT_EQ(table.country_of(0xFFFFFFFF), "DE");
  ASSERT_NE(table.find("FR"), nullptr);
  EXPECT_EQ(table.find("FR")->addresses, 1u << 24);
  EXPECT_EQ(table.find("fr"), nullptr);
  EXPECT_EQ(table.find("ZZ"), nullptr);
  EXPECT_EQ(table.skipped().read, 4u);
  EXPECT_EQ(table.skipped().skipped, 0u);
  expect_consistent(table);
}

TEST(CountryTable, TakesCarriageReturnsByteOrderMarkAndAMissingLastNewline) {
  const CountryTable table = table_of(
      "\xEF\xBB\xBF"
      "1,2,US\r\n5,6,KR");
  EXPECT_EQ(table.country_of(2), "US");
  EXPECT_EQ(table.country_of(6), "KR");
  EXPECT_EQ(table.skipped().skipped, 0u);
}

TEST(CountryTable, TheWholeSpaceIsOneRange) {
  const CountryTable table = table_of("0.0.0.0/1,US\n2147483648,4294967295,US\n");
  ASSERT_EQ(table.countries().size(), 1u);
  EXPECT_EQ(table.countries()[0].addresses, std::uint64_t{1} << 32);
  EXPECT_EQ(table.countries()[0].ranges.size(), 1u);
  expect_consistent(table);
}

TEST(CountryTable, UnknownCountriesAreReadButHoldNothing) {
  const CountryTable table = table_of("1,2,??\n3,4,US\n");
  EXPECT_EQ(table.skipped().read, 2u);
  EXPECT_EQ(table.country_of(1), "");
  EXPECT_EQ(table.countries().size(), 1u);
}

TEST(CountryTable, EachBadRowIsSkippedWithItsCause) {
  const CountryTable table = table_of(
      "10,20,US\n"
      "30,29,US\n"
      "4294967295,4294967296,US\n"
      "15,16,KR\n"
      "1.2.3.4/8,US\n"
      "a,b,US\n"
      "40,41,USA\n"
      "99999999999999999999999999999999999999,1,US\n",
      0.95);
  EXPECT_EQ(table.skipped().read, 1u);
  EXPECT_EQ(table.skipped().skipped, 7u);
  const auto& samples = table.skipped().samples;
  ASSERT_EQ(samples.size(), 5u);
  EXPECT_EQ(samples[0].line, 2u);
  EXPECT_THAT(samples[0].why, HasSubstr("before the first"));
  EXPECT_THAT(samples[1].why, HasSubstr("above 4294967295"));
  EXPECT_THAT(samples[2].why, HasSubstr("'15,16,KR': overlaps an earlier row"));
  EXPECT_THAT(samples[3].why, HasSubstr("bits are set behind"));
  EXPECT_EQ(samples[4].why, "'a,b,US': not an IPv4 address (a decimal number or a dotted quad)");
  expect_consistent(table);
}

TEST(CountryTable, SamplesOfHostileBytesAreEscapedAndShort) {
  std::string text = "1,2,US\n";
  text += std::string("\0\x1b[31m\xff,", 8) + std::string(1'000'000, 'A') + "\n";
  const CountryTable table = table_of(text, 0.5);
  ASSERT_EQ(table.skipped().samples.size(), 1u);
  EXPECT_THAT(table.skipped().samples[0].why, testing::StartsWith("'\\x00\\x1b[31m\\xff,AAA"));
  EXPECT_LT(table.skipped().samples[0].why.size(), 200u);
}

TEST(CountryTable, TooManyBadRowsAreAnErrorThatSaysWhere) {
  std::string text;
  for (int i = 0; i < 88; ++i) text += fmt::format("{},{},US\n", 10 * i, 10 * i + 5);
  std::string bad = text;
  for (int i = 0; i < 12; ++i) bad += "rubbish\n";
  const Result<CountryTable> table = CountryTable::parse(bad, "some\x1b.csv");
  ASSERT_FALSE(table.has_value());
  EXPECT_EQ(table.error().kind, ErrorKind::data);
  EXPECT_EQ(table.error().place.line, 89);
  EXPECT_THAT(table.error().text(), HasSubstr("some\\x1b.csv:89: 12 of 100 rows of the country table cannot be used, "
                                              "more than 10%\n  line 89: 'rubbish': neither 'first,last,CC'"));
  EXPECT_TRUE(CountryTable::parse(text + "rubbish\n", "t").has_value());
}

TEST(CountryTable, ATableWithoutCountriesIsAnError) {
  for (const char* text : {"", "# nothing\n\r\n", "1,2,??\n"}) {
    const Result<CountryTable> table = CountryTable::parse(text, "t");
    ASSERT_FALSE(table.has_value());
    EXPECT_EQ(table.error().kind, ErrorKind::data);
  }
}

/// Ten thousand rows in a scrambled order (multiplication by a unit modulo a prime): the table is the same.
TEST(CountryTable, TheOrderOfRowsDoesNotMatter) {
  std::string sorted;
  std::string scrambled;
  constexpr std::uint64_t rows = 10'007;
  const auto row = [](std::uint64_t i) {
    return fmt::format("{},{},{}{}\n", i * 1000, i * 1000 + 100 + i % 900, static_cast<char>('A' + i % 26),
                       static_cast<char>('A' + i % 7));
  };
  for (std::uint64_t i = 0; i < rows; ++i) sorted += row(i);
  for (std::uint64_t i = 0; i < rows; ++i) scrambled += row(i * 4242 % rows);
  const CountryTable a = table_of(sorted);
  const CountryTable b = table_of(scrambled);
  EXPECT_EQ(b.skipped().read, rows);
  ASSERT_EQ(a.countries().size(), b.countries().size());
  for (std::size_t i = 0; i < a.countries().size(); ++i) {
    EXPECT_EQ(a.countries()[i].code, b.countries()[i].code);
    EXPECT_EQ(a.countries()[i].addresses, b.countries()[i].addresses);
    EXPECT_EQ(a.countries()[i].ranges.size(), b.countries()[i].ranges.size());
  }
  expect_consistent(b);
  // Every late row is compared with both places where earlier rows wait.
  EXPECT_EQ(table_of(scrambled + scrambled, 0.5).skipped().skipped, rows);
}

TEST(CountryTable, TheProjectsOwnPlanServesTheScenarios) {
  const std::string text = file_text(SECONDWAVE_SOURCE_DIR "/tables/plan.csv");
  const CountryTable table = table_of(text, 0.0);
  expect_consistent(table);
  EXPECT_GE(table.countries().size(), 25u);
  EXPECT_LE(table.countries().size(), 40u);
  EXPECT_LT(table.skipped().read, 250u);
  for (const char* code : {"US", "KR", "CN", "TW", "CA", "GB", "DE", "AU", "JP", "NL"}) {
    ASSERT_NE(table.find(code), nullptr) << code;
    EXPECT_GE(table.find(code)->addresses, 1u << 24) << code;
  }
  for (const CountryRanges& country : table.countries()) EXPECT_GE(country.addresses, 1u << 20) << country.code;
  for (const Ipv4 special : {0x00000001u, 0x0A000001u, 0x64400001u, 0x7F000001u, 0xA9FE0001u, 0xAC100001u, 0xC0000201u,
                             0xC0A80001u, 0xC6120001u, 0xC6336401u, 0xCB007101u, 0xE0000001u, 0xF0000001u}) {
    EXPECT_EQ(table.country_of(special), "") << to_string_ipv4(special);
  }
}

TEST(CountryTable, ReadsDebiansTable) {
  const std::filesystem::path path = "/usr/share/tor/geoip";
  if (!std::filesystem::exists(path)) GTEST_SKIP() << "needs Debian's package tor-geoipdb (" << path << " is absent)";
  const std::string text = file_text(path);
  const auto start = std::chrono::steady_clock::now();
  const CountryTable table = table_of(text, 0.0);
  const std::chrono::duration<double> spent = std::chrono::steady_clock::now() - start;
  RecordProperty("milliseconds", static_cast<int>(spent.count() * 1e3));
  EXPECT_GT(table.skipped().read, 100'000u);
  EXPECT_GT(table.countries().size(), 200u);
  ASSERT_NE(table.find("US"), nullptr);
  EXPECT_GT(table.find("US")->addresses, 1'000'000'000u);
  std::uint64_t all = 0;
  for (const CountryRanges& country : table.countries()) all += country.addresses;
  EXPECT_LT(all, std::uint64_t{1} << 32);
  EXPECT_GT(all, std::uint64_t{3} << 30);
  expect_consistent(table);
}

}  // namespace
}  // namespace secondwave
