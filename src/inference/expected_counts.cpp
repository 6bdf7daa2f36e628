#include <algorithm>
#include <cmath>

#include "inference/likelihood.hpp"

namespace secondwave {
namespace {

/// The chance that a host is not seen in an exposure: e^(-a x), or the same averaged over a gamma law of rates.
class NotSeen {
 public:
  NotSeen(double hit_rate_per_s, double cv2) : rate_(hit_rate_per_s), cv2_(cv2) {}
  [[nodiscard]] double rate() const { return rate_; }
  [[nodiscard]] double operator()(double exposure_s) const {
    const double x = rate_ * exposure_s;
    return cv2_ < 1e-6 ? fixed_exp(-x) : fixed_exp(-fixed_log1p(cv2_ * x) / cv2_);
  }

 private:
  double rate_;
  double cv2_;
};

/// How much larger the share of deaths among births and deaths has become as hosts were removed.
double hosts_left(const OutbreakCurve& curve, double hosts) {
  return std::min(curve.population() / hosts, 1e3);
}

double survival(double removal, double seconds) {
  return removal > 0 ? fixed_exp(-removal * seconds) : 1.0;
}

/// The clock of the outbreak's own chance: backwards in time the logit of the infected share is a random walk whose
/// variance is (2 dl + 2 d sinh l) / N between two moments, which early on is 1 / I0 - 1 / I1.
double walk_clock(double copies, double hosts) {
  const double level = std::clamp(copies, 1.0, hosts * (1.0 - 1e-9));
  const double odds = level / (hosts - level);
  return (2.0 * fixed_log(odds) + odds - 1.0 / odds) / hosts;
}

/// How the counts of one kind follow the walk within a bin.
class Pulls {
 public:
  Pulls(const OutbreakParameters& p, const OutbreakCurve& curve, const SeriesView& view, LikelihoodBuffers& buffers)
      : curve_(curve),
        unequal_((view.first_sightings() ? p.rate_cv2 : 1.0 + p.rate_cv2) *
                 (1.0 + std::min(p.removal_per_s / p.growth_per_s, 4.0))),
        b_(buffers) {}

  void begin() { b_.pulls.clear(); }
  void add(double weight, double time_s, double copies) {
    b_.pulls.push_back({weight, walk_clock(copies, std::max(curve_.remaining(time_s), 2.0))});
  }

  /// Splits d mean / d logit between the walk at the bin's ends; what it does between them is noise of its own.
  void finish(ExpectedCount& e) const {
    const double start = b_.points[e.start].clock;
    const double end = b_.points[e.start + 1].clock;
    const double whole = std::max(end - start, 1e-300);
    double sum = 0;
    double from_start = 0;
    double square = 0;
    for (const auto& [weight, clock] : b_.pulls) {
      const double left = std::clamp(end - clock, 0.0, whole);
      square += weight * left * (weight + 2.0 * sum);
      sum += weight;
      from_start += weight * left;
    }
    if (!(e.mean > 0) || std::fabs(sum) < 1e-300) return;
    // All that pulls is as strong as `shared` says, wherever its weights came from.
    const double scale = e.shared / sum;
    e.shared_start = scale * from_start / whole;
    const double between = std::max(square - from_start * from_start / whole, 0.0) * scale * scale;
    e.dispersion += e.mean * unequal_ * b_.points[e.start + 1].free * std::min(between, 1.0);
  }

