// A series made ready for the likelihood: bins, holes and outages on one clock, with the nodes of the quadrature.
#pragma once

#include <cstddef>
#include <vector>

#include "base/error.hpp"
#include "records/series.hpp"

namespace secondwave {

/// What one target does at a sensor. Probabilities are for one target of a copy that scans uniformly.
struct SensorNumbers {
  double sighting_probability = 0;  ///< that a target is sighted
  double packets_expected = 0;      ///< mean number of packets that arrive
  double packet_dispersion = 1;     ///< E[X^2] / E[X] of the packets X of a target that falls on the sensor
};
[[nodiscard]] SensorNumbers sensor_numbers(const SensorCoverage& coverage);

/// Bins of one series on a clock of seconds since `origin`. "Exposure" is the time in which the sensor could see.
class SeriesView {
 public:
  struct Bin {
    double start_s = 0;
    double end_s = 0;
    double exposure_start_s = 0;
    double exposure_end_s = 0;
    double count = 0;
    bool counted = false;  ///< false for holes, gaps, and bins in which the sensor saw nothing at all
    std::size_t first_node = 0;
    std::size_t end_node = 0;
  };
  struct Node {
    double time_s = 0;
    double weight_s = 0;
    double exposure_s = 0;
    bool exposed = false;
  };

  /// `panel_s`: widest panel of the quadrature (Gauss and Legendre, 4 nodes a panel). `hit_s`: mean time until a copy
  /// is sighted; where it is short against a bin, panels get narrower towards the bin's end, as sources that begin
  /// there may go unseen. 0: they do not.
  SeriesView(const Series& series, const SensorCoverage& coverage, UtcTime origin, double panel_s, double hit_s = 0);

  [[nodiscard]] SeriesKind kind() const { return kind_; }
  [[nodiscard]] const SensorNumbers& sensor() const { return sensor_; }
  [[nodiscard]] const std::vector<Bin>& bins() const { return bins_; }
  [[nodiscard]] const std::vector<Node>& nodes() const { return nodes_; }
  /// True where all bins are equally wide, exposed throughout and have equally many nodes: lags repeat then.
  [[nodiscard]] bool regular() const { return regular_; }
  [[nodiscard]] bool first_sightings() const { return kind_ == SeriesKind::new_sources; }

 private:
  void add_bin(double start_s, double end_s, const std::optional<double>& count,
               const std::vector<std::pair<double, double>>& outages, double panel_s, double hit_s);

  SeriesKind kind_;
  SensorNumbers sensor_;
  std::vector<Bin> bins_;
  std::vector<Node> nodes_;
  bool regular_ = true;
};

/// Bins of `cumulative` as new sources (differences; the first bin as it is), other kinds as they are. Errors: data,
/// where a cumulative count falls.
[[nodiscard]] Result<Series> as_increments(Series series);

/// The rows that were known at `at`.
[[nodiscard]] Series known_by(const Series& series, UtcTime at);

}  // namespace secondwave
