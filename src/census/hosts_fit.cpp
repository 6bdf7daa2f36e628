#include "census/hosts_fit.hpp"

#include <algorithm>
#include <cmath>

#include "random/fixed_math.hpp"

namespace secondwave {
namespace {

constexpr double least_cv2 = 1e-3;
constexpr double most_cv2 = 6;

/// The mean of the whole law whose part above zero has this mean.
double whole_mean(double truncated_mean, double cv2) {
  double low = 1e-9;
  double high = truncated_mean;
  for (int i = 0; i < 40; ++i) {
    const double middle = 0.5 * (low + high);
    const double mean = middle / (1.0 - HitLaw{middle, cv2}.unseen());
    (mean < truncated_mean ? low : high) = middle;
  }
  return 0.5 * (low + high);
}

double log_likelihood(std::span<const std::uint64_t> counts, const HitLaw& law) {
  const double shape = 1.0 / law.cv2;
  const double log_failure = fixed_log(law.mean / (law.mean + shape));
  const double log_zero = shape * fixed_log(shape / (law.mean + shape));
  const double log_seen = fixed_log(std::max(1.0 - law.unseen(), 1e-300));
  double sum = 0;
  double log_weight = 0;  // of Gamma(shape + h) / Gamma(shape) / h!
  for (std::size_t h = 1; h < counts.size(); ++h) {
    const auto x = static_cast<double>(h);
    log_weight += fixed_log((shape + x - 1.0) / x);
    if (counts[h] == 0) continue;
    sum += static_cast<double>(counts[h]) * (log_weight + x * log_failure + log_zero - log_seen);
  }
  return sum;
}

}  // namespace

double HitLaw::unseen() const {
  return cv2 < least_cv2 ? fixed_exp(-mean) : fixed_exp(-fixed_log1p(cv2 * mean) / cv2);
}

double HitLaw::seen_again(double hits) const {
  const double shape = 1.0 / std::max(cv2, least_cv2);
  const double rate = shape / mean + 1.0;
  return 1.0 - fixed_exp((shape + hits) * fixed_log(rate / (rate + 1.0)));
}

HitLaw fit_hits(std::span<const std::uint64_t> counts) {
  double number = 0;
  double sum = 0;
  for (std::size_t h = 1; h < counts.size(); ++h) {
    number += static_cast<double>(counts[h]);
    sum += static_cast<double>(counts[h]) * static_cast<double>(h);
  }
  const double mean = sum / number;
  while (counts.back() == 0) counts = counts.first(counts.size() - 1);
  if (mean <= 1.0 + 1e-9) return {1e-3, least_cv2};
  const auto law_of = [&](double log_cv2) {
    const double cv2 = fixed_exp(log_cv2);
    return HitLaw{whole_mean(mean, cv2), cv2};
  };
  // Golden section: the likelihood has one mode in practice.
  double low = fixed_log(least_cv2);
  double high = fixed_log(most_cv2);
  const double golden = 0.6180339887498949;
  double a = high - golden * (high - low);
  double b = low + golden * (high - low);
  double at_a = log_likelihood(counts, law_of(a));
  double at_b = log_likelihood(counts, law_of(b));
  for (int i = 0; i < 22; ++i) {
    if (at_a > at_b) {
      high = b;
      b = a;
      at_b = at_a;
      a = high - golden * (high - low);
      at_a = log_likelihood(counts, law_of(a));
    } else {
      low = a;
      a = b;
      at_a = at_b;
      b = low + golden * (high - low);
      at_b = log_likelihood(counts, law_of(b));
    }
  }
  return law_of(0.5 * (low + high));
}

RecaptureLaw fit_recapture(std::span<const double> again, std::span<const double> base) {
  std::size_t lags = 0;
  double pooled_again = 0;
  double pooled_base = 0;
  for (std::size_t k = 1; k < base.size(); ++k) {
    if (base[k] <= 0) continue;
    ++lags;
    pooled_again += again[k];
    pooled_base += base[k];
  }
  if (pooled_base <= 0) return {0, 1, 1, false};
  RecaptureLaw best{std::min(1.0, pooled_again / pooled_base), 1, 1, false};
  if (lags < 3) return best;
  double least = 1e300;
  for (int step = 0; step <= 98; ++step) {
    const double kept = 0.01 * step;
    // a + b kept^k with a, b >= 0 and a + b <= 1, weights of a binomial share at the pooled share.
    double s1 = 0, sx = 0, sxx = 0, sy = 0, sxy = 0, syy = 0;
    double power = 1;
    for (std::size_t k = 1; k < base.size(); ++k) {
      power *= kept;
      if (base[k] <= 0) continue;
      const double y = again[k] / base[k];
      s1 += base[k], sx += base[k] * power, sxx += base[k] * power * power;
      sy += base[k] * y, sxy += base[k] * power * y, syy += base[k] * y * y;
    }
    const double determinant = s1 * sxx - sx * sx;
    double a = sy / s1;
    double b = 0;
    if (determinant > 1e-12 * s1 * s1) {
      a = (sxx * sy - sx * sxy) / determinant;
      b = (s1 * sxy - sx * sy) / determinant;
    }
    if (b < 0) a = sy / s1, b = 0;
    if (a < 0) a = 0, b = sxx > 0 ? std::max(0.0, sxy / sxx) : 0;
    if (a + b > 1) {
      const double scale = 1.0 / (a + b);
      a *= scale, b *= scale;
    }
    const double residual = syy - 2 * a * sy - 2 * b * sxy + a * a * s1 + 2 * a * b * sx + b * b * sxx;
    if (residual < least - 1e-12 && a + b > 0) {
      least = residual;
      best = {a + b, a / (a + b), kept, true};
    }
  }
  return best;
}

}  // namespace secondwave
