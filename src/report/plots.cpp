#include "report/plots.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <set>
#include <string_view>
#include <utility>

#include "base/text.hpp"
#include "report/axis.hpp"
#include "report/child_process.hpp"
#include "report/number_text.hpp"

namespace secondwave {
namespace {

constexpr double gnuplot_timeout_s = 30;
constexpr std::size_t most_picture_bytes = std::size_t{64} << 20;
constexpr std::size_t most_plot_points = 1200;
constexpr std::array<std::string_view, 6> colours = {"#1f5fbf", "#d9480f", "#2b8a3e", "#7048b6", "#b08900", "#c2255c"};

bool has_values(const CurveTable& curve) {
  return curve.time_s.size() > 1 && !curve.value.empty() && curve.time_s.back() > 0;
}

/// In single quotes gnuplot replaces nothing; a quote is doubled. Control characters would end the line.
std::string gnuplot_text(std::string_view text) {
  std::string out = "'";
  for (const char c : to_valid_utf8(text).substr(0, 400)) {
    if (c == '\'') out += '\'';
    out += static_cast<unsigned char>(c) < 0x20 ? ' ' : c;
  }
  // A cut inside a character is mended by looking once more.
  return to_valid_utf8(out) + "'";
}

std::string ticks_text(const std::vector<Tick>& ticks) {
  std::string out;
  for (const Tick& tick : ticks) {
    if (!out.empty()) out += ", ";
    out += fmt::format("{} {}", gnuplot_text(tick.label), number_for_machines(tick.at));
  }
  return "(" + out + ")";
}

std::string data_block(const std::string& name, const CurveBands& bands) {
  std::string out = fmt::format("${} << END\n", name);
  for (std::size_t i = 0; i < bands.time_s.size(); ++i) {
    for (const double value : {bands.time_s[i], bands.p05[i], bands.p25[i], bands.median[i], bands.p75[i]})
      out += (std::isfinite(value) ? number_for_machines(value) : "NaN") + " ";
    out += (std::isfinite(bands.p95[i]) ? number_for_machines(bands.p95[i]) : "NaN") + "\n";
  }
  return out + "END\n";
}

std::string file_part(std::string_view name) {
  std::string out;
  for (const char c : name.substr(0, 40)) {
    const bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-';
    out += plain ? c : '_';
  }
  return out;
}

std::string terminal_of(PlotFormat format) {
  return format == PlotFormat::svg
             ? "set terminal svg noenhanced size 960,540 font 'sans-serif,14' background '#ffffff'\n"
             : "set terminal pngcairo noenhanced size 1440,810 font 'Sans,16' background '#ffffff'\n";
}

/// What the eye should not have to fight with: thin grey axes below and left, a faint grid.
constexpr std::string_view look =
    "set encoding utf8\n"
    "set border 3 linecolor '#8a8a8a' linewidth 1\n"
    "set grid ytics linecolor '#e3e3e3' linetype 1 linewidth 1\n"
    "set tics nomirror out scale 0.6 textcolor '#444444'\n"
    "set key top left Left reverse samplen 2 textcolor '#333333'\n"
    "set style fill solid noborder\n"
    "set lmargin 12\nset rmargin 4\nset bmargin 4\nset tmargin 6\n";

double largest_of(const Plot& plot) {
  double largest = 0;
  for (std::size_t c = 0; c < plot.curves.size(); ++c) {
    for (const double value : c == 0 ? plot.curves[c].p95 : plot.curves[c].median) {
      if (std::isfinite(value)) largest = std::max(largest, value);
    }
  }
  return largest;
}

std::string plot_command(const Plot& plot) {
  std::string out =
      "plot $curve0 using 1:2:6 with filledcurves linecolor '#d3e1f5' title '90% of the runs', \\\n"
      "  $curve0 using 1:3:5 with filledcurves linecolor '#a3c1ea' title '50% of the runs'";
  for (std::size_t c = 0; c < plot.curves.size(); ++c)
    out += fmt::format(", \\\n  $curve{} using 1:4 with lines linewidth 2.5 linecolor '{}' title {}", c,
                       colours[c % colours.size()],
                       gnuplot_text(c == 0 ? "median" : plot.curves[c].quantity + ", median"));
  return out + "\n";
}

Plot plot_of(const EnsembleResult& result, const std::string& stem, const std::string& axis,
             const std::vector<std::string>& quantities) {
  Plot plot{.file_stem = stem, .title = result.title.empty() ? result.scenario_name : result.title};
  plot.start = result.start;
  plot.axis = axis;
  for (const std::string& quantity : quantities) {
    const CurveTable* curve = find_curve(result, quantity);
    if (curve != nullptr && has_values(*curve)) plot.curves.push_back(thinned(bands_of(*curve), most_plot_points));
  }
  if (plot.curves.empty()) return plot;
  plot.subtitle =
      fmt::format("{}: {} runs, seed {}, {} (UTC){}", axis, plot.curves[0].replicates, result.seed,
                  dates_text(result.start, plot.curves[0].time_s.back()), result.partial() ? ", interrupted" : "");
  return plot;
}

}  // namespace

std::vector<Plot> plots_of(const EnsembleResult& result) {
  std::vector<Plot> plots;
  const auto keep = [&plots](Plot plot) {
    if (!plot.curves.empty()) plots.push_back(std::move(plot));
  };
  keep(plot_of(result, "curve", "Hosts ever infected", {"ever_infected"}));
  keep(plot_of(result, "new_per_min", "New hosts a minute", {"new_infected_per_min"}));
  std::set<std::string> stems{"curve", "new_per_min"};
  for (const CurveTable& curve : result.curves) {
    const std::string sensor = sensor_of_sources(curve.quantity);
    if (sensor.empty()) continue;
    const std::string base = "sensor_" + file_part(sensor) + "_sources";
    std::string stem = base;
    for (int n = 2; !stems.insert(stem).second; ++n) stem = fmt::format("{}_{}", base, n);
    keep(plot_of(result, stem, fmt::format("Distinct sources at {}", sensor), {curve.quantity}));
  }
  return plots;
}

std::string gnuplot_script(const Plot& plot, PlotFormat format) {
  SECONDWAVE_REQUIRE(!plot.curves.empty());
  const double length_s = plot.curves[0].time_s.back();
  const std::vector<Tick> values = value_ticks(largest_of(plot), 6);
  std::string out = terminal_of(format);
  out += look;
  for (std::size_t c = 0; c < plot.curves.size(); ++c) out += data_block(fmt::format("curve{}", c), plot.curves[c]);
  const std::string_view size = format == PlotFormat::svg ? "18" : "20";
  out += fmt::format("set label 1 {} at graph 0, screen 0.95 left font ',{}' textcolor '#111111'\n",
                     gnuplot_text(plot.title), size);
  out += fmt::format("set label 2 {} at graph 0, screen 0.89 left textcolor '#555555'\n", gnuplot_text(plot.subtitle));
  out += fmt::format("set xrange [0:{}]\nset yrange [0:{}]\n", number_for_machines(length_s),
                     number_for_machines(values.back().at));
  out += fmt::format("set xtics {}\n", ticks_text(time_ticks(plot.start, length_s, 9)));
  out += fmt::format("set ytics {}\n", ticks_text(values));
  return out + plot_command(plot);
}

Result<std::string> run_gnuplot(const std::filesystem::path& script) {
  // --default-settings: what the user has in ~/.gnuplot must not change our plots.
  auto output = run_child({"gnuplot", "--default-settings", script.string()}, gnuplot_timeout_s, most_picture_bytes);
  if (!output) return tl::unexpected(output.error());
  if (output->out.empty()) return failure(ErrorKind::machine, "gnuplot drew nothing");
  return std::move(output->out);
}

}  // namespace secondwave
