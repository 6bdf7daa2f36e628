#include "inference/posterior.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <numeric>

#include "random/fixed_math.hpp"
#include "random/samplers.hpp"

namespace secondwave {
namespace {

using Vector = std::vector<double>;

constexpr double no_density = -std::numeric_limits<double>::infinity();

/// A Student law in several dimensions.
struct Proposal {
  static constexpr double degrees = 5;
  Vector centre;
  Matrix root{0};  ///< lower triangle of its scale
  double share = 0;

  [[nodiscard]] double log_density(std::span<const double> x) const {
    const std::size_t n = centre.size();
    double square = 0;
    double log_volume = 0;
    std::array<double, 16> y{};
    for (std::size_t i = 0; i < n; ++i) {
      y[i] = x[i] - centre[i];
      for (std::size_t k = 0; k < i; ++k) y[i] -= root(i, k) * y[k];
      y[i] /= root(i, i);
      square += y[i] * y[i];
      log_volume += fixed_log(root(i, i));
    }
    return -0.5 * (degrees + static_cast<double>(n)) * fixed_log1p(square / degrees) - log_volume;
  }

  void draw(Stream& stream, Vector& out) const {
    const std::size_t n = centre.size();
    std::array<double, 16> y{};
    const double stretch = std::sqrt(degrees / (2.0 * draw_gamma(stream, 0.5 * degrees)));
    for (std::size_t i = 0; i < n; ++i) y[i] = stretch * draw_normal(stream);
    for (std::size_t i = 0; i < n; ++i) {
      double sum = centre[i];
      for (std::size_t k = 0; k <= i; ++k) sum += root(i, k) * y[k];
      out.push_back(sum);
    }
  }
};

/// Draws so far, their log density, and the proposals that they came from.
class Sampler {
 public:
  Sampler(const LogDensity& density, std::size_t dimension, std::uint64_t seed)
      : density_(density), stream_(seed, {.entity = 1, .purpose = Purpose::inference}) {
    draws_.dimension = dimension;
  }

  void add(Proposal proposal, std::size_t count) {
    proposal.share = static_cast<double>(count);
    proposals_.push_back(std::move(proposal));
    for (std::size_t i = 0; i < count; ++i) {
      proposals_.back().draw(stream_, draws_.values);
      const std::size_t n = heights_.size();
      heights_.push_back(density_({draws_.values.data() + n * draws_.dimension, draws_.dimension}));
    }
    weigh();
  }

  /// A Student law with the mean and covariance of the draws, their weights flattened by a power where few carry them
  /// all (Koblents and Miguez, Stat. Comput. 25, 2015); `before` where no covariance comes of it.
  [[nodiscard]] Proposal fitted(const Proposal& before) const {
    const std::size_t d = draws_.dimension;
    const Vector weights = flattened(20.0 + 10.0 * static_cast<double>(d));
    Proposal next{.centre = Vector(d, 0.0), .root = Matrix(d)};
    for (std::size_t i = 0; i < draws_.size(); ++i) {
      for (std::size_t k = 0; k < d && weights[i] > 0; ++k) next.centre[k] += weights[i] * draws_.draw(i)[k];
    }
    Matrix covariance(d);
    for (std::size_t i = 0; i < draws_.size(); ++i) {
      if (weights[i] <= 0) continue;
      const auto x = draws_.draw(i);
      for (std::size_t k = 0; k < d; ++k) {
        const double away = weights[i] * (x[k] - next.centre[k]);
        for (std::size_t j = 0; j <= k; ++j) covariance(k, j) += away * (x[j] - next.centre[j]);
      }
    }
    for (std::size_t k = 0; k < d; ++k) {
      for (std::size_t j = 0; j < k; ++j) covariance(j, k) = covariance(k, j);
      covariance(k, k) *= 1.0 + 1e-6;
    }
    const auto root = cholesky(covariance);
    if (!root) return before;
    next.root = *root;
    return next;
  }

