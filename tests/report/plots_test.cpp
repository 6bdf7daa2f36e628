#include "report/plots.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "report/child_process.hpp"
#include "report/output_file.hpp"
#include "sample.hpp"

namespace secondwave {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;
using ::testing::StartsWith;

bool gnuplot_is_there() {
  return run_child({"gnuplot", "--version"}, 30, 10'000).has_value();
}

Result<std::string> drawn(const Plot& plot, PlotFormat format, const testing::Scratch& scratch, const char* name) {
  EXPECT_TRUE(write_file(scratch / name, gnuplot_script(plot, format)));
  return run_gnuplot(scratch / name);
}

TEST(Plots, OneForEachCurveThatPeopleLookFor) {
  EnsembleResult result = testing::sample_result();
  result.curves.push_back(result.curves[2]);
  result.curves.back().quantity = "telescope/.sources";
  std::vector<std::string> stems;
  for (const Plot& plot : plots_of(result)) stems.push_back(plot.file_stem);
  EXPECT_THAT(stems,
              ::testing::ElementsAre("curve", "new_per_min", "sensor_telescope_sources", "sensor_telescope__sources"));
  result.curves.clear();
  EXPECT_TRUE(plots_of(result).empty());
}

TEST(Plots, NamesNeverLeaveTheFolderOrCollide) {
  EnsembleResult result = testing::sample_result(2, 3);
  result.curves[0].quantity = "../../etc/x.sources";
  result.curves[1].quantity = ".../../etc/x.sources";
  result.curves[2].quantity = "______etc_x.sources";
  std::set<std::string> stems;
  for (const Plot& plot : plots_of(result)) {
    EXPECT_EQ(plot.file_stem.find_first_of("./\\"), std::string::npos);
    stems.insert(plot.file_stem);
  }
  EXPECT_EQ(stems.size(), 3u);
}

TEST(GnuplotScript, KeepsHostileTextInsideItsQuotes) {
  EnsembleResult result = testing::sample_result();
  result.title = testing::hostile;
  const std::string script = gnuplot_script(plots_of(result)[0], PlotFormat::svg);
  EXPECT_THAT(script, HasSubstr("''single''"));
  EXPECT_THAT(script, Not(HasSubstr("\nsystem")));
  EXPECT_THAT(script, Not(HasSubstr("\x1b")));
}

TEST(Gnuplot, DrawsSvgAndPng) {
  if (!gnuplot_is_there()) GTEST_SKIP() << "gnuplot is not installed";
  const testing::Scratch scratch;
  const Plot plot = plots_of(testing::sample_result())[0];
  const auto svg = drawn(plot, PlotFormat::svg, scratch, "a");
  ASSERT_TRUE(svg) << svg.error().text();
  EXPECT_THAT(*svg, HasSubstr("Code Red, 19 July 2001"));
  EXPECT_THAT(*svg, HasSubstr("</svg>"));
  EXPECT_EQ(*svg, drawn(plot, PlotFormat::svg, scratch, "b").value_or("not drawn"));
  const auto png = drawn(plot, PlotFormat::png, scratch, "c");
  ASSERT_TRUE(png) << png.error().text();
  EXPECT_THAT(*png, StartsWith("\x89PNG"));
}

TEST(Gnuplot, RunsNothingThatATitleSays) {
  if (!gnuplot_is_there()) GTEST_SKIP() << "gnuplot is not installed";
  const testing::Scratch scratch;
  EnsembleResult result = testing::sample_result();
  const std::string owned = scratch / "owned";
  result.title = "`touch " + owned + "` $(touch " + owned + ")\nsystem 'touch " + owned + "'\n'; system('touch " +
                 owned + "') \\' \"; !touch " + owned;
  result.curves[2].quantity = testing::hostile + "' `touch " + owned + "`.sources";
  for (const Plot& plot : plots_of(result)) {
    const auto svg = drawn(plot, PlotFormat::svg, scratch, plot.file_stem.c_str());
    ASSERT_TRUE(svg) << svg.error().text();
    EXPECT_THAT(*svg, Not(HasSubstr("<script")));
    EXPECT_TRUE(drawn(plot, PlotFormat::png, scratch, (plot.file_stem + "p").c_str()));
  }
  EXPECT_FALSE(std::filesystem::exists(owned));
}

}  // namespace
}  // namespace secondwave
