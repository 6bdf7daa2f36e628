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

constexpr double impossible = -std::numeric_limits<double>::infinity();

/// A corner of the simplex.
struct Corner {
  Vector at;
  double height = impossible;
};

/// One descent of Nelder and Mead over the coordinates `free`.
class Simplex {
 public:
  Simplex(const LogDensity& density, const Corner& start, const Vector& steps, const std::vector<std::size_t>& free)
      : density_(density), free_(free) {
    corners_.push_back(start);
    for (const std::size_t k : free) {
      Corner corner = start;
      corner.at[k] += steps[k];
      corner.height = density(corner.at);
      if (corner.height == impossible) {
        corner.at[k] -= 2.0 * steps[k];
        corner.height = density(corner.at);
      }
      corners_.push_back(std::move(corner));
    }
  }

  Corner climb() {
    const auto higher = [](const Corner& a, const Corner& b) { return a.height > b.height; };
    for (int round = 0; round < 150 * static_cast<int>(free_.size()); ++round) {
      std::sort(corners_.begin(), corners_.end(), higher);
      if (corners_.front().height - corners_.back().height < 1e-3) break;
      move();
    }
    return *std::max_element(corners_.begin(), corners_.end(),
                             [](const Corner& a, const Corner& b) { return a.height < b.height; });
  }

 private:
  void move() {
    Corner& worst = corners_.back();
    const Corner reflected = along(1.0);
    if (reflected.height > corners_.front().height) {
      const Corner far = along(2.0);
      worst = far.height > reflected.height ? far : reflected;
    } else if (reflected.height > corners_[corners_.size() - 2].height) {
      worst = reflected;
    } else {
      const Corner near = along(reflected.height > worst.height ? 0.5 : -0.5);
      if (near.height > std::max(worst.height, reflected.height)) {
        worst = near;
      } else {
        shrink();
      }
    }
  }

  /// The point beyond the middle of all but the worst, as seen from the worst.
  [[nodiscard]] Corner along(double factor) const {
    Corner point = corners_.back();
    for (const std::size_t k : free_) {
      double middle = 0;
      for (std::size_t i = 0; i + 1 < corners_.size(); ++i) middle += corners_[i].at[k];
      middle /= static_cast<double>(corners_.size() - 1);
      point.at[k] = middle + factor * (middle - corners_.back().at[k]);
    }
    point.height = density_(point.at);
    return point;
  }

  void shrink() {
    for (std::size_t i = 1; i < corners_.size(); ++i) {
      for (const std::size_t k : free_) corners_[i].at[k] = 0.5 * (corners_[i].at[k] + corners_[0].at[k]);
      corners_[i].height = density_(corners_[i].at);
    }
  }

  const LogDensity& density_;
  const std::vector<std::size_t>& free_;
  std::vector<Corner> corners_;
};

/// A symmetric matrix by rows.
struct Matrix {
  std::size_t n = 0;
  Vector cell;
  explicit Matrix(std::size_t size) : n(size), cell(size * size, 0.0) {}
  double& operator()(std::size_t i, std::size_t j) { return cell[i * n + j]; }
  double operator()(std::size_t i, std::size_t j) const { return cell[i * n + j]; }
};

/// Lower triangle L with L L' = a. Empty where a is not positive.
std::optional<Matrix> cholesky(const Matrix& a) {
  Matrix l(a.n);
  for (std::size_t j = 0; j < a.n; ++j) {
    for (std::size_t i = j; i < a.n; ++i) {
      double sum = a(i, j);
      for (std::size_t k = 0; k < j; ++k) sum -= l(i, k) * l(j, k);
      if (i == j) {
        if (!(sum > 1e-14 * std::fabs(a(j, j)))) return std::nullopt;
        l(j, j) = std::sqrt(sum);
      } else {
        l(i, j) = sum / l(j, j);
      }
    }
  }
  return l;
}

/// The inverse of a positive matrix; empty where it is not.
std::optional<Matrix> inverse(const Matrix& a) {
  const auto l = cholesky(a);
  if (!l) return std::nullopt;
  Matrix out(a.n);
  for (std::size_t c = 0; c < a.n; ++c) {
    Vector x(a.n, 0.0);
    x[c] = 1.0;
    for (std::size_t i = 0; i < a.n; ++i) {
      for (std::size_t k = 0; k < i; ++k) x[i] -= (*l)(i, k) * x[k];
      x[i] /= (*l)(i, i);
    }
    for (std::size_t i = a.n; i-- > 0;) {
      for (std::size_t k = i + 1; k < a.n; ++k) x[i] -= (*l)(k, i) * x[k];
      x[i] /= (*l)(i, i);
    }
    for (std::size_t i = 0; i < a.n; ++i) out(i, c) = x[i];
  }
  return out;
}

/// How far one can go along a coordinate until the density falls by about a half.
double natural_step(const LogDensity& density, const Mode& mode, std::size_t k) {
  const auto fall = [&](double h) {
    Vector up = mode.at;
    Vector down = mode.at;
    up[k] += h;
    down[k] -= h;
    const double a = density(up);
    const double b = density(down);
    if (a == impossible || b == impossible) return mode.log_density - std::max(a, b);
    return mode.log_density - std::min(a, b);
  };
  double h = 0.1;
  for (int i = 0; i < 30 && fall(h) > 1.0; ++i) h *= 0.5;
  for (int i = 0; i < 4 && h < 0.9 && fall(2.0 * h) < 0.5; ++i) h *= 2.0;
  return h;
}

