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

/// Sums over what makes up one count, each part with the level of the outbreak at which it arose.
struct Parts {
  double mean = 0;
  double by_logit = 0;   ///< d mean / d logit
  double by_level = 0;   ///< mean times the copies at which it arose
  double by_square = 0;  ///< the chance to be seen, squared, where that says how much a count can vary

  void add(double part, double share_left, double copies) {
    mean += part;
    by_logit += part * share_left;
    by_level += part * copies;
  }
  [[nodiscard]] ExpectedCount count() const {
    return {.mean = mean,
            .shared = mean > 0 ? by_logit / mean : 0.0,
            .level = mean > 0 ? std::max(by_level / mean, 1.0) : 1.0};
  }
};

/// Targets or packets: proportional to the integral of the scanning copies over the exposed time.
void expect_hits(const SeriesView& view, double per_copy_per_s, const OutbreakCurve& curve,
                 std::vector<ExpectedCount>& out) {
  for (const SeriesView::Bin& bin : view.bins()) {
    if (!bin.counted) continue;
    Parts parts;
    for (std::size_t k = bin.first_node; k < bin.end_node; ++k) {
      const SeriesView::Node& node = view.nodes()[k];
      if (!node.exposed) continue;
      const OutbreakCurve::Moment now = curve.at(node.time_s);
      parts.add(per_copy_per_s * node.weight_s * now.infected, 1.0 - now.share, now.infected);
    }
    out.push_back(parts.count());
  }
}

/// How the chance to be seen differs between hosts of unequal rates, after an exposure: relative variance of f, and of
/// the difference between f and the rate, each over its mean; covariance of that difference with the rate.
void add_marks(const NotSeen& not_seen, double exposure_s, double cv2, ExpectedCount& e) {
  const double missed = not_seen(exposure_s);
  const double seen = std::max(1.0 - missed, 1e-12);
  const double twice = std::max(1.0 - 2.0 * missed + not_seen(2.0 * exposure_s), 0.0);
  const double a = not_seen.rate() * exposure_s;
  const double with_rate = (1.0 - missed / (1.0 + cv2 * a)) / seen - 1.0;  // Cov(f, rho) / E f
  e.mark_with_rate = std::max(cv2 - with_rate, 0.0);
  e.mark_variance = std::max(twice / (seen * seen) - 1.0 + cv2 - 2.0 * with_rate, 0.0);
}

/// Distinct sources of a bin: the copies at its start, and those that begin in it.
void expect_sources(const SeriesView& view, const NotSeen& not_seen, const OutbreakParameters& p,
                    const OutbreakCurve& curve, LikelihoodBuffers& buffers) {
  const double removal = p.removal_per_s;
  std::vector<double>& seen_table = buffers.table;
  std::vector<double>& twice_table = buffers.flow;
  seen_table.clear();
  twice_table.clear();
  for (const SeriesView::Bin& bin : view.bins()) {
    if (!bin.counted) continue;
    const double exposure = bin.exposure_end_s - bin.exposure_start_s;
    const double missed = not_seen(exposure);
    const OutbreakCurve::Moment start = curve.at(bin.start_s);
    const double alive = survival(removal, 0.5 * (bin.end_s - bin.start_s));
    Parts parts;
    parts.add(start.infected * (1.0 - missed) * alive, 1.0 - start.share, start.infected);
    parts.by_square = start.infected * (1.0 - 2.0 * missed + not_seen(2.0 * exposure)) * alive * alive;
    const bool tabled = view.regular() && !seen_table.empty();
    double last = start.infected;
    for (std::size_t k = bin.first_node; k < bin.end_node; ++k) {
      const SeriesView::Node& node = view.nodes()[k];
      const std::size_t j = k - bin.first_node;
      if (!tabled) {
        if (j == 0) {
          seen_table.clear();
          twice_table.clear();
        }
        const double unseen = not_seen(bin.exposure_end_s - node.exposure_s);
        const double lives = survival(removal, 0.5 * (bin.end_s - node.time_s));
        seen_table.push_back((1.0 - unseen) * lives);
        twice_table.push_back((1.0 - 2.0 * unseen + not_seen(2.0 * (bin.exposure_end_s - node.exposure_s))) * lives *
                              lives);
      }
      const OutbreakCurve::Moment now = curve.at(node.time_s);
      const double fresh = node.weight_s * now.new_per_s;
      parts.add(fresh * seen_table[j], 1.0 - 2.0 * now.share, 2.0 * now.infected);
      parts.by_square += fresh * twice_table[j];
      last = now.infected;
    }
    ExpectedCount e = parts.count();
    e.level = std::min(e.level, std::max(last, 1.0));
    if (e.mean > 0) e.dispersion = std::max(1.0 - parts.by_square / e.mean, 1e-3);
    if (p.rate_cv2 > 1e-6) {
      const double share = last > 0 ? std::clamp(e.level / last, 0.1, 1.0) : 1.0;
      add_marks(not_seen, exposure * share, p.rate_cv2, e);
    }
    buffers.expected.push_back(e);
  }
}

/// First sightings of a bin: of all copies since the start, those not seen before and seen now. flow[k] is the number
/// that begin at node k. table[j] is the chance to be unseen at the end of a bin, j nodes after which a copy began.
class FirstSightings {
 public:
  FirstSightings(const SeriesView& view, const NotSeen& not_seen, double removal, const OutbreakCurve& curve,
                 LikelihoodBuffers& buffers)
      : view_(view), not_seen_(not_seen), removal_(removal), curve_(curve), b_(buffers) {}

