// Matrices of a few rows: Cholesky's factor and the inverse.
#pragma once

#include <cmath>
#include <cstddef>
#include <optional>
#include <vector>

namespace secondwave {

/// A square matrix by rows.
struct Matrix {
  std::size_t n = 0;
  std::vector<double> cell;
  explicit Matrix(std::size_t size) : n(size), cell(size * size, 0.0) {}
  double& operator()(std::size_t i, std::size_t j) { return cell[i * n + j]; }
  double operator()(std::size_t i, std::size_t j) const { return cell[i * n + j]; }
};

/// Lower triangle L with L L' = a. Empty where a is not positive.
[[nodiscard]] std::optional<Matrix> cholesky(const Matrix& a);

/// The inverse of a positive matrix; empty where it is not.
[[nodiscard]] std::optional<Matrix> inverse(const Matrix& a);

}  // namespace secondwave
