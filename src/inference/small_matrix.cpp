#include "inference/small_matrix.hpp"

namespace secondwave {

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

std::optional<Matrix> inverse(const Matrix& a) {
  const auto l = cholesky(a);
  if (!l) return std::nullopt;
  Matrix out(a.n);
  for (std::size_t c = 0; c < a.n; ++c) {
    std::vector<double> x(a.n, 0.0);
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

}  // namespace secondwave
