#include "census/network_table.hpp"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>

#include "base/time.hpp"
#include "support/mmdb_writer.hpp"

// For LeakSanitizer: libmaxminddb 1.7.1 loses 4,640 bytes of its own where MMDB_open meets broken metadata.
extern "C" const char* __lsan_default_suppressions();
extern "C" const char* __lsan_default_suppressions() {
  return "leak:libmaxminddb";
}

namespace secondwave {
namespace {

/// A file that is gone after the test.
struct TableFile {
  std::filesystem::path folder;
  std::string path;
  TableFile(const std::string& name, const std::string& bytes) {
    std::string made = (std::filesystem::temp_directory_path() / "secondwave-census-XXXXXX").string();
    EXPECT_NE(::mkdtemp(made.data()), nullptr);
    folder = made;
    path = (folder / name).string();
    std::ofstream(path, std::ios::binary) << bytes;
  }
  TableFile(const TableFile&) = delete;
  TableFile& operator=(const TableFile&) = delete;
  ~TableFile() { std::filesystem::remove_all(folder); }
};

Result<NetworkTable> opened(const std::string& name, const std::string& bytes) {
  return NetworkTable::open(TableFile(name, bytes).path);
}

std::string country(const NetworkTable& table, Ipv4 address) {
  const NetworkFact* fact = table.find(address);
  return fact == nullptr || fact->country[0] == 0 ? "" : std::string(fact->country.data(), 2);
}

MmdbWriter::Value text(std::string value) {
  return {.text = std::move(value)};
}

TEST(NetworkTable, Pfx2asInAnyOrderWithOverlapsAndGarbage) {
  std::string rows = "10.1.0.0\t16\t64501_64502\n10.0.0.0\t8\t64500\n10.1.2.0\t24\t64503,64504\n10.1.2.0\t24\t7\n";
  rows += "# comment\n\n10.1.2.3\t24\t1\n10.0.0.0\t33\t1\nx\t8\t1\n10.0.0.0\t8\t{1}\n10.0.0.0 8 1\n10.0.0.0\t8\t\n";
  for (int i = 0; i < 100; ++i) rows += "20.0." + std::to_string(i) + ".0\t24\t64600\r\n";
  const Result<NetworkTable> table = opened("routeviews-rv2-20010719-1200.pfx2as", rows);
  ASSERT_TRUE(table) << table.error().text();
  EXPECT_EQ(table->find(0x0A010203)->asn, 64503u) << "the first of two about the same prefix";
  EXPECT_EQ(to_string(table->find(0x0A010203)->prefix), "10.1.2.0/24");
  EXPECT_EQ(table->find(0x0A010303)->asn, 64501u);
  EXPECT_EQ(table->find(0x0A020303)->asn, 64500u);
  EXPECT_EQ(table->find(0x0B000000), nullptr);
  EXPECT_EQ(table->skipped().skipped, 6u);
  EXPECT_EQ(table->skipped().samples.at(0).line, 7u);
  EXPECT_EQ(table->date_us(), parse_utc("2001-07-19")->microseconds());
  EXPECT_TRUE(table->has_networks());
  EXPECT_FALSE(table->has_countries());
}

TEST(NetworkTable, TablesThatAreMostlyGarbageAreErrors) {
  const Result<NetworkTable> garbage = opened("a.pfx2as", "10.0.0.0\t8\t1\nx\ty\tz\n");
  ASSERT_FALSE(garbage);
  EXPECT_EQ(garbage.error().kind, ErrorKind::data);
  EXPECT_NE(garbage.error().text().find("1 of 2 rows are bad"), std::string::npos);
  for (const std::string& bytes : {std::string(), std::string("# nothing\n"), std::string("\0\1\2\3\tx\n", 7)}) {
    const Result<NetworkTable> none = opened("a", bytes);
    ASSERT_FALSE(none);
    EXPECT_EQ(none.error().kind, ErrorKind::data);
  }
}

TEST(NetworkTable, GeoipText) {
  const Result<NetworkTable> table = opened("geoip", "# Tor\n167772160,184549375,US\n184549376,184549400,DE\n");
  ASSERT_TRUE(table) << table.error().text();
  EXPECT_EQ(country(*table, 0x0A000001), "US");
  EXPECT_EQ(country(*table, 0x0B000001), "DE");
  EXPECT_EQ(country(*table, 0x0C000001), "");
  EXPECT_TRUE(table->date_us()) << "when the file was last changed";
}

TEST(NetworkTable, MaxMindCountriesCitiesAndNetworks) {
  MmdbWriter writer("Test-Mixed");
  writer.add(0x0A000000, 8, {{"country/iso_code", text("US")}, {"city/names/en", text("Spring\nfield")}});
  writer.add(0x0B000000, 16, {{"registered_country/iso_code", text("DE")}});
  writer.add(0xC0000200, 24,
             {{"autonomous_system_number", {.number = 64500, .is_number = true}},
              {"autonomous_system_organization", text("Example \x1b[31mISP")}});
  writer.add(0xC0000300, 32, {{"asn", text("AS64501")}, {"country_code", text("FR")}});
  writer.add(0xC0000400, 24, {{"postal", text("x")}});
  const Result<NetworkTable> table = opened("a.mmdb", writer.bytes());
  ASSERT_TRUE(table) << table.error().text();
  EXPECT_EQ(table->title(), "Test-Mixed");
  EXPECT_EQ(table->date_us(), std::int64_t{1'600'000'000} * 1'000'000);
  EXPECT_EQ(country(*table, 0x0AFFFFFF), "US");
  EXPECT_EQ(table->text(table->find(0x0A000000)->city), "Spring field");
  EXPECT_EQ(country(*table, 0x0B00FFFF), "DE");
  EXPECT_EQ(country(*table, 0x0B010000), "");
  EXPECT_EQ(table->find(0xC00002FF)->asn, 64500u);
  EXPECT_EQ(to_string(table->find(0xC00002FF)->prefix), "192.0.2.0/24");
  EXPECT_EQ(table->text(table->find(0xC00002FF)->as_name).find('\x1b'), std::string::npos);
  EXPECT_EQ(table->find(0xC0000300)->asn, 64501u);
  EXPECT_EQ(table->find(0xC0000301), nullptr);
  EXPECT_EQ(table->find(0xC0000400), nullptr);
  EXPECT_EQ(table->skipped().skipped, 1u);
}

TEST(NetworkTable, MaxMindFilesThatAreWrong) {
  MmdbWriter other("Test-Postal");
  other.add(0x0A000000, 8, {{"postal", text("x")}});
  const Result<NetworkTable> type = opened("a.mmdb", other.bytes());
  ASSERT_FALSE(type);
  EXPECT_NE(type.error().text().find("Test-Postal"), std::string::npos);

  MmdbWriter circle("Test-Circle");
  circle.add(0x8A000000, 8, {{"country_code", text("US")}});
  circle.close_circle();
  const Result<NetworkTable> looped = opened("a.mmdb", circle.bytes());
  ASSERT_FALSE(looped);
  EXPECT_NE(looped.error().text().find("circles"), std::string::npos);

  MmdbWriter good("Test-Cut");
  for (std::uint32_t i = 0; i < 40; ++i) good.add(0x0A000000 + (i << 16), 16, {{"country_code", text("US")}});
  const std::string bytes = good.bytes();
  for (std::size_t size = 0; size < bytes.size(); size += 7) {
    const Result<NetworkTable> front = opened("a.mmdb", bytes.substr(0, size));
    if (!front) {
      EXPECT_EQ(front.error().kind, ErrorKind::data) << size;
    }
    const Result<NetworkTable> back = opened("b.mmdb", bytes.substr(size));
    if (size > 0 && back) {
      EXPECT_LE(back->rows(), 40u);
    }
  }
}

/// IPFire's database with one network of US, AS64500, at 10.0.0.0/8, and one without anything below it.
std::string ipfire_bytes() {
  const auto word = [](std::uint32_t value) {
    std::string bytes;
    for (int shift = 24; shift >= 0; shift -= 8) bytes += static_cast<char>(value >> shift);
    return bytes;
  };
  const std::uint32_t none = ~std::uint32_t{0};
  const std::string bits = std::string(80, '0') + std::string(16, '1') + "0000101000000001";
  std::string tree;
  for (std::uint32_t i = 0; i <= bits.size(); ++i) {
    const std::uint32_t next = i < bits.size() ? i + 1 : 0;
    const bool one = i < bits.size() && bits[i] == '1';
    tree += word(one ? 0 : next) + word(one ? next : 0) + word(i == 104 ? 0 : i == 112 ? 1 : none);
  }
  const std::string nodes = tree;
  const std::string pool = std::string("\0", 1) + "Example\x1b AS" + std::string(1, '\0');
  const std::string ases = word(64500) + word(1);
  const std::string networks =
      "US" + std::string(2, '\0') + word(64500) + word(0) + "A1" + std::string(2, '\0') + word(0) + word(0);
  std::string file = "LOCDBXX\x01" + word(0) + word(1'600'000'000) + word(0) + word(0) + word(0);
  std::uint32_t at = 72;
  for (const std::string* part : {&ases, &networks, &nodes}) {
    file += word(at) + word(static_cast<std::uint32_t>(part->size()));
    at += static_cast<std::uint32_t>(part->size());
  }
  file += word(0) + word(0) + word(at) + word(static_cast<std::uint32_t>(pool.size())) + word(0);
  return file + ases + networks + nodes + pool;
}

TEST(NetworkTable, IpfiresDatabaseWholeCutAndInCircles) {
  const std::string bytes = ipfire_bytes();
  const Result<NetworkTable> table = opened("location.db", bytes);
  ASSERT_TRUE(table) << table.error().text();
  EXPECT_EQ(table->date_us(), std::int64_t{1'600'000'000} * 1'000'000);
  EXPECT_EQ(country(*table, 0x0A020304), "US");
  EXPECT_EQ(table->find(0x0A020304)->asn, 64500u);
  EXPECT_EQ(to_string(table->find(0x0A020304)->prefix), "10.0.0.0/8");
  EXPECT_EQ(table->text(table->find(0x0A020304)->as_name).find('\x1b'), std::string::npos);
  EXPECT_EQ(country(*table, 0x0A010304), "") << "a smaller network of which nothing is known";
  EXPECT_EQ(table->find(0x0B000000), nullptr);
  for (std::size_t size = 0; size < bytes.size(); ++size) {
    const Result<NetworkTable> cut = NetworkTable::parse_ipfire(std::string_view(bytes).substr(0, size), "cut");
    if (!cut) {
      EXPECT_EQ(cut.error().kind, ErrorKind::data);
    }
  }
  for (std::size_t i = 72; i < bytes.size(); ++i) {  // every pointer wrong once, circles among them
    std::string wrong = bytes;
    wrong[i] = static_cast<char>(wrong[i] ^ 0x61);
    const Result<NetworkTable> read = NetworkTable::parse_ipfire(wrong, "wrong");
    if (read) {
      EXPECT_LE(read->rows(), 120u);
    }
  }
}

}  // namespace
}  // namespace secondwave
