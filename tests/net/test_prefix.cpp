#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <vector>

#include "net/prefix.hpp"
#include "net/quoted.hpp"

namespace secondwave {
namespace {

using testing::HasSubstr;

TEST(Ipv4, ReadsAndWritesDottedQuads) {
  EXPECT_EQ(parse_ipv4("192.0.2.1").value(), 0xC0000201u);
  EXPECT_EQ(parse_ipv4("0.0.0.0").value(), 0u);
  EXPECT_EQ(parse_ipv4("255.255.255.255").value(), 0xFFFFFFFFu);
  EXPECT_EQ(to_string_ipv4(0xC0000201u), "192.0.2.1");
}

/// Addresses all over the space, in no order: multiples of an odd constant.
std::vector<Ipv4> scattered_addresses() {
  std::vector<Ipv4> addresses;
  for (std::uint32_t i = 0; i < 20'000; ++i) addresses.push_back(i * 2'654'435'761u);
  return addresses;
}

TEST(Ipv4, AddressesSurviveTheRoundTrip) {
  for (const Ipv4 address : scattered_addresses()) ASSERT_EQ(parse_ipv4(to_string_ipv4(address)).value(), address);
}

TEST(Ipv4, RefusesAllOtherForms) {
  for (const char* text : {"",           "1",          "1.2.3",    "1.2.3.4.5", "1.2.3.256",
                           "1.2.3.04",   "01.2.3.4",   " 1.2.3.4", "1.2.3.4 ",  "1.2.3.-4",
                           "+1.2.3.4",   "1..2.3",     "1.2.3.",   ".1.2.3",    "0x1.2.3.4",
                           "1.2.3.4/32", "1.2.3.1000", "1,2,3,4",  "::1",       "1.2.3.99999999999999999999"}) {
    const Result<Ipv4> address = parse_ipv4(text);
    ASSERT_FALSE(address.has_value()) << text;
    EXPECT_EQ(address.error().kind, ErrorKind::data);
    EXPECT_FALSE(try_parse_ipv4(text).has_value()) << text;
  }
  EXPECT_FALSE(try_parse_ipv4(std::string_view("1.2.3.4\0", 8)).has_value());
}

TEST(PrefixText, ReadsAndWrites) {
  EXPECT_EQ(parse_prefix("192.0.2.0/24").value(), (Prefix{0xC0000200u, 24}));
  EXPECT_EQ(parse_prefix("0.0.0.0/0").value(), (Prefix{0, 0}));
  EXPECT_EQ(parse_prefix("192.0.2.7").value(), (Prefix{0xC0000207u, 32}));
  EXPECT_EQ(to_string(Prefix{0xC0000200u, 24}), "192.0.2.0/24");
}

TEST(PrefixText, PrefixesOfAllLengthsSurviveTheRoundTrip) {
  int length = 0;
  for (const Ipv4 address : scattered_addresses()) {
    length = (length + 1) % 33;
    const Prefix prefix{address & Prefix::mask(length), length};
    ASSERT_EQ(parse_prefix(to_string(prefix)).value(), prefix);
    ASSERT_TRUE(prefix.contains(address));
    ASSERT_EQ(prefix.size(), std::uint64_t{prefix.last()} - prefix.first() + 1);
  }
}

TEST(PrefixText, HostBitsNameThePrefixThatWasMeant) {
  const Result<Prefix> prefix = parse_prefix("192.0.2.77/24");
  ASSERT_FALSE(prefix.has_value());
  EXPECT_EQ(prefix.error().text(),
            "'192.0.2.77/24' is not a prefix: bits behind the first 24 are set.\n  Did you mean 192.0.2.0/24?");
}

TEST(PrefixText, RefusesBadLengthsAndAddresses) {
  for (const char* text : {"1.2.3.4/33", "1.2.3.4/", "1.2.3.4/-1", "1.2.3.4/024", "1.2.3.4/8 ", "/8", "10/8",
                           "1.2.3/24", "1.2.3.4/8/8", "1.2.3.4/99999999999"}) {
    EXPECT_FALSE(parse_prefix(text).has_value()) << text;
    EXPECT_FALSE(try_parse_prefix(text).has_value()) << text;
  }
  EXPECT_THAT(parse_prefix("1.2.3.4/33").error().message, HasSubstr("0 to 32"));
}

TEST(Quoted, IsOneShortHarmlessLine) {
  EXPECT_EQ(in_quotes("a\nb\x1b[2J\xff"), "'a\\x0ab\\x1b[2J\\xff'");
  EXPECT_EQ(in_quotes(std::string(61, 'x')), "'" + std::string(60, 'x') + "...'");
  EXPECT_EQ(in_quotes(std::string_view("\0", 1)), "'\\x00'");
}

}  // namespace
}  // namespace secondwave
