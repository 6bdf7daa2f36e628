#include <algorithm>
#include <cmath>

#include "inference/likelihood.hpp"

namespace secondwave {
namespace {

/// The chance that a host is not seen in an exposure: e^(-a x), or the same averaged over a gamma law of rates.
class NotSeen {
 public:
  NotSeen(double hit_rate_per_s, double cv2) : rate_(hit_rate_per_s), cv2_(cv2) {}
  [[nodiscard]] double operator()(double exposure_s) const {
    const double x = rate_ * exposure_s;
    return cv2_ < 1e-6 ? fixed_exp(-x) : fixed_exp(-fixed_log1p(cv2_ * x) / cv2_);
  }

 private:
  double rate_;
  double cv2_;
};

double survival(double removal, double seconds) {
  return removal > 0 ? fixed_exp(-removal * seconds) : 1.0;
}

/// Targets or packets: proportional to the integral of the scanning copies over the exposed time.
void expect_hits(const SeriesView& view, double per_copy_per_s, const OutbreakCurve& curve,
                 std::vector<ExpectedCount>& out) {
  for (const SeriesView::Bin& bin : view.bins()) {
    if (!bin.counted) continue;
    double copies = 0;
    for (std::size_t k = bin.first_node; k < bin.end_node; ++k) {
      const SeriesView::Node& node = view.nodes()[k];
      if (node.exposed) copies += node.weight_s * curve.infected(node.time_s);
    }
    out.push_back({.mean = per_copy_per_s * copies});
  }
}

/// Distinct sources of a bin: the copies at its start, and those that begin in it.
void expect_sources(const SeriesView& view, const NotSeen& not_seen, double removal, const OutbreakCurve& curve,
                    std::vector<double>& table, std::vector<ExpectedCount>& out) {
  table.clear();
  for (const SeriesView::Bin& bin : view.bins()) {
    if (!bin.counted) continue;
    const double exposure = bin.exposure_end_s - bin.exposure_start_s;
    const double width = bin.end_s - bin.start_s;
    const double missed = not_seen(exposure);
    double mean = curve.infected(bin.start_s) * (1.0 - missed) * survival(removal, 0.5 * width);
    const bool tabled = view.regular() && !table.empty();
    for (std::size_t k = bin.first_node; k < bin.end_node; ++k) {
      const SeriesView::Node& node = view.nodes()[k];
      const double left = bin.end_s - node.time_s;
      const double seen = tabled
                              ? table[k - bin.first_node]
                              : (1.0 - not_seen(bin.exposure_end_s - node.exposure_s)) * survival(removal, 0.5 * left);
      if (view.regular() && !tabled && bin.first_node + table.size() == k) table.push_back(seen);
      mean += node.weight_s * curve.new_per_s(node.time_s) * seen;
    }
    const double twice = not_seen(2.0 * exposure);
    out.push_back({.mean = mean, .dispersion = std::max(1.0 - (1.0 - 2.0 * missed + twice) / (1.0 - missed), 1e-3)});
  }
}

/// First sightings of a bin: of all copies since the start, those not seen before and seen now. flow[k] is the number
/// that begin at node k. table[j] is the chance to be unseen at the end of a bin, j nodes after which a copy began.
void expect_first_sightings(const SeriesView& view, const NotSeen& not_seen, double removal, const OutbreakCurve& curve,
                            LikelihoodBuffers& buffers) {
  const auto& nodes = view.nodes();
  const auto& bins = view.bins();
  std::vector<double>& flow = buffers.flow;
  std::vector<double>& table = buffers.table;
  flow.resize(nodes.size());
  for (std::size_t k = 0; k < nodes.size(); ++k) flow[k] = nodes[k].weight_s * curve.new_per_s(nodes[k].time_s);
  const std::size_t per_bin = bins[0].end_node;
  const double width = bins[0].end_s - bins[0].start_s;
  if (view.regular()) {
    table.resize(nodes.size());
    for (std::size_t b = 0; b < bins.size(); ++b) {
      for (std::size_t j = 0; j < per_bin; ++j) {
        table[b * per_bin + j] = not_seen(static_cast<double>(b + 1) * width - nodes[j].exposure_s);
      }
    }
  }
  const double seeds = curve.infected(0.0);
  for (std::size_t b = 0; b < bins.size(); ++b) {
    const SeriesView::Bin& bin = bins[b];
    if (!bin.counted) continue;
    const double middle = 0.5 * (bin.start_s + bin.end_s);
    double mean = seeds * (not_seen(bin.exposure_start_s) - not_seen(bin.exposure_end_s)) * survival(removal, middle);
    for (std::size_t k = 0; k < bin.first_node; ++k) {
      double first;
      if (view.regular()) {
        const std::size_t lag = (b - k / per_bin) * per_bin + k % per_bin;
        first = table[lag - per_bin] - table[lag];
      } else {
        first =
            not_seen(bin.exposure_start_s - nodes[k].exposure_s) - not_seen(bin.exposure_end_s - nodes[k].exposure_s);
      }
      mean += flow[k] * first * (removal > 0 ? survival(removal, middle - nodes[k].time_s) : 1.0);
    }
    for (std::size_t k = bin.first_node; k < bin.end_node; ++k) {
      const double left = 0.5 * (bin.end_s - nodes[k].time_s);
      mean += flow[k] * (1.0 - not_seen(bin.exposure_end_s - nodes[k].exposure_s)) * survival(removal, left);
    }
    buffers.expected.push_back({.mean = mean});
  }
}

/// The outbreak's own chance. Between two moments the logit of the infected share gains a variance of
/// (2 dl + 2 sinh l1 - 2 sinh l0) / N (in early growth: 1/I0 - 1/I1), more where rates differ and hosts are removed.
void add_process_noise(const SeriesView& view, const OutbreakParameters& p, const OutbreakCurve& curve,
                       std::vector<ExpectedCount>& out) {
  const double births_and_deaths = 1.0 + 2.0 * std::min(p.removal_per_s / p.growth_per_s, 4.0);
  const bool first = view.first_sightings();
  double before = 0;
  double before_sinh = 0;
  std::size_t i = 0;
  for (const SeriesView::Bin& bin : view.bins()) {
    if (!bin.counted) continue;
    ExpectedCount& e = out[i];
    const double middle = 0.5 * (bin.start_s + bin.end_s);
    const double fewest = -fixed_log(std::max(curve.remaining(middle), 2.0));  // one copy
    const double logit = std::clamp(curve.logit(middle), fewest, 60.0);
    const double grow = fixed_exp(logit);
    const double sinh = 0.5 * (grow - 1.0 / grow);
    const double inflation = (first ? p.rate_cv2 : 1.0 + p.rate_cv2) * births_and_deaths;
    e.walk_variance =
        i == 0
            ? 0.0
            : std::clamp(inflation * 2.0 * (logit - before + sinh - before_sinh) / curve.remaining(middle), 1e-12, 4.0);
    e.shared = first ? (1.0 - grow) / (1.0 + grow) : 1.0 / (1.0 + grow);
    before = logit;
    before_sinh = sinh;
    ++i;
  }
}

}  // namespace

void expected_counts(const SeriesView& view, const OutbreakParameters& p, const OutbreakCurve& curve,
                     LikelihoodBuffers& buffers) {
  buffers.expected.clear();
  const SensorNumbers& sensor = view.sensor();
  const NotSeen not_seen(p.scan_rate_per_s * sensor.sighting_probability, p.rate_cv2);
  switch (view.kind()) {
    case SeriesKind::packets:
      expect_hits(view, p.scan_rate_per_s * sensor.packets_expected, curve, buffers.expected);
      for (ExpectedCount& e : buffers.expected) e.dispersion = sensor.packet_dispersion;
      break;
    case SeriesKind::sources:
      expect_sources(view, not_seen, p.removal_per_s, curve, buffers.table, buffers.expected);
      break;
    case SeriesKind::new_sources:
    case SeriesKind::cumulative:
      expect_first_sightings(view, not_seen, p.removal_per_s, curve, buffers);
      break;
    case SeriesKind::targets:
    case SeriesKind::sightings:
      expect_hits(view, p.scan_rate_per_s * sensor.sighting_probability, curve, buffers.expected);
      break;
  }
  add_process_noise(view, p, curve, buffers.expected);
}

}  // namespace secondwave
