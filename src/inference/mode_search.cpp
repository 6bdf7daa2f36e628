#include "inference/mode_search.hpp"

#include <algorithm>
#include <cmath>

namespace secondwave {
namespace {

using Vector = std::vector<double>;

constexpr double impossible_density = -std::numeric_limits<double>::infinity();

/// How far one can go along a coordinate until the density falls by about a half.
double natural_step(const LogDensity& density, const Vector& at, double height, std::size_t k, double guess) {
  Vector x = at;
  const auto fall = [&](double h) {
    x[k] = at[k] + h;
    const double up = density(x);
    x[k] = at[k] - h;
    const double down = density(x);
    return height - 0.5 * (up + down);
  };
  double h = guess;
  for (int i = 0; i < 30; ++i) {
    const double here = fall(h);
    if (here > 1.5 || std::isnan(here)) {
      h *= here < 1e6 ? std::max(0.25, std::sqrt(0.5 / here)) : 0.25;
    } else if (here < 0.15 && h < 1.0) {
      h *= here > 0 ? std::min(3.0, std::sqrt(0.5 / here)) : 3.0;
    } else {
      break;
    }
  }
  return std::min(h, 1.5);
}

/// Ascent in coordinates scaled by natural steps.
class Ascent {
 public:
  Ascent(const LogDensity& density, Vector start)
      : density_(density), at_(std::move(start)), n_(at_.size()), scale_(n_, 0.1), inverse_(n_) {
    height_ = density_(at_);
  }

  bool possible() const { return height_ > impossible_density; }

  /// True when another step would gain less than `enough`.
  bool climb(int rounds, double enough) {
    rescale();
    Vector gradient = slope();
    for (int round = 0; round < rounds; ++round) {
      Vector step(n_, 0.0);
      double gain = 0;
      for (std::size_t i = 0; i < n_; ++i) {
        for (std::size_t j = 0; j < n_; ++j) step[i] += inverse_(i, j) * gradient[j];
        gain += 0.5 * step[i] * gradient[i];
      }
      if (gain < enough) return true;
      const double length = move(step, gain);
      if (length == 0) {
        if (fresh_) return gain < 20 * enough;
        rescale();
        gradient = slope();
        continue;
      }
      const Vector next = slope();
      update(step, length, gradient, next);
      gradient = next;
    }
    return false;
  }

  /// Covariance by differences over natural steps.
  Matrix covariance() {
    for (std::size_t k = 0; k < n_; ++k) scale_[k] = natural_step(density_, at_, height_, k, scale_[k]);
    Matrix hessian(n_);
    for (std::size_t i = 0; i < n_; ++i) {
      hessian(i, i) = std::max(2.0 * height_ - shifted(i, 1, i, 0) - shifted(i, -1, i, 0), 0.1);
      for (std::size_t j = 0; j < i; ++j) {
        hessian(i, j) =
            -0.25 *
            (shifted(i, .7, j, .7) - shifted(i, .7, j, -.7) - shifted(i, -.7, j, .7) + shifted(i, -.7, j, -.7)) / 0.49;
        hessian(j, i) = hessian(i, j);
      }
    }
    std::optional<Matrix> found = inverse(hessian);
    for (double keep = 0.9; !found; keep = keep < 1e-3 ? 0.0 : keep * 0.7) {
      Matrix damped = hessian;
      for (std::size_t i = 0; i < n_; ++i) {
        for (std::size_t j = 0; j < i; ++j) damped(i, j) = damped(j, i) = keep * hessian(i, j);
      }
      found = inverse(damped);
    }
    inverse_ = *found;
    fresh_ = true;
    Matrix out = inverse_;
    for (std::size_t i = 0; i < n_; ++i) {
      for (std::size_t j = 0; j < n_; ++j) out(i, j) *= scale_[i] * scale_[j];
    }
    return out;
  }

  /// Newton's steps with the covariance just found; true when another would gain less than `enough`.
  bool polish(double enough) {
    for (int round = 0; round < 12; ++round) {
      const Vector gradient = slope();
      Vector step(n_, 0.0);
      double gain = 0;
      for (std::size_t i = 0; i < n_; ++i) {
        for (std::size_t j = 0; j < n_; ++j) step[i] += inverse_(i, j) * gradient[j];
        gain += 0.5 * step[i] * gradient[i];
      }
      if (gain < enough) return true;
      if (move(step, gain) == 0) return gain < 10 * enough;
    }
    return false;
  }

  [[nodiscard]] const Vector& at() const { return at_; }
  [[nodiscard]] double height() const { return height_; }

 private:
  void rescale() {
    for (std::size_t k = 0; k < n_; ++k) scale_[k] = natural_step(density_, at_, height_, k, scale_[k]);
    inverse_ = Matrix(n_);
    for (std::size_t k = 0; k < n_; ++k) inverse_(k, k) = 1.0;
    fresh_ = true;
  }

  double shifted(std::size_t i, double a, std::size_t j, double b) {
    Vector x = at_;
    x[i] += a * scale_[i];
    x[j] += b * scale_[j];
    return std::max(density_(x), height_ - 50.0);
  }

  Vector slope() {
    constexpr double h = 0.02;
    Vector out(n_);
    Vector x = at_;
    for (std::size_t k = 0; k < n_; ++k) {
      x[k] = at_[k] + h * scale_[k];
      const double up = std::max(density_(x), height_ - 50.0);
      x[k] = at_[k] - h * scale_[k];
      const double down = std::max(density_(x), height_ - 50.0);
      x[k] = at_[k];
      out[k] = (up - down) / (2.0 * h);
    }
    return out;
  }

