#include "inference/walk_integral.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "random/fixed_math.hpp"

namespace secondwave {
namespace {

constexpr double anchor_precision = 1e8;
constexpr int most_rounds = 30;
constexpr double close_enough = 1e-4;

/// Steps of Newton longer than this (in ln mean) are cut.
double part_of(double largest) {
  return largest > 1.0 ? 1.0 / largest : 1.0;
}

/// How much ln of a bin's mean moves with the walk at the bin's end.
double shared_end(const ExpectedCount& e) {
  return e.shared - e.shared_start;
}

double log_shift(const LikelihoodBuffers& b, const ExpectedCount& e) {
  return e.shared_start * b.z[e.start] + shared_end(e) * b.z[e.start + 1];
}

/// What the sensor's chance adds to the height: counts about their means.
double counts_height(const LikelihoodBuffers& b, bool marked) {
  double sum = 0;
  for (std::size_t i = 0; i < b.expected.size(); ++i) {
    const ExpectedCount& e = b.expected[i];
    const double shift = log_shift(b, e) + (marked ? b.marks[e.start + 1] : 0.0);
    sum += scaled_poisson(b.counts[i], e.mean * fixed_exp(shift), e.dispersion);
    if (b.counts[i] > 0 && e.dispersion != 1.0) sum -= 0.5 * fixed_log(e.dispersion);
  }
  return sum;
}

/// Newton's iteration over both walks: a tridiagonal system of blocks of two.
class TwoWalks {
 public:
  TwoWalks(LikelihoodBuffers& buffers, std::size_t anchor) : b_(buffers), points_(buffers.points), anchor_(anchor) {
    b_.z.assign(points_.size(), 0.0);
    b_.marks.assign(points_.size(), 0.0);
    b_.blocks.resize(points_.size());
  }

  void fill() {
    std::fill(b_.blocks.begin(), b_.blocks.end(), WalkBlock{});
    for (std::size_t i = 1; i < points_.size(); ++i) add_step(i);
    for (std::size_t i = 0; i < b_.expected.size(); ++i) add_count(i);
    WalkBlock& first = b_.blocks[0];
    const double precision = points_[0].mark_scale * points_[0].mark_scale / points_[0].mark_step;
    first.ee += precision;
    first.ge -= precision * b_.marks[0];
    WalkBlock& fixed = b_.blocks[anchor_];
    fixed.zz += anchor_precision;
    fixed.gz -= anchor_precision * b_.z[anchor_];
  }

  /// One step; gives the largest change of a mean's logarithm.
  double step() {
    const std::size_t n = points_.size();
    for (std::size_t i = 1; i < n; ++i) eliminate(b_.blocks[i - 1], b_.blocks[i]);
    double z = 0;
    double e = 0;
    for (std::size_t i = n; i-- > 0;) {
      WalkBlock& at = b_.blocks[i];
      if (i + 1 < n) {
        const WalkBlock& next = b_.blocks[i + 1];
        at.gz -= next.oz_z * z + next.oe_z * e;
        at.ge -= next.oz_e * z + next.oe_e * e;
      }
      const double det = at.zz * at.ee - at.ze * at.ze;
      z = (at.ee * at.gz - at.ze * at.ge) / det;
      e = (at.zz * at.ge - at.ze * at.gz) / det;
      at.gz = z;
      at.ge = e;
    }
    double largest = 0;
    for (const ExpectedCount& each : b_.expected) {
      const WalkBlock& end = b_.blocks[each.start + 1];
      const double move = each.shared_start * b_.blocks[each.start].gz + shared_end(each) * end.gz + end.ge;
      largest = std::max(largest, std::fabs(move));
    }
    const double part = part_of(largest);
    for (std::size_t i = 0; i < n; ++i) {
      b_.z[i] += part * b_.blocks[i].gz;
      b_.marks[i] += part * b_.blocks[i].ge;
    }
    return largest;
  }