 private:
  const OutbreakCurve& curve_;
  double unequal_;
  LikelihoodBuffers& b_;
};

/// Targets or packets: proportional to the integral of the scanning copies over the exposed time.
void expect_hits(const SeriesView& view, double per_copy_per_s, const OutbreakCurve& curve, Pulls& pulls,
                 LikelihoodBuffers& buffers) {
  std::size_t i = 0;
  for (const SeriesView::Bin& bin : view.bins()) {
    if (!bin.counted) continue;
    ExpectedCount& e = buffers.expected[i++];
    double by_logit = 0;
    pulls.begin();
    for (std::size_t k = bin.first_node; k < bin.end_node; ++k) {
      const SeriesView::Node& node = view.nodes()[k];
      if (!node.exposed) continue;
      const OutbreakCurve::Moment now = curve.at(node.time_s);
      const double part = per_copy_per_s * node.weight_s * now.infected;
      e.mean += part;
      by_logit += part * (1.0 - now.share);
      pulls.add(part * (1.0 - now.share), node.time_s, now.infected);
    }
    if (e.mean > 0) e.shared = by_logit / e.mean;
    pulls.finish(e);
  }
}

/// How the chance to be seen differs between hosts of unequal rates.
struct Marks {
  double variance = 0;   ///< of the difference between f and the rate, each over its mean
  double with_rate = 0;  ///< covariance of that difference with the rate, negative
};

Marks marks_after(const NotSeen& not_seen, double exposure_s, double cv2) {
  const double missed = not_seen(exposure_s);
  const double seen = std::max(1.0 - missed, 1e-12);
  const double twice = std::max(1.0 - 2.0 * missed + not_seen(2.0 * exposure_s), 0.0);
  const double with_rate = (1.0 - missed / (1.0 + cv2 * not_seen.rate() * exposure_s)) / seen - 1.0;
  return {std::max(twice / (seen * seen) - 1.0 + cv2 - 2.0 * with_rate, 0.0), std::max(cv2 - with_rate, 0.0)};
}

/// Distinct sources of a bin: the copies at its start, and those that begin in it.
void expect_sources(const SeriesView& view, const NotSeen& not_seen, const OutbreakParameters& p,
                    const OutbreakCurve& curve, Pulls& pulls, LikelihoodBuffers& buffers) {
  const double removal = p.removal_per_s;
  std::vector<double>& seen_table = buffers.table;
  std::vector<double>& twice_table = buffers.flow;
  seen_table.clear();
  twice_table.clear();
  std::size_t i = 0;
  for (const SeriesView::Bin& bin : view.bins()) {
    if (!bin.counted) continue;
    ExpectedCount& e = buffers.expected[i++];
    const double exposure = bin.exposure_end_s - bin.exposure_start_s;
    const double missed = not_seen(exposure);
    const OutbreakCurve::Moment start = curve.at(bin.start_s);
    const double alive = survival(removal, 0.5 * (bin.end_s - bin.start_s));
    double chance = (1.0 - missed) * alive;
    double by_square = start.infected * (1.0 - 2.0 * missed + not_seen(2.0 * exposure)) * alive * alive;
    double by_logit = start.infected * chance * (1.0 - start.share);
    e.mean = start.infected * chance;
    if (!view.regular() || seen_table.empty()) {
      seen_table.clear();
      twice_table.clear();
      for (std::size_t k = bin.first_node; k < bin.end_node; ++k) {
        const SeriesView::Node& node = view.nodes()[k];
        const double left = bin.exposure_end_s - node.exposure_s;
        const double unseen = not_seen(left);
        const double lives = survival(removal, 0.5 * (bin.end_s - node.time_s));
        seen_table.push_back((1.0 - unseen) * lives);
        twice_table.push_back((1.0 - 2.0 * unseen + not_seen(2.0 * left)) * lives * lives);
      }
    }
    // The count is also the integral of the copies over the fall of the chance: so it follows the walk.
    pulls.begin();
    OutbreakCurve::Moment before = start;
    double before_s = bin.start_s;
    for (std::size_t k = bin.first_node; k < bin.end_node; ++k) {
      const SeriesView::Node& node = view.nodes()[k];
      const std::size_t j = k - bin.first_node;
      const OutbreakCurve::Moment now = curve.at(node.time_s);
      const double fresh = node.weight_s * now.new_per_s * seen_table[j];
      e.mean += fresh;
      by_logit += fresh * (1.0 - 2.0 * now.share);
      by_square += node.weight_s * now.new_per_s * twice_table[j];
      const double copies = 0.5 * (before.infected + now.infected);
      pulls.add((chance - seen_table[j]) * copies * (1.0 - 0.5 * (before.share + now.share)),
                0.5 * (before_s + node.time_s), copies);
      chance = seen_table[j];
      before = now;
      before_s = node.time_s;
    }
    const OutbreakCurve::Moment end = curve.at(bin.end_s);
    const double copies = 0.5 * (before.infected + end.infected);
    pulls.add(chance * copies * (1.0 - 0.5 * (before.share + end.share)), 0.5 * (before_s + bin.end_s), copies);
    if (e.mean > 0) {
      e.shared = by_logit / e.mean;
      e.dispersion = std::max(1.0 - by_square / e.mean, 1e-3);
    }
    pulls.finish(e);
  }
}

/// First sightings of a bin: of all copies since the start, those not seen before and seen now. flow[k] is the number
/// that begin at node k. table[j] is the chance to be unseen at the end of a bin, j nodes after which a copy began.
class FirstSightings {
 public:
  FirstSightings(const SeriesView& view, const NotSeen& not_seen, double removal, const OutbreakCurve& curve,
                 Pulls& pulls, LikelihoodBuffers& buffers)
      : view_(view), not_seen_(not_seen), removal_(removal), curve_(curve), pulls_(pulls), b_(buffers) {}

