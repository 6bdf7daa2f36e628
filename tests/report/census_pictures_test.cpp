// Pictures of a census: the curve, what is drawn, and texts that mean harm.
#include "report/census_pictures.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <set>

#include "report/world_map.hpp"
#include "sample.hpp"

namespace fs = std::filesystem;

namespace secondwave {
namespace {

std::size_t count_of(const std::string& text, const std::string& part) {
  std::size_t count = 0;
  for (std::size_t at = text.find(part); at != std::string::npos; at = text.find(part, at + 1)) ++count;
  return count;
}

/// No tag or entity that a name could have brought along; one root, closed.
void expect_harmless(const std::string& svg) {
  EXPECT_EQ(svg.find("<script"), std::string::npos);
  EXPECT_EQ(svg.find('\x1b'), std::string::npos);
  EXPECT_EQ(svg.find("\xe2\x80\xae"), std::string::npos);
  EXPECT_EQ(count_of(svg, "<svg "), 1u);
  EXPECT_EQ(count_of(svg, "</svg>"), 1u);
}

TEST(Hilbert, VisitsEachSquareOnceAndNeverJumps) {
  for (const int order : {1, 4, 8}) {
    std::set<std::pair<std::uint32_t, std::uint32_t>> seen;
    std::pair<std::uint32_t, std::uint32_t> before;
    for (std::uint32_t n = 0; n < std::uint32_t{1} << (2 * order); ++n) {
      const auto at = hilbert_square(n, order);
      ASSERT_TRUE(seen.insert(at).second) << n;
      ASSERT_LT(std::max(at.first, at.second), std::uint32_t{1} << order);
      const auto far = [](std::uint32_t a, std::uint32_t b) { return a > b ? a - b : b - a; };
      ASSERT_LE(n == 0 ? 1 : far(at.first, before.first) + far(at.second, before.second), 1u) << n;
      before = at;
    }
    EXPECT_EQ(hilbert_square(0, order), (std::pair<std::uint32_t, std::uint32_t>(0, 0)));
  }
}

TEST(Hilbert, APieceOfTheCurveLiesInItsOwnSquare) {
  // A /8 of the order-8 curve is a square of the order-4 curve: the frames and what they hold agree.
  for (std::uint32_t n = 0; n < 65536; ++n) {
    const auto fine = hilbert_square(n, 8);
    const auto coarse = hilbert_square(n >> 8, 4);
    ASSERT_EQ(fine.first / 16, coarse.first) << n;
    ASSERT_EQ(fine.second / 16, coarse.second) << n;
  }
}

TEST(CensusPictures, TheMapOfIpv4CountsAddressesOnce) {
  const std::vector<Ipv4> addresses = {0x01020304, 0x01020304, 0x01020305, 0x01030000};
  const std::string svg = svg_hilbert(addresses, testing::hostile, testing::hostile);
  expect_harmless(svg);
  EXPECT_NE(svg.find("<title>1.0.0.0/8: 3 in 2 networks /16</title>"), std::string::npos);
  EXPECT_EQ(count_of(svg, "/8: "), 256u);
  EXPECT_FALSE(svg_hilbert({}, "nothing", "").empty());
}

TEST(CensusPictures, BarsSayHowManyAreLeftOut) {
  BarsPicture picture{.title = testing::hostile, .bars = {}, .whole = 100, .more = 5, .note = testing::hostile};
  for (int i = 0; i < 30; ++i) picture.bars.push_back({testing::hostile, static_cast<std::uint64_t>(30 - i)});
  const std::string svg = svg_bars(picture);
  expect_harmless(svg);
  EXPECT_EQ(count_of(svg, "class=\"bar\""), 25u);
  EXPECT_NE(svg.find("and 10 more."), std::string::npos);
  EXPECT_NE(svg.find("30 (30.0%)"), std::string::npos);
  expect_harmless(svg_bars({}));
}

TEST(CensusPictures, HoursOfBothClocks) {
  HoursPicture picture{.title = "Hours", .utc = {}, .local = {}, .local_hosts = 1, .note = testing::hostile};
  picture.utc[3] = 7;
  picture.local[5] = 7;
  expect_harmless(svg_hours(picture));
  EXPECT_NE(svg_hours(picture).find("<title>05:00 local time: 7</title>"), std::string::npos);
  picture.local_hosts = 0;
  EXPECT_EQ(svg_hours(picture).find("local time"), std::string::npos);
}

/// Two countries that share an arc, one of them across the 180th meridian.
std::string small_world(const std::string& arcs_of_second = "[[1]]") {
  return R"({"type":"Topology","transform":{"scale":[1,1],"translate":[0,0]},
    "arcs":[[[0,0],[10,0],[0,10],[-10,-10]], [[170,0],[9,0],[-350,5]], [[170,0],[9,9],[-350,-4]]],
    "objects":{"countries":{"type":"GeometryCollection","geometries":[
      {"type":"Polygon","id":"840","properties":{"name":"<b>\u202eUnited"},"arcs":[[0]]},
      {"type":"Polygon","id":"156","properties":{"name":"Other"},"arcs":)" +
         arcs_of_second + R"(},{"type":null,"properties":{}}]}}})";
}

TEST(WorldMap, RingsGoOnBeyondTheDateLine) {
  std::string text = small_world("[[1,-3]]");
  const auto shapes = parse_world_atlas(text, "w.json");
  ASSERT_TRUE(shapes) << shapes.error().text();
  ASSERT_EQ(shapes->countries.size(), 3u);
  EXPECT_EQ(shapes->countries[0].code, "US");
  EXPECT_EQ(shapes->countries[1].code, "CN");
  const auto& ring = shapes->countries[1].rings.at(0);
  for (std::size_t i = 1; i < ring.size(); ++i)
    EXPECT_LT(std::abs(ring[i].longitude - ring[i - 1].longitude), 180) << "no line around the world";
  EXPECT_GT(
      std::max_element(ring.begin(), ring.end(), [](auto& a, auto& b) { return a.longitude < b.longitude; })->longitude,
      180);
  const std::string svg =
      svg_world_map(*shapes, {{"US", 10}, {"SG", 3}, {"CN", 1}}, testing::hostile, testing::hostile);
  expect_harmless(svg);
  EXPECT_EQ(count_of(svg, "class=\"land s"), 2u);
  EXPECT_NE(svg.find("Not drawn: SG 3"), std::string::npos);
  EXPECT_EQ(svg.find("<b>"), std::string::npos);
}

TEST(WorldMap, NoIndexOfTheFileIsTrusted) {
  const std::string good = small_world("[[1]]");
  ASSERT_TRUE(parse_world_atlas(good, "w.json"));
  const auto with = [&](const std::string& from, const std::string& to) {
    std::string text = good;
    return text.replace(text.find(from), from.size(), to);
  };
  for (const std::string& text :
       {std::string(), std::string("{}"), std::string("[1]"), good.substr(0, good.size() / 2), small_world("[[99]]"),
        small_world("[[-99]]"), small_world("[[1.5]]"), small_world("[[9223372036854775807]]"),
        small_world("[[-9223372036854775808]]"), small_world("[5]"), small_world("\"x\""), with("[1,1]", "[1e300,1]"),
        with("[1,1]", "[1]"), with("[170,0]", "[\"x\",0]"), with("[170,0]", "[]"), std::string(100000, '[')}) {
    const auto refused = parse_world_atlas(text, "w.json");
    ASSERT_FALSE(refused) << text.substr(0, 300);
    EXPECT_EQ(refused.error().kind, ErrorKind::data);
  }
}

TEST(WorldMap, TheShapesThatComeAlong) {
  const char* const path = SECONDWAVE_SOURCE_DIR "/build/world-atlas/countries-110m.json";
  std::ifstream in(path, std::ios::binary);
  if (!in) GTEST_SKIP() << "no " << path << " (scripts/world_map.sh fetches it)";
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  const auto shapes = parse_world_atlas(text, path);
  ASSERT_TRUE(shapes) << shapes.error().text();
  std::size_t named = 0;
  for (const auto& country : shapes->countries) named += country.code.empty() ? 0 : 1;
  EXPECT_EQ(shapes->countries.size(), 177u);
  EXPECT_EQ(named, 174u) << "three have no number";
}

TEST(WorldMap, NumbersOfCountries) {
  EXPECT_EQ(country_code_of_number(4), "AF");
  EXPECT_EQ(country_code_of_number(840), "US");
  EXPECT_EQ(country_code_of_number(894), "ZM");
  EXPECT_EQ(country_code_of_number(999), "");
  EXPECT_EQ(country_code_of_number(-1), "");
}

TEST(CensusPage, AppearsWholeAndReplacesOnlyItsOwn) {
  const fs::path folder = fs::temp_directory_path() / ("secondwave-census-" + std::to_string(::getpid()));
  fs::remove_all(folder);
  const CensusPage page{.title = testing::hostile,
                        .facts = {{"Store", testing::hostile}},
                        .warnings = {testing::hostile},
                        .pictures = {{"bars.svg", svg_bars({})}}};
  const auto warnings = write_census_folder(folder, page);
  ASSERT_TRUE(warnings) << warnings.error().text();
  if (warnings->empty()) {
    std::ifstream png(folder / "bars.png", std::ios::binary);
    std::string head(8, '\0');
    png.read(head.data(), 8);
    EXPECT_EQ(head, "\x89PNG\r\n\x1a\n");
  } else {
    EXPECT_NE(warnings->front().find("librsvg2-bin"), std::string::npos);
    EXPECT_FALSE(fs::exists(folder / "bars.png"));
  }
  ASSERT_TRUE(write_census_folder(folder, page)) << "again";
  std::ifstream in(folder / "report.html", std::ios::binary);
  const std::string html{std::istreambuf_iterator<char>(in), {}};
  EXPECT_EQ(html, census_html(page));
  EXPECT_EQ(html.find("<script"), std::string::npos);
  EXPECT_EQ(html.find("http://www.w3.org/2000/svg"), html.rfind("http://")) << "nothing is fetched";
  EXPECT_NE(html.find("default-src 'none'"), std::string::npos);
  std::ofstream(folder / "mine.txt") << "x";
  const auto refused = write_census_folder(folder, page);
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().kind, ErrorKind::usage);
  EXPECT_TRUE(fs::exists(folder / "mine.txt"));
  EXPECT_FALSE(write_census_folder(folder / "mine.txt", page));
  for (const auto& each : fs::directory_iterator(folder.parent_path()))
    EXPECT_EQ(each.path().filename().string().find("secondwave-census-" + std::to_string(::getpid()) + "."),
              std::string::npos)
        << "nothing is left beside it";
  fs::remove_all(folder);
}

}  // namespace
}  // namespace secondwave