  void expect() {
    prepare();
    const auto& bins = view_.bins();
    const OutbreakCurve::Moment start = curve_.at(0.0);
    for (std::size_t b = 0; b < bins.size(); ++b) {
      if (!bins[b].counted) continue;
      const double middle = 0.5 * (bins[b].start_s + bins[b].end_s);
      Parts parts;
      parts.add(start.infected * (not_seen_(bins[b].exposure_start_s) - not_seen_(bins[b].exposure_end_s)) *
                    survival(removal_, middle),
                1.0, start.infected);
      add_earlier(b, middle, parts);
      add_own(bins[b], parts);
      b_.expected.push_back(parts.count());
    }
  }

 private:
  void prepare() {
    const auto& nodes = view_.nodes();
    const auto& bins = view_.bins();
    b_.flow.resize(nodes.size());
    b_.shift.resize(nodes.size());
    b_.copies.resize(nodes.size());
    for (std::size_t k = 0; k < nodes.size(); ++k) {
      const OutbreakCurve::Moment now = curve_.at(nodes[k].time_s);
      b_.flow[k] = nodes[k].weight_s * now.new_per_s;
      b_.shift[k] = b_.flow[k] * (1.0 - 2.0 * now.share);
      b_.copies[k] = b_.flow[k] * now.infected;
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

  void add_earlier(std::size_t b, double middle, Parts& parts) {
    const SeriesView::Bin& bin = view_.bins()[b];
    if (view_.regular() && removal_ <= 0) {
      for (std::size_t e = 0; e < b; ++e) {
        const double* first = b_.table.data() + (b - e) * per_bin_;
        const std::size_t at = e * per_bin_;
        for (std::size_t j = 0; j < per_bin_; ++j) {
          parts.mean += b_.flow[at + j] * first[j];
          parts.by_logit += b_.shift[at + j] * first[j];
          parts.by_level += b_.copies[at + j] * first[j];
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
      parts.mean += b_.flow[k] * first;
      parts.by_logit += b_.shift[k] * first;
      parts.by_level += b_.copies[k] * first;
    }
  }

  void add_own(const SeriesView::Bin& bin, Parts& parts) {
    for (std::size_t k = bin.first_node; k < bin.end_node; ++k) {
      const SeriesView::Node& node = view_.nodes()[k];
      const double seen = (1.0 - not_seen_(bin.exposure_end_s - node.exposure_s)) *
                          survival(removal_, 0.5 * (bin.end_s - node.time_s));
      parts.mean += b_.flow[k] * seen;
      parts.by_logit += b_.shift[k] * seen;
      parts.by_level += b_.copies[k] * seen;
    }
  }

  const SeriesView& view_;
  const NotSeen& not_seen_;
  double removal_;
  const OutbreakCurve& curve_;
  LikelihoodBuffers& b_;
  std::size_t per_bin_ = 0;
};

/// The outbreak's own chance. Backwards in time the logit of the infected share is a random walk: between two moments
/// its variance grows by (2 dl + 2 sinh l1 - 2 sinh l0) / N (in early growth: 1/I0 - 1/I1), more where rates differ and
/// hosts are removed. At the very start, where one seed is all there is, it has less to vary and forgets (`keep` < 1).
/// Forwards, the hosts' chances to be seen walk away from their rates.
void add_process_noise(const SeriesView& view, const OutbreakParameters& p, const OutbreakCurve& curve,
                       std::vector<ExpectedCount>& out) {
  const double unequal = view.first_sightings() ? p.rate_cv2 : 1.0 + p.rate_cv2;
  const double removal_share = p.removal_per_s / p.growth_per_s;
  const double few = curve.surplus();
  const double at_start = curve.seed_variance() - curve.start_level() +
                          (view.first_sightings() ? 0.0 : p.rate_cv2 / (1.0 + p.rate_cv2)) * few;
  double before_logit = 0;
  double before_sinh = 0;
  double before_free = 1;
  std::size_t i = 0;
  for (const SeriesView::Bin& bin : view.bins()) {
    if (!bin.counted) continue;
    ExpectedCount& e = out[i];
    const double middle = 0.5 * (bin.start_s + bin.end_s);
    const double hosts = std::max(curve.remaining(middle), 2.0);
    const double level = std::clamp(e.level, 1.0, hosts * (1.0 - 1e-9));
    const double odds = level / (hosts - level);
    const double logit = fixed_log(odds);
    const double sinh = 0.5 * (odds - 1.0 / odds);
    const double free = few > 1e-6 ? std::clamp((level - few + at_start) / level, 0.05, 1.0) : 1.0;
    e.keep = before_free / free;
    if (i > 0) {
      const double deaths = removal_share > 0 ? removal_share * hosts_left(curve, hosts) : 0.0;
      const double dl = std::max(logit - before_logit, 0.0);
      const double step = (2.0 * dl + 2.0 * std::max(sinh - before_sinh, 0.0)) / hosts;
      e.walk_variance = std::clamp(unequal * (1.0 + deaths) * before_free * (step + (1.0 - e.keep) / level), 1e-12, 9.0);
      e.mark_step = e.mark_variance * std::max(level - out[i - 1].level, 0.0);
      e.mark_walk = std::min(e.mark_with_rate * dl, 0.98 * std::sqrt(e.mark_step * e.walk_variance));
    } else {
      e.mark_step = e.mark_variance * level;
    }
    before_logit = logit;
    before_sinh = sinh;
    before_free = free;
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
      expect_sources(view, not_seen, p, curve, buffers);
      break;
    case SeriesKind::new_sources:
    case SeriesKind::cumulative:
      FirstSightings(view, not_seen, p.removal_per_s, curve, buffers).expect();
      break;
    case SeriesKind::targets:
    case SeriesKind::sightings:
      expect_hits(view, p.scan_rate_per_s * sensor.sighting_probability, curve, buffers.expected);
      break;
  }
  add_process_noise(view, p, curve, buffers.expected);
}

}  // namespace secondwave