  [[nodiscard]] const WeightedDraws& draws() const { return draws_; }

 private:
  /// The weights to the largest power of at most 1 that leaves `enough` effective draws.
  [[nodiscard]] Vector flattened(double enough) const {
    double low = 0;
    double high = 1;
    Vector out = draws_.weights;
    for (int i = 0; i < 12 && (i > 0 || draws_.effective < enough); ++i) {
      const double power = 0.5 * (low + high);
      double sum = 0;
      double squares = 0;
      for (std::size_t k = 0; k < out.size(); ++k) {
        out[k] = draws_.weights[k] > 0 ? fixed_exp(power * fixed_log(draws_.weights[k])) : 0.0;
        sum += out[k];
        squares += out[k] * out[k];
      }
      for (double& w : out) w /= sum;
      (sum * sum / squares < enough ? high : low) = power;
    }
    return out;
  }

  void weigh() {
    const std::size_t n = heights_.size();
    draws_.weights.assign(n, 0.0);
    double top = no_density;
    for (std::size_t i = 0; i < n; ++i) {
      if (heights_[i] == no_density) {
        draws_.weights[i] = no_density;
        continue;
      }
      double mixture = 0;
      for (const Proposal& each : proposals_) {
        mixture += each.share / static_cast<double>(n) *
                   fixed_exp(each.log_density({draws_.values.data() + i * draws_.dimension, draws_.dimension}));
      }
      draws_.weights[i] = mixture > 0 ? heights_[i] - fixed_log(mixture) : no_density;
      top = std::max(top, draws_.weights[i]);
    }
    double sum = 0;
    for (double& w : draws_.weights) {
      w = w == no_density ? 0.0 : fixed_exp(w - top);
      sum += w;
    }
    double squares = 0;
    for (double& w : draws_.weights) {
      w /= sum;
      squares += w * w;
    }
    draws_.effective = 1.0 / squares;
  }

  const LogDensity& density_;
  Stream stream_;
  std::vector<Proposal> proposals_;
  Vector heights_;
  WeightedDraws draws_;
};

}  // namespace

Result<WeightedDraws> sample_density(const LogDensity& density, const Mode& mode, std::uint64_t seed) {
  Proposal proposal{.centre = mode.at, .root = Matrix(mode.at.size())};
  const auto root = cholesky(mode.covariance);
  SECONDWAVE_REQUIRE(root.has_value());
  proposal.root = *root;
  for (double& cell : proposal.root.cell) cell *= 1.3;
  Sampler sampler(density, mode.at.size(), seed);
  sampler.add(proposal, 300);
  for (int round = 0; round < 16; ++round) {
    proposal = sampler.fitted(proposal);
    sampler.add(proposal, round < 2 ? 300 : 600);
    if (sampler.draws().effective > 250) break;
  }
  if (!(sampler.draws().effective >= 100)) {
    return failure(ErrorKind::machine, "the posterior could not be sampled: too few draws carry all the weight", {},
                   "the data may contradict the model or the priors; try another --model, or a wider --scan-rate");
  }
  return sampler.draws();
}

double weighted_quantile(std::span<const double> values, std::span<const double> weights, double probability) {
  std::vector<std::size_t> order(values.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) { return values[a] < values[b]; });
  double sum = 0;
  for (const std::size_t i : order) {
    sum += weights[i];
    if (sum >= probability) return values[i];
  }
  return values[order.back()];
}

std::vector<std::size_t> resample(std::span<const double> weights, std::size_t count, double uniform) {
  std::vector<std::size_t> chosen;
  double sum = 0;
  std::size_t i = 0;
  for (std::size_t k = 0; k < count; ++k) {
    const double at = (static_cast<double>(k) + uniform) / static_cast<double>(count);
    while (i + 1 < weights.size() && sum + weights[i] < at) sum += weights[i++];
    chosen.push_back(i);
  }
  return chosen;
}

}  // namespace secondwave
