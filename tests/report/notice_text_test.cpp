// Text from strangers in each format of a notice: no byte of it may become anything but text.
#include "report/notice_text.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <string>

namespace secondwave {
namespace {

/// What strangers put into names and requests.
const std::string strange_text =
    "</script><b>\"&'\\ \r\nBcc: all@example.com\r\n\r\n\x1b[31m\u202Egnp.exe\u200F =cmd|'/c calc'!A0 \xff\xfe "
    "\xc0\x80 "
    "]]><!ENTITY x>%s\x7f\uFEFF\u2028";

bool is_ascii_line(const std::string& text) {
  return std::all_of(text.begin(), text.end(), [](char c) { return c >= 0x20 && c < 0x7F; });
}

TEST(NoticeText, EvidenceIsPrintableAsciiAndBounded) {
  const std::string shown = notice_ascii(strange_text, 2000);
  EXPECT_TRUE(is_ascii_line(shown)) << shown;
  EXPECT_NE(shown.find("\\x0d\\x0aBcc"), std::string::npos) << shown;
  EXPECT_EQ(notice_ascii("a\\xe2b", 20), "a\\xe2b") << "what the store has made visible stays as it is";
  EXPECT_EQ(notice_ascii(std::string(500, 'A'), 200).size(), 200u);
  EXPECT_EQ(notice_ascii(std::string(199, 'A') + "\xff", 200), std::string(199, 'A')) << "no half of an escape";
}

TEST(NoticeText, ALineHasNoMarksThatReorderIt) {
  const std::string line = notice_line(strange_text);
  for (const char* bad : {"\u202E", "\u200F", "\uFEFF", "\u2028", "\r", "\n", "\x1b", "\x7f"})
    EXPECT_EQ(line.find(bad), std::string::npos) << line;
  EXPECT_EQ(notice_line("\u00D6rg \u4E2D\u6587"), "\u00D6rg \u4E2D\u6587") << "letters of all languages stay";
}

TEST(NoticeText, JsonIsAsciiAndCannotEndItself) {
  std::string out;
  append_json(out, strange_text);
  EXPECT_TRUE(is_ascii_line(out)) << out;
  EXPECT_EQ(out.find_first_of("<>&"), std::string::npos);
  EXPECT_EQ(out.substr(0, 14), "\"\\u003c/script") << out;
  out.clear();
  append_json(out, "\xF0\x9F\x90\x9B");
  EXPECT_EQ(out, "\"\\ud83d\\udc1b\"") << "beyond 16 bits: a pair";
}

TEST(NoticeText, XmlHasNoMarkupOfTheirs) {
  std::string out;
  append_xml(out, strange_text);
  EXPECT_TRUE(is_ascii_line(out)) << out;
  EXPECT_EQ(out.find_first_of("<>\"'"), std::string::npos) << out;
  out.clear();
  append_xml(out, "\xEF\xBF\xBE");
  EXPECT_EQ(out, "&#65533;") << "U+FFFE is no character of XML";
}

TEST(NoticeText, AHeaderCannotBeginAnother) {
  const std::string header = encoded_header(strange_text);
  for (std::size_t at = header.find('\n'); at != std::string::npos; at = header.find('\n', at + 1)) {
    EXPECT_EQ(header[at - 1], '\r');
    EXPECT_EQ(header[at + 1], ' ') << "a fold, not a new header: " << header;
  }
  EXPECT_EQ(header.find("Bcc"), std::string::npos) << header;
  EXPECT_EQ(encoded_header("12 hosts in AS64500"), "12 hosts in AS64500");
  EXPECT_EQ(encoded_header("=?UTF-8?B?QQ==?=").find("=?UTF-8?B?QQ"), std::string::npos) << "not taken as encoded";
  EXPECT_EQ(encoded_header("\u00D6"), "=?UTF-8?B?w5Y=?=");
}

TEST(NoticeText, MailboxesAreQuotedOrEncoded) {
  EXPECT_EQ(mailbox("", "a@example.net"), "a@example.net");
  EXPECT_EQ(mailbox("Example Net", "a@example.net"), "Example Net <a@example.net>");
  EXPECT_EQ(mailbox("Ex, \"Net\"", "a@example.net"), "\"Ex, \\\"Net\\\"\" <a@example.net>");
  EXPECT_EQ(mailbox("\u00D6rg", "a@example.net"), "=?UTF-8?B?w5ZyZw==?=\r\n <a@example.net>");
  EXPECT_EQ(mailbox("x\r\nBcc: b@example.net", "a@example.net").find("\r\nBcc"), std::string::npos);
}

TEST(NoticeText, OnlyPlainMailAddresses) {
  for (const char* good : {"abuse@example.net", "a.b+c@x-y.example", "A_1@EXAMPLE.ORG"})
    EXPECT_TRUE(is_mail_address(good)) << good;
  for (const char* bad : {"", "abuse", "@example.net", "a@", "a@localhost", "a@b..c", "a@-b.example", "a b@example.net",
                          "a@example.net, b@example.net", "a@example.net\r\nBcc: c@example.net", "\"a\"@example.net",
                          "<a@example.net>", "a@[192.0.2.1]", "a..b@example.net", ".a@example.net", "a@example.net.",
                          "\xC3\xB6@example.net", "a@b@example.net"})
    EXPECT_FALSE(is_mail_address(bad)) << bad;
  EXPECT_FALSE(is_mail_address(std::string(65, 'a') + "@example.net"));
}

TEST(NoticeText, TimesAreUtc) {
  const std::int64_t time = 996'688'440'999'999;  // 2001-08-01 17:54:00.999999
  EXPECT_EQ(notice_time(time), "2001-08-01T17:54:00Z");
  EXPECT_EQ(notice_csv_time(time), "2001-08-01 17:54:00");
  EXPECT_EQ(notice_mail_time(time), "Wed, 01 Aug 2001 17:54:00 +0000");
  EXPECT_EQ(notice_mail_time(0), "Thu, 01 Jan 1970 00:00:00 +0000");
  EXPECT_EQ(notice_mail_time(-1), "Wed, 31 Dec 1969 23:59:59 +0000");
}

TEST(NoticeText, UuidsAreThoseOfTheStandard) {
  // RFC 9562, appendix A.4, and an example of STIX 2.1 (ipv4-addr of 198.51.100.3).
  EXPECT_EQ(uuid5(uuid_bytes("6ba7b810-9dad-11d1-80b4-00c04fd430c8"), "www.example.com"),
            "2ed6657d-e927-568b-95e1-2665a8aea6a2");
  EXPECT_EQ(uuid5(stix_uuid_space(), R"({"value":"198.51.100.3"})"), "28bb3599-77cd-5a82-a950-b5bc3caf07c4");
}

TEST(NoticeText, Base64) {
  for (const auto& [bytes, text] :
       {std::pair("", ""), std::pair("f", "Zg=="), std::pair("fo", "Zm8="), std::pair("foob", "Zm9vYg==")}) {
    std::string out;
    append_base64(out, bytes);
    EXPECT_EQ(out, text) << "RFC 4648, section 10";
  }
}

}  // namespace
}  // namespace secondwave
