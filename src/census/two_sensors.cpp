#include "census/two_sensors.hpp"

#include <algorithm>
#include <cmath>

#include "base/error.hpp"

namespace secondwave {
namespace {

constexpr std::uint64_t most_members = std::uint64_t{1} << 32;  // the address space
constexpr double tail = 0.05;

double log_choose(double n, double k) {
  return std::lgamma(n + 1) - std::lgamma(k + 1) - std::lgamma(n - k + 1);
}

struct Counts {
  double n1;
  double n2;
  double both;
};

/// P(exactly `both` are seen by both) among `members`: hypergeometric.
double probability(const Counts& c, double members) {
  return std::exp(log_choose(c.n1, c.both) + log_choose(members - c.n1, c.n2 - c.both) - log_choose(members, c.n2));
}

/// The likeliest number seen by both. At or beyond it a tail holds a third or more: terms that vanish need no summing
/// up.
double likeliest(const Counts& c, double members) {
  return std::floor((c.n1 + 1) * (c.n2 + 1) / (members + 2));
}

/// P(`both` or more), or 1 where it is large: it falls as `members` grows.
double so_many(const Counts& c, double members) {
  if (c.both <= likeliest(c, members)) return 1;
  double term = probability(c, members);
  double sum = term;
  for (double k = c.both; k < std::min(c.n1, c.n2) && term > sum * 1e-12; ++k) {
    term *= (c.n1 - k) * (c.n2 - k) / ((k + 1) * (members - c.n1 - c.n2 + k + 1));
    sum += term;
  }
  return sum;
}

/// P(`both` or fewer), or 1 where it is large: it grows with `members`.
double so_few(const Counts& c, double members) {
  if (c.both >= likeliest(c, members)) return 1;
  double term = probability(c, members);
  double sum = term;
  for (double k = c.both; k > std::max(0.0, c.n1 + c.n2 - members) && term > sum * 1e-12; --k) {
    term *= k * (members - c.n1 - c.n2 + k) / ((c.n1 - k + 1) * (c.n2 - k + 1));
    sum += term;
  }
  return sum;
}

/// The first of low to high for which `holds` is true; it is false up to there and true from there on. `high` where
/// none.
template <typename Holds>
std::uint64_t first_that(std::uint64_t low, std::uint64_t high, Holds holds) {
  while (low < high) {
    const std::uint64_t middle = low + (high - low) / 2;
    if (holds(static_cast<double>(middle))) {
      high = middle;
    } else {
      low = middle + 1;
    }
  }
  return low;
}

}  // namespace

TwoSensors chapman(std::uint64_t n1, std::uint64_t n2, std::uint64_t both) {
  SECONDWAVE_REQUIRE(both <= n1 && both <= n2);
  const Counts c{static_cast<double>(n1), static_cast<double>(n2), static_cast<double>(both)};
  const std::uint64_t seen = n1 + n2 - both;
  TwoSensors result;
  result.estimate = (c.n1 + 1) * (c.n2 + 1) / (c.both + 1) - 1;
  if (seen >= most_members) {
    result.p05 = result.p95 = static_cast<double>(seen);
    return result;
  }
  result.p05 = static_cast<double>(first_that(seen, most_members, [&](double n) { return so_few(c, n) >= tail; }));
  const std::uint64_t too_many = first_that(seen + 1, most_members, [&](double n) { return so_many(c, n) < tail; });
  result.p95 = static_cast<double>(too_many == most_members ? most_members : too_many - 1);
  return result;
}

}  // namespace secondwave
