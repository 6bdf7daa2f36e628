// The mean course of an outbreak, in closed form: the logistic curve, and the same where hosts are patched.
#pragma once

#include "random/fixed_math.hpp"

namespace secondwave {

/// Addresses of the space that the worm scans uniformly.
inline constexpr double address_space = 4294967296.0;

/// What a fit looks for. Times are seconds since the start of the earliest series.
struct OutbreakParameters {
  double growth_per_s = 0;     ///< K = N r q / 2^32, at the start
  double removal_per_s = 0;    ///< hazard at which any host is patched or cleaned for good
  double scan_rate_per_s = 0;  ///< r, targets a second, mean over hosts
  double rate_cv2 = 0;         ///< squared coefficient of variation of the hosts' rates; gamma of shape 1 / cv2
  double success = 1;          ///< q, that a hit on a susceptible host infects it
  double anchor_s = 0;         ///< a moment, and
  double anchor_logit = 0;     ///< ln(infected / susceptible) then
};

/// I(t) = N e^(-gt) s(l(t)), l linear in (1 - e^(-gt)) / g with slope K: with g = 0 the logistic curve of the RCS model
/// (Staniford, Paxson, Weaver 2002), with g > 0 its exact solution where susceptible and infected hosts are removed at
/// the same hazard g.
class OutbreakCurve {
 public:
  explicit OutbreakCurve(const OutbreakParameters& p);

  [[nodiscard]] double population() const { return population_; }  ///< vulnerable hosts at the start
  /// ln(I / susceptible) at a time.
  [[nodiscard]] double logit(double t) const { return anchor_logit_ + growth_ * (clock(t) - anchor_clock_); }
  /// Vulnerable or infected hosts that are not removed yet.
  [[nodiscard]] double remaining(double t) const {
    return removal_ > 0 ? population_ * fixed_exp(-removal_ * t) : population_;
  }
  /// All that one moment has, for the price of one exponential.
  struct Moment {
    double infected = 0;   ///< copies that scan
    double new_per_s = 0;  ///< first infections a second
    double share = 0;      ///< of the remaining hosts that is infected
  };
  [[nodiscard]] Moment at(double t) const {
    const double share = 1.0 / (1.0 + fixed_exp(-logit(t)));
    if (removal_ <= 0) return {few_ + population_ * share, population_ * growth_ * share * (1.0 - share), share};
    const double decay = fixed_exp(-removal_ * t);
    return {decay * (few_ + population_ * share), population_ * decay * decay * growth_ * share * (1.0 - share), share};
  }
  /// Copies that scan.
  [[nodiscard]] double infected(double t) const { return at(t).infected; }
  /// Copies at time 0 in the course that leads to the anchor, without regard that there must be one: W.
  [[nodiscard]] double start_level() const { return start_level_; }
  /// What the seeds that there must be add to it: E(k | W) - W, k Poisson of mean W but at least 1.
  [[nodiscard]] double surplus() const { return few_; }
  /// Var(k | W).
  [[nodiscard]] double seed_variance() const;
  /// First infections a second.
  [[nodiscard]] double new_per_s(double t) const { return at(t).new_per_s; }
  /// The time at which half of all that will ever be infected (seeds at 0 included) have been.
  [[nodiscard]] double half_time_s() const;

 private:
  [[nodiscard]] double clock(double t) const { return removal_ > 0 ? (1.0 - fixed_exp(-removal_ * t)) / removal_ : t; }

  double growth_ = 0;
  double removal_ = 0;
  double population_ = 0;
  double anchor_logit_ = 0;
  double anchor_clock_ = 0;
  double start_level_ = 0;
  double few_ = 0;  ///< what E(seeds) = W / (1 - e^-W) is above W: there is one seed at least
};

}  // namespace secondwave