  [[nodiscard]] double height() const {
    double sum = 0.5 * fixed_log(anchor_precision) - 0.5 * anchor_precision * b_.z[anchor_] * b_.z[anchor_];
    sum += counts_height(b_, true);
    for (std::size_t i = 0; i < points_.size(); ++i) {
      const WalkBlock& at = b_.blocks[i];
      const WalkPoint& p = points_[i];
      double spread = p.mark_step;
      if (i > 0) {
        const auto [rz, re] = miss_of(i);
        spread = p.walk_variance * p.mark_step - p.mark_walk * p.mark_walk;
        sum -= 0.5 * (p.mark_step * rz * rz - 2.0 * p.mark_walk * rz * re + p.walk_variance * re * re) / spread;
      } else {
        sum -= 0.5 * p.mark_scale * p.mark_scale * b_.marks[0] * b_.marks[0] / spread;
      }
      const double det = at.zz * at.ee - at.ze * at.ze;
      sum += 0.5 * fixed_log(p.mark_scale * p.mark_scale / (spread * det));
    }
    return sum;
  }

 private:
  /// What the steps of both walks are from one point to the next.
  [[nodiscard]] std::pair<double, double> miss_of(std::size_t i) const {
    return {b_.z[i - 1] - points_[i].keep * b_.z[i],
            points_[i].mark_scale * b_.marks[i] - points_[i - 1].mark_scale * b_.marks[i - 1]};
  }

  void add_count(std::size_t i) {
    const ExpectedCount& e = b_.expected[i];
    WalkBlock& start = b_.blocks[e.start];
    WalkBlock& end = b_.blocks[e.start + 1];
    const double mean = e.mean * fixed_exp(log_shift(b_, e) + b_.marks[e.start + 1]);
    const double miss = (b_.counts[i] - mean) / e.dispersion;
    const double weight = mean / e.dispersion;
    const double late = shared_end(e);
    start.gz += e.shared_start * miss;
    start.zz += e.shared_start * e.shared_start * weight;
    end.gz += late * miss;
    end.ge += miss;
    end.zz += late * late * weight;
    end.ze += late * weight;
    end.ee += weight;
    end.oz_z += e.shared_start * late * weight;
    end.oe_z += e.shared_start * weight;
  }

  void add_step(std::size_t i) {
    WalkBlock& before = b_.blocks[i - 1];
    WalkBlock& at = b_.blocks[i];
    const WalkPoint& p = points_[i];
    const double scale = 1.0 / (p.walk_variance * p.mark_step - p.mark_walk * p.mark_walk);
    const double pz = scale * p.mark_step;
    const double pc = -scale * p.mark_walk;
    const double pe = scale * p.walk_variance;
    const auto [rz, re] = miss_of(i);
    const double fz = pz * rz + pc * re;
    const double fe = pc * rz + pe * re;
    const double low = points_[i - 1].mark_scale;
    before.gz -= fz;
    before.ge += low * fe;
    before.zz += pz;
    before.ze -= low * pc;
    before.ee += low * low * pe;
    at.gz += p.keep * fz;
    at.ge -= p.mark_scale * fe;
    at.zz += p.keep * p.keep * pz;
    at.ze -= p.keep * p.mark_scale * pc;
    at.ee += p.mark_scale * p.mark_scale * pe;
    at.oz_z -= p.keep * pz;
    at.oz_e += p.keep * low * pc;
    at.oe_z += p.mark_scale * pc;
    at.oe_e -= p.mark_scale * low * pe;
  }

  static void eliminate(const WalkBlock& before, WalkBlock& at) {
    const double det = before.zz * before.ee - before.ze * before.ze;
    const double lz_z = (at.oz_z * before.ee - at.oz_e * before.ze) / det;
    const double lz_e = (at.oz_e * before.zz - at.oz_z * before.ze) / det;
    const double le_z = (at.oe_z * before.ee - at.oe_e * before.ze) / det;
    const double le_e = (at.oe_e * before.zz - at.oe_z * before.ze) / det;
    at.zz -= lz_z * at.oz_z + lz_e * at.oz_e;
    at.ze -= lz_z * at.oe_z + lz_e * at.oe_e;
    at.ee -= le_z * at.oe_z + le_e * at.oe_e;
    at.gz -= lz_z * before.gz + lz_e * before.ge;
    at.ge -= le_z * before.gz + le_e * before.ge;
  }

  LikelihoodBuffers& b_;
  const std::vector<WalkPoint>& points_;
  std::size_t anchor_;
};

/// Newton's iteration over one walk: a tridiagonal system.
class OneWalk {
 public:
  OneWalk(LikelihoodBuffers& buffers, std::size_t anchor) : b_(buffers), points_(buffers.points), anchor_(anchor) {
    b_.z.assign(points_.size(), 0.0);
  }

