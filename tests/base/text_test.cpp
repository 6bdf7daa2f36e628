// Everything that is shown may come from an enemy.
#include "base/text.hpp"

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include <algorithm>
#include <string>

namespace secondwave {
namespace {

using namespace std::string_literals;
using namespace std::string_view_literals;

bool no_controls(const std::string& text, std::string_view allowed) {
  return std::all_of(text.begin(), text.end(), [&](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte >= 0x20 && byte != 0x7F) || allowed.find(c) != std::string_view::npos;
  });
}

std::string bytes_to_string(const std::vector<std::uint8_t>& bytes) {
  return {bytes.begin(), bytes.end()};
}

TEST(Terminal, PlainTextStays) {
  EXPECT_EQ(escape_for_terminal("Zürich, 日本, 🦠"), "Zürich, 日本, 🦠");
  EXPECT_EQ(escape_for_terminal(""), "");
  EXPECT_EQ(escape_for_terminal("two\nlines"), "two\nlines");
}

TEST(Terminal, ControlsBecomeVisible) {
  EXPECT_EQ(escape_for_terminal("\x1b[31mred\x1b[0m"), "\\x1b[31mred\\x1b[0m");
  EXPECT_EQ(escape_for_terminal("over\rwritten\b\x7f"), "over\\x0dwritten\\x08\\x7f");
  EXPECT_EQ(escape_for_terminal("nul\0end"sv), "nul\\x00end");
  EXPECT_EQ(escape_for_terminal("\xc2\x9b"
                                "31m"),
            "\\xc2\\x9b31m");                                                   // CSI as a C1 control
  EXPECT_EQ(escape_for_terminal("a\u202Etxt.exe"), "a\\xe2\\x80\\xaetxt.exe");  // right-to-left override
  EXPECT_EQ(escape_for_terminal("a\u2066b\u2069"), "a\\xe2\\x81\\xa6b\\xe2\\x81\\xa9");
  EXPECT_EQ(escape_for_terminal("a\u2028b"), "a\\xe2\\x80\\xa8b");
}

TEST(Terminal, BrokenUtf8BecomesVisible) {
  EXPECT_EQ(escape_for_terminal("\xc0\xaf"), "\\xc0\\xaf");                    // overlong
  EXPECT_EQ(escape_for_terminal("\xe0\x80\xaf"), "\\xe0\\x80\\xaf");           // overlong
  EXPECT_EQ(escape_for_terminal("\xed\xa0\x80"), "\\xed\\xa0\\x80");           // a surrogate
  EXPECT_EQ(escape_for_terminal("\xf4\x90\x80\x80"), "\\xf4\\x90\\x80\\x80");  // above U+10FFFF
  EXPECT_EQ(escape_for_terminal("\xf5"), "\\xf5");
  EXPECT_EQ(escape_for_terminal("cut \xe2\x82"), "cut \\xe2\\x82");
  EXPECT_EQ(escape_for_terminal("\x80 alone"), "\\x80 alone");
  EXPECT_EQ(escape_for_terminal("\xf4\x8f\xbf\xbd"), "\xf4\x8f\xbf\xbd");  // U+10FFFD is fine
}

TEST(Line, IsOneLine) {
  EXPECT_EQ(escape_line("a\nb\x1b"), "a\\x0ab\\x1b");
}

RC_GTEST_PROP(Terminal, NeverLetsAControlThrough, (const std::vector<std::uint8_t>& bytes)) {
  const std::string out = escape_for_terminal(bytes_to_string(bytes));
  RC_ASSERT(no_controls(out, "\n"));
  RC_ASSERT(to_valid_utf8(out) == out);
  RC_ASSERT(escape_for_terminal(out) == out);
}

TEST(Html, MarkupIsText) {
  EXPECT_EQ(escape_for_html("<script>alert('x' & \"y\")</script>"),
            "&lt;script&gt;alert(&#39;x&#39; &amp; &quot;y&quot;)&lt;/script&gt;");
  EXPECT_EQ(escape_for_html("a\x01\xff\u202E"
                            "b\nc"),
            "a\\x01\\xff\\xe2\\x80\\xaeb\nc");
}

RC_GTEST_PROP(Html, NeverLetsMarkupThrough, (const std::vector<std::uint8_t>& bytes)) {
  const std::string out = escape_for_html(bytes_to_string(bytes));
  RC_ASSERT(out.find_first_of("<>\"'") == std::string::npos);
  RC_ASSERT(no_controls(out, "\n"));
  RC_ASSERT(to_valid_utf8(out) == out);
}

TEST(Csv, QuotesWhereNeeded) {
  EXPECT_EQ(escape_for_csv("plain"), "plain");
  EXPECT_EQ(escape_for_csv(""), "");
  EXPECT_EQ(escape_for_csv("a,b"), "\"a,b\"");
  EXPECT_EQ(escape_for_csv("say \"hi\""), "\"say \"\"hi\"\"\"");
  EXPECT_EQ(escape_for_csv("two\nlines"), "\"two\nlines\"");
}

TEST(Csv, FormulasAreDefused) {
  EXPECT_EQ(escape_for_csv("=cmd|'/c calc'!A1"), "'=cmd|'/c calc'!A1");
  EXPECT_EQ(escape_for_csv("@SUM(1,2)"), "\"'@SUM(1,2)\"");
  EXPECT_EQ(escape_for_csv("+1+1"), "'+1+1");
  EXPECT_EQ(escape_for_csv("-2+3"), "'-2+3");
  EXPECT_EQ(escape_for_csv("\t=1"), "'\t=1");
}

TEST(Csv, NumbersAreNotFormulas) {
  for (const char* number : {"-1", "+1", "-1.5", "-1e-9", "+0.25", "-.5", "-3.", "1e300"}) {
    EXPECT_EQ(escape_for_csv(number), number);
  }
  for (const char* text : {"-", "+", "-a", "-1-1", "--1", "-1e", "-1 ", "-inf", "-nan", "-0x10", "+-1", "-."}) {
    EXPECT_EQ(escape_for_csv(text), "'"s + text);
  }
}

/// One field back out of CSV (RFC 4180).
std::string read_csv_field(const std::string& field) {
  if (field.empty() || field[0] != '"') return field;
  std::string out;
  for (std::size_t i = 1; i + 1 < field.size(); ++i) {
    out += field[i];
    if (field[i] == '"') ++i;
  }
  return out;
}

RC_GTEST_PROP(Csv, ReadsBackAndStartsHarmlessly, (const std::vector<std::uint8_t>& bytes)) {
  const std::string clean = to_valid_utf8(bytes_to_string(bytes));
  const std::string field = escape_for_csv(clean);
  const std::string back = read_csv_field(field);
  RC_ASSERT(back == clean || back == "'" + clean);
  RC_ASSERT(back.empty() || std::string_view("=@\t").find(back[0]) == std::string_view::npos);
}

TEST(ValidUtf8, KeepsNewlinesAndTabsOnly) {
  EXPECT_EQ(to_valid_utf8("a\tb\nc\rd\x1b"), "a\tb\nc\\x0dd\\x1b");
  EXPECT_EQ(to_valid_utf8("\xe2\x82 x"), "\\xe2\\x82 x");
}

TEST(NearestWord, SuggestsWhatWasMeant) {
  const std::vector<std::string_view> keys = {"scan_rate", "scan_range", "population", "seed"};
  EXPECT_EQ(nearest_word("scan_rte", keys), "scan_rate");
  EXPECT_EQ(nearest_word("populaton", keys), "population");
  EXPECT_EQ(nearest_word("sead", keys), "seed");
  EXPECT_EQ(nearest_word("seed", keys), "seed");
}

TEST(NearestWord, StaysSilentWhereNothingIsNear) {
  EXPECT_EQ(nearest_word("latency", {"population", "seed"}), "");
  EXPECT_EQ(nearest_word("x", {}), "");
  EXPECT_EQ(nearest_word("", {}), "");
  EXPECT_EQ(nearest_word("", {"seed"}), "");
  EXPECT_EQ(nearest_word("ab", {"cd"}), "");
}

TEST(NearestWord, EnormousWordsCostLittle) {
  const std::string long_word(50'000'000, 'a');
  const std::vector<std::string_view> keys(200, "population.vulnerable");
  EXPECT_EQ(nearest_word(long_word, keys), "");
}

TEST(DisplayWidth, CountsCodePoints) {
  EXPECT_EQ(display_width("abc"), 3u);
  EXPECT_EQ(display_width("Zürich"), 6u);
  EXPECT_EQ(display_width("日本"), 2u);
  EXPECT_EQ(display_width(""), 0u);
}

}  // namespace
}  // namespace secondwave