  void expect() {
    prepare();
    const auto& bins = view_.bins();
    const OutbreakCurve::Moment start = curve_.at(0.0);
    std::size_t i = 0;
    for (std::size_t b = 0; b < bins.size(); ++b) {
      if (!bins[b].counted) continue;
      ExpectedCount& e = b_.expected[i++];
      const double middle = 0.5 * (bins[b].start_s + bins[b].end_s);
      e.mean = start.infected * (not_seen_(bins[b].exposure_start_s) - not_seen_(bins[b].exposure_end_s)) *
               survival(removal_, middle);
      double by_logit = e.mean;
      add_earlier(b, middle, e.mean, by_logit);
      pulls_.begin();
      add_own(bins[b], e.mean, by_logit);
      if (e.mean > 0) e.shared = by_logit / e.mean;
      pulls_.finish(e);
    }
  }

 private:
  void prepare() {
    const auto& nodes = view_.nodes();
    const auto& bins = view_.bins();
    b_.flow.resize(nodes.size());
    b_.shift.resize(nodes.size());
    for (std::size_t k = 0; k < nodes.size(); ++k) {
      const OutbreakCurve::Moment now = curve_.at(nodes[k].time_s);
      b_.flow[k] = nodes[k].weight_s * now.new_per_s;
      b_.shift[k] = b_.flow[k] * (1.0 - 2.0 * now.share);
    }
    per_bin_ = bins[0].end_node;
    if (!view_.regular()) return;
    const double width = bins[0].end_s - bins[0].start_s;
    b_.table.resize(nodes.size());
    for (std::size_t b = 0; b < bins.size(); ++b) {
      for (std::size_t j = 0; j < per_bin_; ++j) {
        b_.table[b * per_bin_ + j] = not_seen_(static_cast<double>(b + 1) * width - nodes[j].exposure_s);
      }
    }
    for (std::size_t k = nodes.size(); k-- > per_bin_;) b_.table[k] = b_.table[k - per_bin_] - b_.table[k];
  }

  void add_earlier(std::size_t b, double middle, double& mean, double& by_logit) {
    const SeriesView::Bin& bin = view_.bins()[b];
    if (view_.regular() && removal_ <= 0) {
      for (std::size_t e = 0; e < b; ++e) {
        const double* first = b_.table.data() + (b - e) * per_bin_;
        const std::size_t at = e * per_bin_;
        for (std::size_t j = 0; j < per_bin_; ++j) {
          mean += b_.flow[at + j] * first[j];
          by_logit += b_.shift[at + j] * first[j];
        }
      }
      return;
    }
    const auto& nodes = view_.nodes();
    for (std::size_t k = 0; k < bin.first_node; ++k) {
      double first = view_.regular() ? b_.table[(b - k / per_bin_) * per_bin_ + k % per_bin_]
                                     : not_seen_(bin.exposure_start_s - nodes[k].exposure_s) -
                                           not_seen_(bin.exposure_end_s - nodes[k].exposure_s);
      if (removal_ > 0) first *= survival(removal_, middle - nodes[k].time_s);
      mean += b_.flow[k] * first;
      by_logit += b_.shift[k] * first;
    }
  }

  void add_own(const SeriesView::Bin& bin, double& mean, double& by_logit) {
    for (std::size_t k = bin.first_node; k < bin.end_node; ++k) {
      const SeriesView::Node& node = view_.nodes()[k];
      const double seen =
          (1.0 - not_seen_(bin.exposure_end_s - node.exposure_s)) * survival(removal_, 0.5 * (bin.end_s - node.time_s));
      mean += b_.flow[k] * seen;
      by_logit += b_.shift[k] * seen;
      pulls_.add(b_.flow[k], node.time_s, curve_.infected(node.time_s));
    }
  }