  void fill() {
    const std::size_t n = points_.size();
    b_.gradient.assign(n, 0.0);
    b_.diagonal.assign(n, 0.0);
    b_.off.assign(n, 0.0);
    for (std::size_t i = 1; i < n; ++i) {
      const double keep = points_[i].keep;
      const double precision = 1.0 / points_[i].walk_variance;
      const double pull = precision * (b_.z[i - 1] - keep * b_.z[i]);
      b_.gradient[i] += keep * pull;
      b_.gradient[i - 1] -= pull;
      b_.diagonal[i] += precision * keep * keep;
      b_.diagonal[i - 1] += precision;
      b_.off[i] -= precision * keep;
    }
    for (std::size_t i = 0; i < b_.expected.size(); ++i) {
      const ExpectedCount& e = b_.expected[i];
      const double mean = e.mean * fixed_exp(log_shift(b_, e));
      const double miss = (b_.counts[i] - mean) / e.dispersion;
      const double weight = mean / e.dispersion;
      const double late = shared_end(e);
      b_.gradient[e.start] += e.shared_start * miss;
      b_.diagonal[e.start] += e.shared_start * e.shared_start * weight;
      b_.gradient[e.start + 1] += late * miss;
      b_.diagonal[e.start + 1] += late * late * weight;
      b_.off[e.start + 1] += e.shared_start * late * weight;
    }
    b_.gradient[anchor_] -= anchor_precision * b_.z[anchor_];
    b_.diagonal[anchor_] += anchor_precision;
  }

  double step() {
    const std::size_t n = points_.size();
    for (std::size_t i = 1; i < n; ++i) {
      const double ratio = b_.off[i] / b_.diagonal[i - 1];
      b_.diagonal[i] -= ratio * b_.off[i];
      b_.gradient[i] -= ratio * b_.gradient[i - 1];
    }
    double next = 0;
    for (std::size_t i = n; i-- > 0;) {
      next = (b_.gradient[i] - (i + 1 < n ? b_.off[i + 1] * next : 0.0)) / b_.diagonal[i];
      b_.gradient[i] = next;
    }
    double largest = 0;
    for (const ExpectedCount& e : b_.expected) {
      largest = std::max(largest,
                         std::fabs(e.shared_start * b_.gradient[e.start] + shared_end(e) * b_.gradient[e.start + 1]));
    }
    const double part = part_of(largest);
    for (std::size_t i = 0; i < n; ++i) b_.z[i] += part * b_.gradient[i];
    return largest;
  }

  [[nodiscard]] double height() const {
    double sum = 0.5 * fixed_log(anchor_precision) - 0.5 * anchor_precision * b_.z[anchor_] * b_.z[anchor_];
    sum += counts_height(b_, false);
    double volume = 1;  // of the curvature over that of the walk's law
    for (std::size_t i = 0; i < points_.size(); ++i) {
      volume *= b_.diagonal[i];
      if (i > 0) {
        const double miss = b_.z[i - 1] - points_[i].keep * b_.z[i];
        sum -= 0.5 * miss * miss / points_[i].walk_variance;
        volume *= points_[i].walk_variance;
      }
      if (volume > 1e100 || volume < 1e-100 || i + 1 == points_.size()) {
        sum -= 0.5 * fixed_log(volume);
        volume = 1;
      }
    }
    return sum;
  }

 private:
  LikelihoodBuffers& b_;
  const std::vector<WalkPoint>& points_;
  std::size_t anchor_;
};

template <class Walks>
double integrate(LikelihoodBuffers& buffers, std::size_t anchor) {
  Walks walks(buffers, anchor);
  double largest = 1;
  for (int round = 0; round < most_rounds && largest > close_enough; ++round) {
    walks.fill();
    largest = walks.step();
  }
  return walks.height();
}

}  // namespace

double scaled_poisson(double count, double mean, double dispersion) {
  const double against = count > 0 ? count * fixed_log(count / mean) : 0.0;
  return (count - mean - against) / dispersion;
}

double integrate_walk(LikelihoodBuffers& buffers, std::size_t anchor) {
  return integrate<OneWalk>(buffers, anchor);
}

double integrate_walks(LikelihoodBuffers& buffers, std::size_t anchor) {
  return integrate<TwoWalks>(buffers, anchor);
}

}  // namespace secondwave
