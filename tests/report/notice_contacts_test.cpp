// Whom to tell: tables and RDAP answers, good ones and hostile ones.
#include "report/notice_contacts.hpp"

#include <gtest/gtest.h>

namespace secondwave {
namespace {

Ipv4 at(const char* text) {
  return *try_parse_ipv4(text);
}

std::string who(const ContactBook& book, const char* address, std::uint32_t asn = 0) {
  const NetworkContact* contact = book.find(at(address), asn);
  return contact == nullptr ? "nobody" : contact->address;
}

TEST(NoticeContacts, TheLongestPrefixCountsThenTheAs) {
  ContactBook book;
  const auto read = book.read(
      "prefix,contact,name\n"
      "192.0.0.0/16,sixteen@example.net,Sixteen\n"
      "192.0.2.0/24,\"twenty-four@example.net\",\"Two, \"\"four\"\"\"\r\n"
      "# a comment\n\n"
      "AS64500,as@example.org\n"
      "64501\tother@example.org\tWith tabs, and a comma\n",
      "t.csv", 0);
  ASSERT_TRUE(read) << read.error().text();
  EXPECT_EQ(read->read, 4u);
  EXPECT_EQ(who(book, "192.0.2.9"), "twenty-four@example.net");
  EXPECT_EQ(book.find(at("192.0.2.9"), 0)->name, "Two, \"four\"");
  EXPECT_EQ(who(book, "192.0.3.9", 64500), "sixteen@example.net");
  EXPECT_EQ(who(book, "198.51.100.1", 64500), "as@example.org");
  EXPECT_EQ(book.find(at("198.51.100.1"), 64501)->name, "With tabs, and a comma");
  EXPECT_EQ(who(book, "198.51.100.1", 64502), "nobody");
}

TEST(NoticeContacts, BadRowsAreCountedAndSampled) {
  const std::string text =
      "192.0.2.0/24,abuse@example.net\n"
      "192.0.2.1/24,bits@example.net\n"                          // bits behind the length
      "198.51.100.0/24,a@example.net\\r\\nBcc: x@example.net\n"  // no plain address
      "AS0,zero@example.net\n"
      "198.51.100.0/24,\"open\n"
      "\xff\xfe,\x01garbage\n"
      "192.0.2.0/24,again@example.net\n" +
      std::string(10'000, 'x') + "\n";
  ContactBook book;
  const auto read = book.read(text, "t.csv", 1.0);
  ASSERT_TRUE(read) << read.error().text();
  EXPECT_EQ(read->read, 1u);
  EXPECT_EQ(read->skipped, 7u);
  ASSERT_EQ(read->samples.size(), 5u);
  EXPECT_EQ(read->samples[0].line, 2u);
  EXPECT_EQ(who(book, "192.0.2.7"), "abuse@example.net") << "of two rows the first counts";
  ContactBook strict;
  const auto refused = strict.read(text, "t.csv", 0.1);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::data);
  EXPECT_EQ(refused.error().place.line, 2);
  EXPECT_FALSE(ContactBook().read("", "empty.csv", 1.0)) << "nothing in it is an error";
}

TEST(NoticeContacts, RdapNamesTheAbuseEntityAtAnyDepth) {
  ContactBook book;
  const auto read = book.read(R"([{"objectClassName": "ip network", "name": "NET-EX",
    "startAddress": "192.0.2.0", "endAddress": "192.0.2.191", "entities": [
      {"roles": ["registrant"], "vcardArray": ["vcard", [["fn", {}, "text", "Example\nNet <b>"],
                                                        ["email", {}, "text", "registrant@example.net"]]],
       "entities": [{"roles": ["technical", "abuse"], "vcardArray": ["vcard", [["email", {}, "text", "not an address"],
                                                        ["email", {"pref": "1"}, "text", "abuse@example.net"]]]}]}]},
    {"objectClassName": "autnum", "startAutnum": 64500, "endAutnum": 64502, "entities": [
      {"roles": ["abuse"], "vcardArray": ["vcard", [["email", {}, "text", "as@example.net"]]]}]},
    {"objectClassName": "ip network", "startAddress": "0.0.0.0", "endAddress": "255.255.255.255",
     "cidr0_cidrs": [{"v4prefix": "203.0.113.0", "length": 24}], "entities": [
      {"roles": ["abuse"], "vcardArray": ["vcard", [["email", {}, "text", "cidr@example.net"]]]}]}])",
                              "r.json", 0);
  ASSERT_TRUE(read) << read.error().text();
  EXPECT_EQ(read->read, 3u);
  EXPECT_EQ(who(book, "192.0.2.0"), "abuse@example.net");
  EXPECT_EQ(who(book, "192.0.2.191"), "abuse@example.net");
  EXPECT_EQ(who(book, "192.0.2.192"), "nobody") << "the range ends there";
  EXPECT_EQ(book.find(at("192.0.2.1"), 0)->name, "Example Net <b>");
  EXPECT_EQ(who(book, "198.51.100.1", 64502), "as@example.net");
  EXPECT_EQ(who(book, "198.51.100.1", 64503), "nobody");
  EXPECT_EQ(who(book, "203.0.113.77"), "cidr@example.net");
  EXPECT_EQ(who(book, "8.8.8.8"), "nobody") << "where prefixes are listed, they count";
}