  const SeriesView& view_;
  const NotSeen& not_seen_;
  double removal_;
  const OutbreakCurve& curve_;
  Pulls& pulls_;
  LikelihoodBuffers& b_;
  std::size_t per_bin_ = 0;
};

/// The points of the walk, and the bins that lie between them.
void lay_out_points(const SeriesView& view, const OutbreakCurve& curve, LikelihoodBuffers& buffers) {
  buffers.points.clear();
  buffers.expected.clear();
  for (const SeriesView::Bin& bin : view.bins()) {
    if (!bin.counted) continue;
    const bool touches = !buffers.points.empty() && bin.start_s - buffers.points.back().time_s < 1e-3;
    for (const double time_s : {bin.start_s, bin.end_s}) {
      if (touches && time_s == bin.start_s) continue;
      const double hosts = std::max(curve.remaining(time_s), 2.0);
      WalkPoint point{.time_s = time_s, .level = std::clamp(curve.infected(time_s), 1.0, hosts)};
      point.clock = walk_clock(point.level, hosts);
      buffers.points.push_back(point);
    }
    buffers.expected.push_back({.start = buffers.points.size() - 2});
  }
}

/// Variances of the outbreak's own chance, larger where rates differ and hosts are removed. At the very start, where
/// one seed is all there is, it has less to vary and forgets (`keep` < 1). Forwards, the hosts' chances to be seen walk
/// away from their rates, or those that are left from their expected number.
void add_process_noise(const SeriesView& view, const OutbreakParameters& p, const OutbreakCurve& curve,
                       const Marks& marks, std::vector<WalkPoint>& points) {
  const double unequal = view.first_sightings() ? p.rate_cv2 : 1.0 + p.rate_cv2;
  const double removal_share = p.removal_per_s / p.growth_per_s;
  const double few = curve.surplus();
  const double at_start = curve.seed_variance() - curve.start_level() +
                          (view.first_sightings() ? 0.0 : p.rate_cv2 / (1.0 + p.rate_cv2)) * few;
  for (std::size_t i = 0; i < points.size(); ++i) {
    WalkPoint& at = points[i];
    if (few > 1e-6) at.free = std::clamp((at.level - few + at_start) / at.level, 0.05, 1.0);
    at.mark_scale = removal_share > 0 ? 1.0 : at.level;
    if (i == 0) {
      at.mark_step = removal_share > 0 ? marks.variance / at.level : marks.variance * at.level;
      continue;
    }
    const WalkPoint& before = points[i - 1];
    at.keep = before.free / at.free;
    const double middle = 0.5 * (at.time_s + before.time_s);
    const double deaths =
        removal_share > 0 ? removal_share * hosts_left(curve, std::max(curve.remaining(middle), 2.0)) : 0.0;
    const double step = std::max(at.clock - before.clock, 0.0) + std::max(1.0 - at.keep, 0.0) / at.level;
    at.walk_variance = std::clamp(unequal * (1.0 + deaths) * before.free * step, 1e-12, 9.0);
    if (removal_share > 0) {
      // Who is left of all hosts: a share of e^-gt, each host by itself.
      const double left = fixed_exp(p.removal_per_s * at.time_s) - fixed_exp(p.removal_per_s * before.time_s);
      at.mark_step = view.first_sightings() ? 0.0 : std::min((1.0 + p.rate_cv2) * left / curve.population(), 4.0);
      continue;
    }
    at.mark_step = marks.variance * std::max(at.level - before.level, 0.0);
    const double dl = std::max(curve.logit(at.time_s) - curve.logit(before.time_s), 0.0);
    at.mark_walk = std::min(marks.with_rate * dl, 0.98 * std::sqrt(at.mark_step * at.walk_variance));
  }
}

}  // namespace

void expected_counts(const SeriesView& view, const OutbreakParameters& p, const OutbreakCurve& curve,
                     LikelihoodBuffers& buffers) {
  const SensorNumbers& sensor = view.sensor();
  const NotSeen not_seen(p.scan_rate_per_s * sensor.sighting_probability, p.rate_cv2);
  lay_out_points(view, curve, buffers);
  Marks marks;
  if (view.kind() == SeriesKind::sources && p.rate_cv2 > 1e-6 && !buffers.expected.empty()) {
    double exposure = 0;
    double counted = 0;
    for (const SeriesView::Bin& bin : view.bins()) {
      if (bin.counted) exposure += bin.exposure_end_s - bin.exposure_start_s;
      if (bin.counted) counted += 1;
    }
    marks = marks_after(not_seen, exposure / counted, p.rate_cv2);
  }
  add_process_noise(view, p, curve, marks, buffers.points);
  Pulls pulls(p, curve, view, buffers);
  switch (view.kind()) {
    case SeriesKind::packets:
      for (ExpectedCount& e : buffers.expected) e.dispersion = sensor.packet_dispersion;
      expect_hits(view, p.scan_rate_per_s * sensor.packets_expected, curve, pulls, buffers);
      break;
    case SeriesKind::sources:
      expect_sources(view, not_seen, p, curve, pulls, buffers);
      break;
    case SeriesKind::new_sources:
    case SeriesKind::cumulative:
      FirstSightings(view, not_seen, p.removal_per_s, curve, pulls, buffers).expect();
      break;
    case SeriesKind::targets:
    case SeriesKind::sightings:
      expect_hits(view, p.scan_rate_per_s * sensor.sighting_probability, curve, pulls, buffers);
      break;
  }
}

}  // namespace secondwave