/// Covariance by the curvature at the mode.
Matrix curvature_covariance(const LogDensity& density, const Mode& mode) {
  const std::size_t n = mode.at.size();
  Vector h(n);
  for (std::size_t k = 0; k < n; ++k) h[k] = natural_step(density, mode, k);
  const auto at = [&](std::size_t i, double a, std::size_t j, double b) {
    Vector x = mode.at;
    x[i] += a * h[i];
    x[j] += b * h[j];
    return std::max(density(x), mode.log_density - 50.0);
  };
  Matrix hessian(n);  // in units of the natural steps
  for (std::size_t i = 0; i < n; ++i) {
    hessian(i, i) = std::max(2.0 * mode.log_density - at(i, 1, i, 0) - at(i, -1, i, 0), 0.2);
    for (std::size_t j = 0; j < i; ++j) {
      hessian(i, j) = -0.25 * (at(i, 1, j, 1) - at(i, 1, j, -1) - at(i, -1, j, 1) + at(i, -1, j, -1));
      hessian(j, i) = hessian(i, j);
    }
  }
  std::optional<Matrix> covariance = inverse(hessian);
  for (double keep = 0.9; !covariance; keep *= 0.7) {
    Matrix damped = hessian;
    for (std::size_t i = 0; i < n; ++i) {
      for (std::size_t j = 0; j < i; ++j) damped(i, j) = damped(j, i) = keep * hessian(i, j);
    }
    if (keep < 1e-3) {
      for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j < i; ++j) damped(i, j) = damped(j, i) = 0;
      }
    }
    covariance = inverse(damped);
  }
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) (*covariance)(i, j) *= h[i] * h[j];
  }
  return *covariance;
}

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
    double top = impossible;
    for (std::size_t i = 0; i < n; ++i) {
      if (heights_[i] == impossible) {
        draws_.weights[i] = impossible;
        continue;
      }
      double mixture = 0;
      for (const Proposal& each : proposals_) {
        mixture += each.share / static_cast<double>(n) *
                   fixed_exp(each.log_density({draws_.values.data() + i * draws_.dimension, draws_.dimension}));
      }
      draws_.weights[i] = mixture > 0 ? heights_[i] - fixed_log(mixture) : impossible;
      top = std::max(top, draws_.weights[i]);
    }
    double sum = 0;
    for (double& w : draws_.weights) {
      w = w == impossible ? 0.0 : fixed_exp(w - top);
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

Mode find_mode(const LogDensity& density, std::vector<double> start, double step,
               const std::vector<std::size_t>& held) {
  std::vector<std::size_t> free;
  for (std::size_t k = 0; k < start.size(); ++k) {
    if (std::find(held.begin(), held.end(), k) == held.end()) free.push_back(k);
  }
  Corner best{std::move(start), 0};
  best.height = density(best.at);
  Mode mode;
  for (int again = 0; again < 6 && !mode.converged; ++again) {
    Vector steps(best.at.size(), step);
    if (again > 0) {
      const Mode here{.at = best.at, .log_density = best.height};
      for (const std::size_t k : free) steps[k] = natural_step(density, here, k);
    }
    Corner next = free.empty() ? best : Simplex(density, best, steps, free).climb();
    mode.converged = next.height - best.height < 0.02 && std::isfinite(next.height);
    if (next.height > best.height || !std::isfinite(best.height)) best = std::move(next);
  }
  mode.at = std::move(best.at);
  mode.log_density = best.height;
  return mode;
}

ProfileInterval profile_interval(const LogDensity& density, const Mode& mode, std::size_t coordinate, double drop,
                                 double reach) {
  const auto side = [&](double sign) -> std::optional<double> {
    double inside = 0;
    double step = natural_step(density, mode, coordinate);
    Vector at = mode.at;
    double outside = 0;
    for (int i = 0; i < 12 && outside == 0; ++i) {
      Vector start = at;
      start[coordinate] = mode.at[coordinate] + sign * (inside + step);
      const Mode here = find_mode(density, start, 0.3 * step, {coordinate});
      if (mode.log_density - here.log_density > drop) {
        outside = inside + step;
      } else {
        inside += step;
        at = here.at;
        step *= 1.6;
        if (inside > reach) return std::nullopt;
      }
    }
    if (outside == 0) return std::nullopt;
    for (int i = 0; i < 6; ++i) {
      Vector start = at;
      const double middle = 0.5 * (inside + outside);
      start[coordinate] = mode.at[coordinate] + sign * middle;
      const Mode here = find_mode(density, start, 0.3 * (outside - inside), {coordinate});
      (mode.log_density - here.log_density > drop ? outside : inside) = middle;
    }
    return mode.at[coordinate] + sign * 0.5 * (inside + outside);
  };
  return {side(-1.0), side(1.0)};
}

Result<WeightedDraws> sample_density(const LogDensity& density, const Mode& mode, std::uint64_t seed) {
  Proposal proposal{.centre = mode.at, .root = Matrix(mode.at.size())};
  const auto root = cholesky(curvature_covariance(density, mode));
  SECONDWAVE_REQUIRE(root.has_value());
  proposal.root = *root;
  for (double& cell : proposal.root.cell) cell *= 1.3;
  Sampler sampler(density, mode.at.size(), seed);
  sampler.add(proposal, 300);
  for (int round = 0; round < 12; ++round) {
    proposal = sampler.fitted(proposal);
    sampler.add(proposal, round < 2 ? 300 : 600);
    if (sampler.draws().effective > 350) break;
  }
  if (!(sampler.draws().effective >= 60)) {
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
