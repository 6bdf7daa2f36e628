// Tests of choices whose probabilities change from draw to draw but are known before each draw: sums of (what happened
// minus its probability) are martingales, and normal in the limit, with the variance that the probabilities give.
#pragma once

#include <Eigen/Dense>
#include <cstddef>
#include <span>

namespace secondwave::law {

/// Which of several cells is chosen. p-value of the quadratic form of the sums, chi-square in the limit.
class CellScore {
 public:
  explicit CellScore(std::size_t cells);
  /// `probability` of each cell (sums to 1), and the cell that was chosen.
  void add(std::span<const double> probability, std::size_t chosen);
  [[nodiscard]] double p() const;

 private:
  Eigen::VectorXd sum_;
  Eigen::MatrixXd covariance_;
};

/// A number of which mean and variance are known before each draw.
class NumberScore {
 public:
  void add(double value, double mean, double variance) {
    sum_ += value - mean;
    variance_ += variance;
  }
  void add_weighted(double weight, double value, double mean, double variance) {
    add(weight * value, weight * mean, weight * weight * variance);
  }
  void add_yes_no(bool yes, double probability) { add(yes ? 1.0 : 0.0, probability, probability * (1 - probability)); }
  /// 1 where nothing was ever open.
  [[nodiscard]] double p() const;

 private:
  double sum_ = 0;
  double variance_ = 0;
};

}  // namespace secondwave::law
