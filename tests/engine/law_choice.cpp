// Who is chosen: seeds, the order of the victims, and where a copy of Code Red II scans.
#include <algorithm>
#include <vector>

#include "law_battery.hpp"
#include "world.hpp"

namespace secondwave::law {
namespace {

/// In a world of six: seeds and the first two victims are every ordered triple equally often.
std::vector<Check> order_of_victims(Construction construction, std::uint64_t seed) {
  constexpr std::size_t n = 6;
  const Runs runs({.hosts = n, .address_bits = 5, .rate_per_s = 1}, construction, seed);
  std::vector<std::uint64_t> first(n);
  std::vector<std::uint64_t> triples(n * n * n);
  std::vector<std::uint64_t> last(n);
  for (std::uint32_t i = 0; i < 24'000; ++i) {
    const std::vector<std::uint32_t> host = runs.run(i).infections.host;
    if (host.size() != n) return {{"seed", 0}, {"triple", 0}, {"last", 0}};
    ++first[host[0]];
    ++triples[(host[0] * n + host[1]) * n + host[2]];
    ++last[host[5]];
  }
  const std::vector<double> even(n, 1.0);
  std::vector<double> distinct(n * n * n, 0.0);
  for (std::size_t a = 0; a < n; ++a) {
    for (std::size_t b = 0; b < n; ++b) {
      for (std::size_t c = 0; c < n; ++c) distinct[(a * n + b) * n + c] = a != b && b != c && a != c ? 1 : 0;
    }
  }
  return {{"seed", chi_square_p(first, even)},
          {"seed and first two victims", chi_square_p(triples, distinct)},
          {"last victim", chi_square_p(last, even)}};
}

/// More seeds than half of the hosts, so that hosts are drawn that have the worm already. The set of seeds is uniform:
/// hosts side by side and hosts far apart are left out together equally often.
std::vector<Check> many_seeds(Construction construction, std::uint64_t seed) {
  constexpr std::uint32_t n = 6;
  constexpr std::uint32_t seeds = 4;
  const Runs runs({.hosts = n, .address_bits = 5, .seeds = seeds, .rate_per_s = 1}, construction, seed);
  std::vector<std::uint64_t> pairs(n * n);
  for (std::uint32_t i = 0; i < 10'000; ++i) {
    const std::vector<std::uint32_t> host = runs.run(i).infections.host;
    if (host.size() != n) return {{"hosts left out", 0}};
    const auto left = std::minmax(host[seeds], host[seeds + 1]);
    ++pairs[left.first * n + left.second];
  }
  std::vector<double> expected(n * n, 0.0);
  for (std::size_t a = 0; a < n; ++a) {
    for (std::size_t b = a + 1; b < n; ++b) expected[a * n + b] = 1;
  }
  return {{"hosts left out", chi_square_p(pairs, expected)}};
}

/// Code Red II (eEye, 4 August 2001): 1/8 anywhere, 1/2 in the own /8, 3/8 in the own /16. Of all targets 12.45% are
/// outside the own /8 and 37.7% in the own /16.
std::vector<Check> code_red_2(Construction, std::uint64_t seed) {
  const ScanLaw law({{0, 0.125}, {8, 0.5}, {16, 0.375}}, 32);
  constexpr std::uint64_t draws = 1'000'000;
  constexpr Ipv4 source = 0xC0A85A01;
  Stream stream(seed, {.purpose = Purpose::test});
  std::uint64_t outside_8 = 0;
  std::uint64_t inside_16 = 0;
  std::vector<std::uint64_t> third_octet(256);
  std::vector<std::uint64_t> last_octet(256);
  for (std::uint64_t i = 0; i < draws; ++i) {
    const Ipv4 target = law.draw_target(source, stream);
    outside_8 += (target ^ source) >> 24 != 0 ? 1 : 0;
    inside_16 += (target ^ source) >> 16 == 0 ? 1 : 0;
    ++third_octet[(target >> 8) & 255];
    ++last_octet[target & 255];
  }
  const std::vector<double> even(256, 1.0);
  return {{"outside the own /8", binomial_p(outside_8, draws, 0.125 * 255 / 256)},
          {"inside the own /16", binomial_p(inside_16, draws, 0.375 + 0.5 / 256 + 0.125 / 65536)},
          {"third octet even", chi_square_p(third_octet, even)},
          {"last octet even", chi_square_p(last_octet, even)}};
}

}  // namespace

std::vector<Group> choice_groups() {
  return {{"order of victims", 3, true, order_of_victims},
          {"many seeds", 1, true, many_seeds},
          {"Code Red II", 4, true, code_red_2}};
}

}  // namespace secondwave::law
