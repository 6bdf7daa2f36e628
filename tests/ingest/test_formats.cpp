#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>

#include "ingest/reader.hpp"
#include "reading.hpp"

namespace secondwave {
namespace {

using testing::HasSubstr;

TEST(DetectFormat, WebLog) {
  const std::string line = "192.0.2.7 - - [19/Jul/2001:14:02:03 -0500] \"GET / HTTP/1.0\" 404 283";
  EXPECT_EQ(detect_format(line).value(), InputFormat::web_log);
  EXPECT_EQ(detect_format(line + "\n" + line.substr(0, 20)).value(), InputFormat::web_log);
  EXPECT_EQ(detect_format("rubbish\n" + line + "\n").value(), InputFormat::web_log);
  EXPECT_EQ(detect_format("::1" + line.substr(9)).value(), InputFormat::web_log);
  EXPECT_EQ(make_reader(InputFormat::web_log, {})->format(), InputFormat::web_log);
  EXPECT_EQ(to_string(InputFormat::web_log), "web_log");
}

TEST(DetectFormat, SaysWhatItSaw) {
  const auto nothing = detect_format(
      "\x7f"
      "ELF rubbish");
  ASSERT_FALSE(nothing.has_value());
  EXPECT_EQ(nothing.error().kind, ErrorKind::data);
  EXPECT_THAT(nothing.error().text(), HasSubstr("\\x7fELF"));
  EXPECT_THAT(detect_format("").error().text(), HasSubstr("empty"));
  EXPECT_FALSE(detect_format(std::string(200'000, 'x')).has_value());
  EXPECT_FALSE(detect_format(std::string(200'000, '\0')).has_value());
}

}  // namespace
}  // namespace secondwave
