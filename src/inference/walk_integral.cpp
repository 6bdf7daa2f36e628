#include "inference/walk_integral.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

#include "random/fixed_math.hpp"

namespace secondwave {
namespace {

constexpr double anchor_precision = 1e8;
constexpr int most_rounds = 30;
constexpr double close_enough = 1e-5;


/// Steps of Newton longer than this (in ln mean) are cut.
double part_of(double largest) {
  return largest > 1.0 ? 1.0 / largest : 1.0;
}

/// Newton's iteration over both walks: a tridiagonal system of blocks of two.
class TwoWalks {
 public:
  TwoWalks(LikelihoodBuffers& buffers, std::size_t anchor) : b_(buffers), e_(buffers.expected), anchor_(anchor) {
    b_.z.assign(e_.size(), 0.0);
    b_.marks.assign(e_.size(), 0.0);
    b_.blocks.resize(e_.size());
  }

  void fill() {
    const std::size_t n = e_.size();
    for (std::size_t i = 0; i < n; ++i) {
      WalkBlock& at = b_.blocks[i];
      const double mean = mean_of(i);
      const double miss = (b_.counts[i] - mean) / e_[i].dispersion;
      const double weight = mean / e_[i].dispersion;
      at = {.zz = e_[i].shared * e_[i].shared * weight,
            .ze = e_[i].shared * weight,
            .ee = weight,
            .gz = e_[i].shared * miss,
            .ge = miss};
      if (i > 0) add_step(i);
    }
    WalkBlock& first = b_.blocks[0];
    const double precision = e_[0].level * e_[0].level / e_[0].mark_step;
    first.ee += precision;
    first.ge -= precision * b_.marks[0];
    WalkBlock& fixed = b_.blocks[anchor_];
    fixed.zz += anchor_precision;
    fixed.gz -= anchor_precision * b_.z[anchor_];
  }

  /// One step; gives the largest change of a mean's logarithm.
  double step() {
    const std::size_t n = e_.size();
    for (std::size_t i = 1; i < n; ++i) eliminate(b_.blocks[i - 1], b_.blocks[i]);
    double largest = 0;
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
      largest = std::max(largest, std::fabs(z * e_[i].shared + e));
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
    for (std::size_t i = 0; i < e_.size(); ++i) {
      const WalkBlock& at = b_.blocks[i];
      const ExpectedCount& e = e_[i];
      sum += scaled_poisson(b_.counts[i], mean_of(i), e.dispersion);
      if (b_.counts[i] > 0 && e.dispersion != 1.0) sum -= 0.5 * fixed_log(e.dispersion);
      double spread = e.mark_step;
      if (i > 0) {
        const auto [rz, re] = miss_of(i);
        spread = e.walk_variance * e.mark_step - e.mark_walk * e.mark_walk;
        sum -= 0.5 * (e.mark_step * rz * rz - 2.0 * e.mark_walk * rz * re + e.walk_variance * re * re) / spread;
      } else {
        sum -= 0.5 * e.level * e.level * b_.marks[0] * b_.marks[0] / spread;
      }
      const double det = at.zz * at.ee - at.ze * at.ze;
      sum += 0.5 * fixed_log(e.level * e.level / (spread * det));
    }
    return sum;
  }

 private:
  [[nodiscard]] double mean_of(std::size_t i) const {
    return e_[i].mean * fixed_exp(e_[i].shared * b_.z[i] + b_.marks[i]);
  }

  /// What the steps of both walks are from one bin to the next.
  [[nodiscard]] std::pair<double, double> miss_of(std::size_t i) const {
    return {b_.z[i - 1] - e_[i].keep * b_.z[i], e_[i].level * b_.marks[i] - e_[i - 1].level * b_.marks[i - 1]};
  }

