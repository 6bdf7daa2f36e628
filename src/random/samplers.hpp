// Exact samplers over a Stream. None uses libm or the standard distributions: the first differ between processors, the
// second between libraries (and libstdc++'s binomial is biased). Exact: up to 53-bit uniforms and the rounding of
// fixed_math, no approximation of the law.
#pragma once

#include <cstdint>

#include "random/stream.hpp"

namespace secondwave {

/// Standard normal (Marsaglia's polar method).
[[nodiscard]] double draw_normal(Stream& stream);

/// Gamma with the given shape > 0 and scale 1. Shape 1 is an exponential; otherwise Marsaglia and Tsang (ACM TOMS 26,
/// 2000), with their U^(1/a) step below 1. A shape below 0.1 can give 0: the true value is below 1e-307 then.
/// The rounding of the acceptance is below 1e-9 up to shape 1e12.
[[nodiscard]] double draw_gamma(Stream& stream, double shape);

/// Poisson with mean >= 0 up to 1e15. Inversion by multiplication below 10, else PTRS (Hoermann, Insurance:
/// Mathematics and Economics 12, 1993), its acceptance computed with Loader's deviance: error below 1e-9 at any mean.
[[nodiscard]] std::uint64_t draw_poisson(Stream& stream, double mean);

/// Binomial: successes among n <= 2^40 trials of probability p in [0, 1]. Inversion where n min(p, 1-p) < 10, else BTRS
/// (Hoermann, J. Stat. Comput. Simul. 46, 1993), its acceptance computed with Loader's deviance: error below 1e-9.
[[nodiscard]] std::uint64_t draw_binomial(Stream& stream, std::uint64_t n, double p);

/// ln k!, within 1e-15 relative: table below 16, Stirling's series from there on.
[[nodiscard]] double log_factorial(std::uint64_t k);

}  // namespace secondwave
