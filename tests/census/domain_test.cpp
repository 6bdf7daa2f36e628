#include "census/domain.hpp"

#include <gtest/gtest.h>

#include <string>

namespace secondwave {
namespace {

TEST(Domain, RegisteredDomainsOfManyCountries) {
  EXPECT_EQ(registered_domain("c-24-0-1-2.hsd1.ma.comcast.net"), "comcast.net");
  EXPECT_EQ(registered_domain("p5080d1e2.dip.t-dialin.net"), "t-dialin.net");
  EXPECT_EQ(registered_domain("host81-1-2-3.range81-1.btcentralplus.co.uk"), "btcentralplus.co.uk");
  EXPECT_EQ(registered_domain("fl1-1-2.tokyo.ocn.ne.jp"), "ocn.ne.jp");
  EXPECT_EQ(registered_domain("gw.iij.ad.jp"), "iij.ad.jp");
  EXPECT_EQ(registered_domain("200-1-2-3.dsl.telesp.net.br"), "telesp.net.br");
  EXPECT_EQ(registered_domain("www.tsinghua.edu.cn"), "tsinghua.edu.cn");
  EXPECT_EQ(registered_domain("www.denic.de"), "denic.de");
  EXPECT_EQ(registered_domain("mail.co.com"), "co.com");
  EXPECT_EQ(registered_domain("x.firm.in"), "x.firm.in");
}

TEST(Domain, NamesThatAreNothingButASuffixOrLess) {
  EXPECT_EQ(registered_domain("co.uk"), "co.uk");
  EXPECT_EQ(registered_domain("localhost"), "localhost");
  EXPECT_EQ(registered_domain(""), "");
  EXPECT_EQ(registered_domain("."), "");
  EXPECT_EQ(registered_domain(".."), "");
  EXPECT_EQ(registered_domain("example.com."), "example.com");
  EXPECT_EQ(top_level_domain("192.0.2.1"), "");
  EXPECT_EQ(registered_domain("192.0.2.1"), "");
  EXPECT_EQ(top_level_domain("host.example.com"), "com");
}

TEST(Domain, AnEscapedDotBelongsToItsLabel) {
  EXPECT_EQ(registered_domain("a\\.b.com"), "a\\.b.com");
  EXPECT_EQ(registered_domain("x.a\\.b.com"), "a\\.b.com");
  EXPECT_EQ(top_level_domain("x.a\\."), "a\\.");
}

}  // namespace
}  // namespace secondwave