TEST(NoticeContacts, HostileRdapIsAnError) {
  const std::string deep = std::string(100'000, '[') + std::string(100'000, ']');
  const std::string nested =
      "{\"objectClassName\":\"ip network\",\"startAddress\":\"1.0.0.0\",\"endAddress\":\"1.0.0.255\"}";
  for (const std::string& text :
       {deep, nested, std::string("{"), std::string("[1, 2, null, \"x\"]"), std::string("{\"objectClassName\": 5}"),
        std::string("{\"objectClassName\":\"autnum\",\"startAutnum\":1,\"endAutnum\":4294967295,\"entities\":[{"
                    "\"roles\":[\"abuse\"],"
                    "\"vcardArray\":[\"vcard\",[[\"email\",{},\"text\",\"a@example.net\"]]]}]}"),
        std::string("{\"objectClassName\":\"ip network\",\"entities\":[{\"roles\":\"abuse\",\"vcardArray\":[]}]}")}) {
    ContactBook book;
    const auto read = book.read_rdap(text, "r.json", 1.0);
    ASSERT_FALSE(read) << text.substr(0, 60);
    EXPECT_EQ(read.error().kind, ErrorKind::data);
    EXPECT_EQ(book.size(), 0u);
  }
}

TEST(NoticeContacts, AnObjectALine) {
  const auto line = [](const char* first, const char* last, const char* mail) {
    return std::string("{\"objectClassName\":\"ip network\",\"startAddress\":\"") + first + "\",\"endAddress\":\"" +
           last + "\",\"entities\":[{\"roles\":[\"abuse\"],\"vcardArray\":[\"vcard\",[[\"email\",{},\"text\",\"" +
           mail + "\"]]]}]}\n";
  };
  ContactBook book;
  const auto read = book.read(line("192.0.2.0", "192.0.2.255", "a@example.net") + "not JSON\n" +
                                  line("198.51.100.0", "198.51.100.255", "b@example.net"),
                              "r.jsonl", 0.5);
  ASSERT_TRUE(read) << read.error().text();
  EXPECT_EQ(read->read, 2u);
  EXPECT_EQ(read->samples.at(0).line, 2u);
  EXPECT_EQ(who(book, "198.51.100.3"), "b@example.net");
}

TEST(NoticeContacts, ARangeIsTheFewestPrefixes) {
  const auto all = prefixes_of({0, 0xFFFFFFFFu});
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].length, 0);
  EXPECT_EQ(prefixes_of({1, 0xFFFFFFFEu}).size(), 62u) << "the worst range";
  std::uint64_t sum = 0;
  Ipv4 next = 12345;
  for (const Prefix& prefix : prefixes_of({12345, 99999})) {
    EXPECT_EQ(prefix.first(), next) << "in order and without gaps";
    next = prefix.last() + 1;
    sum += prefix.size();
  }
  EXPECT_EQ(sum, 99999u - 12345u + 1u);
}

}  // namespace
}  // namespace secondwave
