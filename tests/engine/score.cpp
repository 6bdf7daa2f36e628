#include "score.hpp"

#include <boost/math/special_functions/gamma.hpp>
#include <cmath>

#include "support/statistics.hpp"

namespace secondwave::law {

CellScore::CellScore(std::size_t cells)
    : sum_(Eigen::VectorXd::Zero(static_cast<Eigen::Index>(cells))),
      covariance_(Eigen::MatrixXd::Zero(static_cast<Eigen::Index>(cells), static_cast<Eigen::Index>(cells))) {}

void CellScore::add(std::span<const double> probability, std::size_t chosen) {
  const Eigen::Map<const Eigen::VectorXd> p(probability.data(), sum_.size());
  sum_ -= p;
  sum_[static_cast<Eigen::Index>(chosen)] += 1;
  covariance_.diagonal() += p;
  covariance_.noalias() -= p * p.transpose();
}

double CellScore::p() const {
  const Eigen::SelfAdjointEigenSolver<Eigen::MatrixXd> solver(covariance_);
  const double largest = solver.eigenvalues().maxCoeff();
  double statistic = 0;
  double freedom = 0;
  for (Eigen::Index i = 0; i < sum_.size(); ++i) {
    const double variance = solver.eigenvalues()[i];
    if (variance < 1e-6 * largest) continue;  // the sum over all cells, which is always 0
    const double along = solver.eigenvectors().col(i).dot(sum_);
    statistic += along * along / variance;
    freedom += 1;
  }
  return freedom == 0 ? 1.0 : boost::math::gamma_q(0.5 * freedom, 0.5 * statistic);
}

double NumberScore::p() const {
  if (variance_ > 0) return normal_p(sum_ / std::sqrt(variance_));
  return std::abs(sum_) < 1e-9 ? 1.0 : 0.0;
}

}  // namespace secondwave::law