  /// Goes along the step as far as it gains; gives the part that was gone, 0 where nothing was gained.
  double move(const Vector& step, double gain) {
    double longest = 0;
    for (const double s : step) longest = std::max(longest, std::fabs(s));
    double part = std::min(1.0, 8.0 / longest);
    for (int i = 0; i < 12; ++i, part *= 0.4) {
      Vector x = at_;
      for (std::size_t k = 0; k < n_; ++k) x[k] += part * scale_[k] * step[k];
      const double there = density_(x);
      if (there <= height_ + 0.02 * part * gain) continue;
      at_ = std::move(x);
      height_ = there;
      return part;
    }
    return 0;
  }

  void update(const Vector& step, double length, const Vector& before, const Vector& now) {
    fresh_ = false;
    Vector s(n_);
    Vector y(n_);
    double sy = 0;
    double ss = 0;
    double yy = 0;
    for (std::size_t i = 0; i < n_; ++i) {
      s[i] = length * step[i];
      y[i] = before[i] - now[i];
      sy += s[i] * y[i];
      ss += s[i] * s[i];
      yy += y[i] * y[i];
    }
    if (!(sy > 1e-6 * std::sqrt(ss * yy))) return;
    Vector hy(n_, 0.0);
    double yhy = 0;
    for (std::size_t i = 0; i < n_; ++i) {
      for (std::size_t j = 0; j < n_; ++j) hy[i] += inverse_(i, j) * y[j];
      yhy += y[i] * hy[i];
    }
    for (std::size_t i = 0; i < n_; ++i) {
      for (std::size_t j = 0; j < n_; ++j) {
        inverse_(i, j) += (1.0 + yhy / sy) * s[i] * s[j] / sy - (hy[i] * s[j] + s[i] * hy[j]) / sy;
      }
    }
  }

  const LogDensity& density_;
  Vector at_;
  std::size_t n_;
  Vector scale_;
  Matrix inverse_;
  double height_ = impossible_density;
  bool fresh_ = true;
};

}  // namespace

Mode find_mode(const LogDensity& density, std::vector<double> start) {
  Ascent ascent(density, std::move(start));
  Mode mode;
  if (!ascent.possible()) return mode;
  ascent.climb(80, 0.05);
  for (int again = 0; again < 4 && !mode.converged; ++again) {
    mode.covariance = ascent.covariance();
    mode.converged = ascent.polish(0.01);
    if (!mode.converged) mode.converged = ascent.climb(40, 0.01);
  }
  mode.at = ascent.at();
  mode.log_density = ascent.height();
  return mode;
}

ProfileInterval profile_interval(const LogDensity& density, const Mode& mode, std::size_t coordinate, double drop,
                                 double reach) {
  const std::size_t n = mode.at.size();
  const double sd = std::sqrt(mode.covariance(coordinate, coordinate));
  // What the other coordinates gain by their slopes, the first held: their covariance given it.
  Matrix given(n);
  for (std::size_t i = 0; i < n; ++i) {
    for (std::size_t j = 0; j < n; ++j) {
      given(i, j) = mode.covariance(i, j) - mode.covariance(i, coordinate) * mode.covariance(j, coordinate) / (sd * sd);
    }
  }
  const auto fall = [&](double away) {
    Vector x = mode.at;
    for (std::size_t k = 0; k < n; ++k) x[k] += away * mode.covariance(k, coordinate) / (sd * sd);
    double height = density(x);
    for (int round = 0; round < 3 && n > 1; ++round) {
      Vector gradient(n, 0.0);
      for (std::size_t k = 0; k < n; ++k) {
        if (k == coordinate) continue;
        const double h = 0.05 * std::sqrt(std::max(given(k, k), 1e-12));
        Vector y = x;
        y[k] += h;
        const double up = density(y);
        y[k] -= 2.0 * h;
        gradient[k] = std::clamp((up - density(y)) / (2.0 * h), -1e9, 1e9);
      }
      Vector y = x;
      for (std::size_t i = 0; i < n; ++i) {
        for (std::size_t j = 0; j < n; ++j) y[i] += i == coordinate ? 0.0 : given(i, j) * gradient[j];
      }
      const double there = density(y);
      if (!(there > height + 1e-3)) break;
      x = std::move(y);
      height = there;
    }
    return mode.log_density - height;
  };
  const auto side = [&](double sign) -> std::optional<double> {
    double inside = 0;
    double outside = sd * std::sqrt(2.0 * drop);
    double fell = fall(sign * outside);
    while (fell < drop) {
      inside = outside;
      outside *= 1.5;
      if (outside > reach) return std::nullopt;
      fell = fall(sign * outside);
    }
    // The fall is nearly a square of the distance.
    double middle = outside;
    for (int i = 0; i < 5 && std::fabs(fell - drop) > 0.02; ++i) {
      const double guess = middle * std::sqrt(drop / fell);
      middle = guess > inside && guess < outside ? guess : 0.5 * (inside + outside);
      fell = fall(sign * middle);
      (fell > drop ? outside : inside) = middle;
    }
    return mode.at[coordinate] + sign * middle;
  };
  return {side(-1.0), side(1.0)};
}

}  // namespace secondwave
