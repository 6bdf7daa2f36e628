#include "census/dns_message.hpp"

#include <gtest/gtest.h>

#include "support/dns_responder.hpp"

namespace secondwave {
namespace {

using Section = DnsMessage::Section;

const DnsQuestion question{reverse_name(0xC0000201), RecordType::ptr};

DnsBytes query(const DnsQuestion& of = question) {
  DnsBytes bytes = {0x12, 0x34, 1, 0, 0, 1, 0, 0, 0, 0, 0, 0};
  const DnsBytes name = DnsMessage::wire_name(of.name);
  bytes.insert(bytes.end(), name.begin(), name.end());
  bytes.insert(bytes.end(), {0, static_cast<std::uint8_t>(of.type), 0, 1});
  return bytes;
}

DnsBytes label(const std::string& text) {
  DnsBytes wire = {static_cast<std::uint8_t>(text.size())};
  wire.insert(wire.end(), text.begin(), text.end());
  wire.push_back(0);
  return wire;
}

std::string name_of(const DnsBytes& target) {
  return read_answer(DnsMessage(query()).add(Section::answer, DnsMessage::question_name(), 12, 60, target).bytes,
                     question)
      .name;
}

TEST(DnsMessage, NamesOfAddresses) {
  EXPECT_EQ(reverse_name(0xC0000201), "1.2.0.192.in-addr.arpa");
  EXPECT_EQ(reverse_zone_24(0xC0000201), "2.0.192.in-addr.arpa");
}

TEST(DnsMessage, TheFirstNameInByteOrderAndTheShortestTime) {
  const DnsAnswer answer =
      read_answer(DnsMessage(query()).ptr("Zebra.example", 50).ptr("MAIL.example", 70).bytes, question);
  EXPECT_EQ(answer.outcome, LookupOutcome::answered);
  EXPECT_EQ(answer.name, "mail.example");
  EXPECT_EQ(answer.ttl_s, 50u);
}

TEST(DnsMessage, CodesAreToldApart) {
  const auto outcome = [](int code) { return read_answer(DnsMessage(query(), code).bytes, question).outcome; };
  EXPECT_EQ(outcome(0), LookupOutcome::no_data);
  EXPECT_EQ(outcome(1), LookupOutcome::unusable);
  EXPECT_EQ(outcome(2), LookupOutcome::server_failure);
  EXPECT_EQ(outcome(3), LookupOutcome::no_such_name);
  EXPECT_EQ(outcome(4), LookupOutcome::refused);
  EXPECT_EQ(outcome(5), LookupOutcome::refused);
  EXPECT_EQ(outcome(9), LookupOutcome::refused);
}

TEST(DnsMessage, FollowsAliasesOfClasslessDelegationAndStopsInACircle) {
  const DnsBytes alias = DnsMessage::wire_name("1.0-127.2.0.192.in-addr.arpa");
  DnsMessage good(query());
  good.add(Section::answer, DnsMessage::question_name(), 5, 30, alias);
  good.add(Section::answer, alias, 12, 60, DnsMessage::wire_name("www.example"));
  const DnsAnswer answer = read_answer(good.bytes, question);
  EXPECT_EQ(answer.name, "www.example");
  EXPECT_EQ(answer.ttl_s, 30u);

  DnsMessage circle(query());
  circle.add(Section::answer, DnsMessage::question_name(), 5, 30, alias);
  circle.add(Section::answer, alias, 5, 30, DnsMessage::wire_name(question.name));
  EXPECT_EQ(read_answer(circle.bytes, question).outcome, LookupOutcome::unusable);

  DnsMessage dangling(query());
  dangling.add(Section::answer, DnsMessage::question_name(), 5, 30, alias);
  EXPECT_EQ(read_answer(dangling.bytes, question).outcome, LookupOutcome::no_data);
}

TEST(DnsMessage, ANameOfAnotherAddressIsNotTaken) {
  DnsMessage other(query());
  other.add(Section::answer, DnsMessage::wire_name("9.2.0.192.in-addr.arpa"), 12, 60,
            DnsMessage::wire_name("x.example"));
  EXPECT_EQ(read_answer(other.bytes, question).outcome, LookupOutcome::no_data);
  DnsMessage beside(query());
  beside.add(Section::beside, DnsMessage::question_name(), 12, 60, DnsMessage::wire_name("x.example"));
  EXPECT_EQ(read_answer(beside.bytes, question).outcome, LookupOutcome::no_data);
}

TEST(DnsMessage, HostileNamesBecomePrintable) {
  EXPECT_EQ(name_of(label("\x1b[31m\r\n")), "\\027[31m\\013\\010");
  EXPECT_EQ(name_of(label("=cmd|'/C calc'!A0")), "=cmd|'/c\\032calc'!a0");
  EXPECT_EQ(name_of(label("<script>")), "<script>");
  EXPECT_EQ(name_of(label("\xE2\x80\xAE"
                          "gpj")),
            "\\226\\128\\174gpj");
  EXPECT_EQ(name_of(label("a.b\\c")), "a\\.b\\\\c");
  EXPECT_EQ(name_of(label(std::string(63, 'a'))), std::string(63, 'a'));
  EXPECT_EQ(name_of(label(std::string("\0", 1))), "\\000");
}

TEST(DnsMessage, OverlongLabelsAndNamesAndPointersInACircleAreUnusable) {
  const auto outcome = [](const DnsBytes& target) {
    return read_answer(DnsMessage(query()).add(Section::answer, DnsMessage::question_name(), 12, 60, target).bytes,
                       question)
        .outcome;
  };
  DnsBytes label_of_255 = {255};
  label_of_255.resize(257, 'a');
  EXPECT_EQ(outcome(label_of_255), LookupOutcome::unusable);
  DnsBytes label_of_64 = {64};
  label_of_64.resize(66, 'a');
  EXPECT_EQ(outcome(label_of_64), LookupOutcome::unusable);
  DnsBytes longest;
  for (int i = 0; i < 4; ++i) {
    longest.push_back(i < 3 ? 63 : 61);
    longest.insert(longest.end(), i < 3 ? 63u : 61u, 'a');
  }
  longest.push_back(0);
  EXPECT_EQ(longest.size(), 255u);
  EXPECT_EQ(outcome(longest), LookupOutcome::answered);
  longest[192] = 62;
  longest.insert(longest.end() - 1, 'a');
  EXPECT_EQ(outcome(longest), LookupOutcome::unusable);
  const auto here = static_cast<std::uint8_t>(query().size() + 12);
  EXPECT_EQ(outcome({0xC0, here}), LookupOutcome::unusable) << "a pointer to itself";
  EXPECT_EQ(outcome({1, 'a', 0xC0, here}), LookupOutcome::unusable);
  EXPECT_EQ(outcome({0xFF, 0xFF}), LookupOutcome::unusable) << "a pointer behind the end";
  EXPECT_EQ(outcome({0}), LookupOutcome::no_data) << "the root is no name";
}

TEST(DnsMessage, AnyCutIsNeverNoSuchName) {
  const DnsBytes whole = DnsMessage(query()).ptr("www.example").soa("2.0.192.in-addr.arpa", "h.example").bytes;
  for (std::size_t size = 0; size < whole.size(); ++size) {
    const DnsAnswer answer = read_answer({whole.data(), size}, question);
    EXPECT_EQ(answer.outcome, LookupOutcome::unusable) << size;
  }
}

TEST(DnsMessage, WhoKeepsTheZone) {
  const auto owner = [](const std::string& zone, const std::string& mailbox) {
    return read_answer(DnsMessage(query(), 3).soa(zone, mailbox, 300).bytes, question).zone_owner;
  };
  EXPECT_EQ(owner("2.0.192.in-addr.arpa", "hostmaster.noc.isp.co.uk"), "isp.co.uk");
  EXPECT_EQ(owner("0.192.in-addr.arpa", "dns.isp.net"), "isp.net");
  EXPECT_EQ(owner("192.in-addr.arpa", "dns.isp.net"), "") << "a registry's";
  EXPECT_EQ(owner("0.192.in-addr.arpa", "hostmaster.apnic.net"), "") << "a registry's";
  EXPECT_EQ(owner("example.net", "dns.isp.net"), "");
  const DnsAnswer answer =
      read_answer(DnsMessage(query(), 3).soa("2.0.192.in-addr.arpa", "h.isp.net", 300).bytes, question);
  EXPECT_EQ(answer.zone, "2.0.192.in-addr.arpa");
  EXPECT_EQ(answer.ttl_s, 300u);
}

TEST(DnsMessage, AddressesOfAName) {
  const DnsQuestion forward{"www.example", RecordType::a};
  DnsMessage message(query(forward));
  message.add(Section::answer, DnsMessage::question_name(), 1, 60, {192, 0, 2, 1});
  message.add(Section::answer, DnsMessage::question_name(), 1, 60, {192, 0, 2, 2});
  EXPECT_EQ(read_answer(message.bytes, forward).addresses, (std::vector<Ipv4>{0xC0000201, 0xC0000202}));
}

TEST(DnsMessage, NamesThatComeAsText) {
  EXPECT_EQ(presentable_name("WWW.Example.COM."), "www.example.com");
  EXPECT_EQ(presentable_name("a b\x1b\xE2\x80\xAE.x"), "a\\032b\\027\\226\\128\\174.x");
  EXPECT_EQ(presentable_name("..."), "");
  EXPECT_EQ(presentable_name(std::string(1021, 'a')), "");
  EXPECT_EQ(presentable_name(std::string(1000, '\1')), "");
  EXPECT_EQ(presentable_name("\\027.example"), "\\027.example") << "what is escaped stays so";
}

}  // namespace
}  // namespace secondwave