  void add_step(std::size_t i) {
    WalkBlock& before = b_.blocks[i - 1];
    WalkBlock& at = b_.blocks[i];
    const ExpectedCount& e = e_[i];
    const double scale = 1.0 / (e.walk_variance * e.mark_step - e.mark_walk * e.mark_walk);
    const double pz = scale * e.mark_step;
    const double pc = -scale * e.mark_walk;
    const double pe = scale * e.walk_variance;
    const auto [rz, re] = miss_of(i);
    const double fz = pz * rz + pc * re;
    const double fe = pc * rz + pe * re;
    const double low = e_[i - 1].level;
    before.gz -= fz;
    before.ge += low * fe;
    before.zz += pz;
    before.ze -= low * pc;
    before.ee += low * low * pe;
    at.gz += e.keep * fz;
    at.ge -= e.level * fe;
    at.zz += e.keep * e.keep * pz;
    at.ze -= e.keep * e.level * pc;
    at.ee += e.level * e.level * pe;
    at.oz_z = -e.keep * pz;
    at.oz_e = e.keep * low * pc;
    at.oe_z = e.level * pc;
    at.oe_e = -e.level * low * pe;
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
  const std::vector<ExpectedCount>& e_;
  std::size_t anchor_;
};

}  // namespace

double scaled_poisson(double count, double mean, double dispersion) {
  const double against = count > 0 ? count * fixed_log(count / mean) : 0.0;
  return (count - mean - against) / dispersion;
}

double integrate_walk(LikelihoodBuffers& b, std::size_t anchor) {
  const std::vector<ExpectedCount>& e = b.expected;
  const std::size_t n = e.size();
  b.z.assign(n, 0.0);
  b.gradient.resize(n);
  b.diagonal.resize(n);
  b.off.assign(n, 0.0);
  double largest = 1;
  for (int round = 0; round < most_rounds && largest > close_enough; ++round) {
    for (std::size_t i = 0; i < n; ++i) {
      const double mean = e[i].mean * fixed_exp(e[i].shared * b.z[i]);
      b.gradient[i] = e[i].shared * (b.counts[i] - mean) / e[i].dispersion;
      b.diagonal[i] = e[i].shared * e[i].shared * mean / e[i].dispersion;
      if (i == 0) continue;
      const double precision = 1.0 / e[i].walk_variance;
      const double pull = precision * (b.z[i - 1] - e[i].keep * b.z[i]);
      b.gradient[i] += e[i].keep * pull;
      b.gradient[i - 1] -= pull;
      b.diagonal[i] += precision * e[i].keep * e[i].keep;
      b.diagonal[i - 1] += precision;
      b.off[i] = -precision * e[i].keep;
    }
    b.gradient[anchor] -= anchor_precision * b.z[anchor];
    b.diagonal[anchor] += anchor_precision;
    for (std::size_t i = 1; i < n; ++i) {
      const double ratio = b.off[i] / b.diagonal[i - 1];
      b.diagonal[i] -= ratio * b.off[i];
      b.gradient[i] -= ratio * b.gradient[i - 1];
    }
    largest = 0;
    double next = 0;
    for (std::size_t i = n; i-- > 0;) {
      next = (b.gradient[i] - (i + 1 < n ? b.off[i + 1] * next : 0.0)) / b.diagonal[i];
      b.gradient[i] = next;
      largest = std::max(largest, std::fabs(next * e[i].shared));
    }
    const double part = part_of(largest);
    for (std::size_t i = 0; i < n; ++i) b.z[i] += part * b.gradient[i];
  }
  double sum = 0.5 * fixed_log(anchor_precision);
  double volume = 1;  // of the walk's law over that of the curvature
  for (std::size_t i = 0; i < n; ++i) {
    sum += scaled_poisson(b.counts[i], e[i].mean * fixed_exp(e[i].shared * b.z[i]), e[i].dispersion);
    if (b.counts[i] > 0 && e[i].dispersion != 1.0) sum -= 0.5 * fixed_log(e[i].dispersion);
    volume *= b.diagonal[i];
    if (i > 0) {
      const double step = b.z[i - 1] - e[i].keep * b.z[i];
      sum -= 0.5 * step * step / e[i].walk_variance;
      volume *= e[i].walk_variance;
    }
    if (volume > 1e100 || volume < 1e-100 || i + 1 == n) {
      sum -= 0.5 * fixed_log(volume);
      volume = 1;
    }
  }
  return sum - 0.5 * anchor_precision * b.z[anchor] * b.z[anchor];
}

double integrate_walks(LikelihoodBuffers& b, std::size_t anchor) {
  TwoWalks walks(b, anchor);
  double largest = 1;
  for (int round = 0; round < most_rounds && largest > close_enough; ++round) {
    walks.fill();
    largest = walks.step();
  }
  return walks.height();
}

}  // namespace secondwave
