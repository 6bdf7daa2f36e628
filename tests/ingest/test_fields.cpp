#include <gtest/gtest.h>

#include <string>

#include "ingest/fields.hpp"
#include "ingest/text_arena.hpp"

namespace secondwave {
namespace {

TEST(LoggedAddress, ReadsBothFamilies) {
  EXPECT_EQ(read_address("192.0.2.1").kind, LoggedAddress::Kind::v4);
  EXPECT_EQ(read_address("192.0.2.1").v4, 0xC0000201u);
  for (const char* text : {"::", "::1", "1::", "2001:db8::1", "1:2:3:4:5:6:7:8", "[2001:db8::1]", "fe80::1%eth0",
                           "64:ff9b::192.0.2.1", "::1.2.3.4", "FFFF::ffff"}) {
    EXPECT_EQ(read_address(text).kind, LoggedAddress::Kind::v6) << text;
  }
  for (const char* text : {"::ffff:192.0.2.1", "::FFFF:c000:201", "[::ffff:192.0.2.1]"}) {
    EXPECT_EQ(read_address(text).kind, LoggedAddress::Kind::v4) << text;
    EXPECT_EQ(read_address(text).v4, 0xC0000201u) << text;
  }
}

TEST(LoggedAddress, RefusesAllElse) {
  for (const char* text :
       {"", "-", "example.org", "example.org:80", "10.0.0.1:80", "1:2:3", "1:2:3:4:5:6:7:8:9", ":::", "1::2::3",
        "12345::", ":1", "1:", "::g", "1:2:3:4:5:6:7::8:9", "[]", "::1.2.3", "::1.2.3.4:5", "[::1", "%eth0"}) {
    EXPECT_EQ(read_address(text).kind, LoggedAddress::Kind::none) << text;
  }
  EXPECT_EQ(read_address(std::string(1000, ':')).kind, LoggedAddress::Kind::none);
}

TEST(LoggedAddress, FastReaderAgreesWithTheStrictOne) {
  for (const char* text : {"0.0.0.0", "255.255.255.255", "1.2.3.4", "256.1.1.1", "1.2.3.256", "01.2.3.4", "1.2.3.00",
                           "1.2.3", "", "1.2.3.4.5", "1.2.3.4x", "1..2.3", "1.2.3.1000", "0.0.0.01"}) {
    const std::string_view view(text);
    const char* at = view.data();
    Ipv4 address = 0;
    const bool read = take_ipv4(at, view.data() + view.size(), address) && at == view.data() + view.size();
    const auto strict = try_parse_ipv4(view);
    EXPECT_EQ(read, strict.has_value()) << text;
    EXPECT_EQ(strict ? address : 0, strict.value_or(0)) << text;
  }
}

TEST(LogFields, NumbersAndDates) {
  EXPECT_EQ(read_number("65535", 65535), 65535u);
  EXPECT_EQ(read_number("65536", 65535), std::nullopt);
  EXPECT_EQ(read_number("", 9), std::nullopt);
  EXPECT_EQ(read_number("-1", 9), std::nullopt);
  EXPECT_EQ(read_number("99999999999999999999", ~std::uint64_t{0}), std::nullopt);
  EXPECT_EQ(month_of("Jan"), 1);
  EXPECT_EQ(month_of("Dec"), 12);
  EXPECT_EQ(month_of("dec"), 0);
  EXPECT_EQ(days_since_1970(2000, 2, 29), 11016);
  EXPECT_EQ(days_since_1970(2001, 2, 29), std::nullopt);
  EXPECT_EQ(days_since_1970(0, 1, 1), std::nullopt);
  EXPECT_EQ(days_since_1970(2001, 13, 1), std::nullopt);
  EXPECT_EQ(days_since_1970(2001, -1, 1), std::nullopt);
  EXPECT_EQ(seconds_of_day("23:59:59"), 86399);
  EXPECT_EQ(seconds_of_day("23:59:60"), -1);
  EXPECT_EQ(seconds_of_day("23-59:59"), -1);
}

TEST(TextArena, TextsStayWhereTheyAre) {
  TextArena arena;
  for (int round = 0; round < 3; ++round) {
    const std::string_view first = arena.store({"GET ", "/", "", "x"});
    const std::string_view long_one = arena.store({std::string(200'000, 'a'), "b"});
    for (int i = 0; i < 100'000; ++i) arena.store({"filler"});
    EXPECT_EQ(first, "GET /x");
    EXPECT_EQ(long_one.size(), 200'001u);
    EXPECT_EQ(long_one.back(), 'b');
    arena.clear();
  }
}

}  // namespace
}  // namespace secondwave
