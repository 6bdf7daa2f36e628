// Plots as SVG and PNG, drawn by gnuplot.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

#include "ensemble/ensemble_result.hpp"
#include "report/curve_bands.hpp"

namespace secondwave {

/// One plot: the first curve as median with 50% and 90% bands, the others as medians.
struct Plot {
  std::string file_stem;  ///< plain: letters, digits, '-' and '_'
  std::string title;
  std::string subtitle = {};
  std::string axis = {};  ///< what the values are
  std::vector<CurveBands> curves = {};
  UtcTime start = {};
};

/// curve, new_per_min, and one a sensor: those for which the result has curves with values.
[[nodiscard]] std::vector<Plot> plots_of(const EnsembleResult& result);

enum class PlotFormat { svg, png };

/// The script for gnuplot, data included; it writes the picture to standard output. Every text from outside stands in
/// single quotes, where gnuplot replaces nothing, and is shown without markup.
[[nodiscard]] std::string gnuplot_script(const Plot& plot, PlotFormat format);

/// Runs gnuplot (30 s at most) on a script file; gives the picture's bytes. Errors: machine.
[[nodiscard]] Result<std::string> run_gnuplot(const std::filesystem::path& script);

}  // namespace secondwave
