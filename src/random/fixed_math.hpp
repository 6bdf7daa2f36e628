// exp, log and log1p with the same bits on every machine: only + - * / on doubles, each rounded once (IEEE 754), no
// library call. libm's own differ with the processor. Inline and free of branches on the main path, so that loops over
// them vectorise.
#pragma once

#include <bit>
#include <cstdint>

namespace secondwave {

/// Natural logarithm of a positive, finite, normal x. Within 2 units in the last place of the true value.
/// x = 2^k m with m in [sqrt(1/2), sqrt(2)); ln m = 2 artanh(s), s = (m-1)/(m+1), by its Taylor series in s^2,
/// whose first term left out is below 2^-56 of the sum.
[[nodiscard]] inline double fixed_log(double x) {
  constexpr std::uint64_t sqrt_half_bits = 0x3FE6A09E667F3BCDu;
  const std::uint64_t bits = std::bit_cast<std::uint64_t>(x);
  const std::uint64_t shifted = bits - sqrt_half_bits;
  const std::uint64_t exponent = shifted >> 52;  // k modulo 2^12
  const double m = std::bit_cast<double>(bits - (exponent << 52));
  // Sign-extends the 12 bits of k and converts through the mantissa of 1.5 * 2^52: cheap in every vector unit.
  const std::uint64_t biased = (exponent + 2048) & 0xFFFu;
  const double k = std::bit_cast<double>(0x4338000000000000u + biased) - (0x1.8p52 + 2048.0);
  const double f = m - 1.0;
  const double s = f / (m + 1.0);
  const double z = s * s;
  double p = 1.0 / 23;
  p = p * z + 1.0 / 21;
  p = p * z + 1.0 / 19;
  p = p * z + 1.0 / 17;
  p = p * z + 1.0 / 15;
  p = p * z + 1.0 / 13;
  p = p * z + 1.0 / 11;
  p = p * z + 1.0 / 9;
  p = p * z + 1.0 / 7;
  p = p * z + 1.0 / 5;
  p = p * z + 1.0 / 3;
  // 2s = f - s f exactly, so ln m = f - s (f - 2 z p): f is exact and carries most of the value.
  const double ln2_high = 0x1.62E42FEFA3800p-1;
  const double ln2_low = 0x1.EF35793C76730p-45;
  return k * ln2_high + (f - (s * (f - 2.0 * z * p) - k * ln2_low));
}

/// e^x, within 2 units in the last place; 0 below -708, the largest finite double above 709. Requires x not NaN.
/// x = k ln 2 + r with |r| <= 0.35; Taylor series of degree 13 in r.
[[nodiscard]] inline double fixed_exp(double x) {
  const double bounded = x > 709.0 ? 709.0 : (x < -708.0 ? -708.0 : x);
  const double k = (bounded * 0x1.71547652B82FEp0 + 0x1.8p52) - 0x1.8p52;
  const double r_high = bounded - k * 0x1.62E42FEFA3800p-1;
  const double r = r_high - k * 0x1.EF35793C76730p-45;
  double p = 1.0 / 6227020800.0;
  p = p * r + 1.0 / 479001600.0;
  p = p * r + 1.0 / 39916800.0;
  p = p * r + 1.0 / 3628800.0;
  p = p * r + 1.0 / 362880.0;
  p = p * r + 1.0 / 40320.0;
  p = p * r + 1.0 / 5040.0;
  p = p * r + 1.0 / 720.0;
  p = p * r + 1.0 / 120.0;
  p = p * r + 1.0 / 24.0;
  p = p * r + 1.0 / 6.0;
  p = p * r + 0.5;
  const double e_r = 1.0 + (r + r * r * p);
  const auto exponent = static_cast<std::uint64_t>(static_cast<std::int64_t>(k) + 1023);
  const double scaled = e_r * std::bit_cast<double>(exponent << 52);
  if (x > 709.0) return 0x1.FFFFFFFFFFFFFp1023;
  return x < -708.0 ? 0.0 : scaled;
}

/// ln(1 + x) for x > -1, within 4 units in the last place, also where x is tiny
/// (W. Kahan's correction: ln(u) x / (u - 1) with u = 1 + x rounded).
[[nodiscard]] inline double fixed_log1p(double x) {
  const double u = 1.0 + x;
  return u == 1.0 ? x : fixed_log(u) * (x / (u - 1.0));
}

/// x^y for x > 0, as e^(y ln x): relative error about |y ln x| 2^-52.
[[nodiscard]] inline double fixed_pow(double x, double y) {
  return fixed_exp(y * fixed_log(x));
}

}  // namespace secondwave
