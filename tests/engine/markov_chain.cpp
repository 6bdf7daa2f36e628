#include "markov_chain.hpp"

#include <algorithm>
#include <cmath>

namespace secondwave::law {

void MarkovChain::add(std::size_t from, std::size_t to, double rate_per_s) {
  if (rate_per_s <= 0) return;
  moves_.push_back({from, to, rate_per_s});
  exit_[from] += rate_per_s;
}

std::vector<double> MarkovChain::after(std::vector<double> distribution, double time_s) const {
  const double rate_per_s = exit_.empty() ? 0 : *std::max_element(exit_.begin(), exit_.end());
  if (rate_per_s <= 0 || time_s <= 0) return distribution;
  const double steps = std::ceil(rate_per_s * time_s / 50);
  for (double i = 0; i < steps; ++i) distribution = step(std::move(distribution), rate_per_s, time_s / steps);
  return distribution;
}

/// Jumps come at `rate_per_s` whatever the state; some of them lead nowhere.
std::vector<double> MarkovChain::step(std::vector<double> distribution, double rate_per_s, double time_s) const {
  const double mean = rate_per_s * time_s;
  std::vector<double> result(distribution.size(), 0.0);
  double weight = std::exp(-mean);
  for (double jumps = 0; jumps < mean || weight > 1e-17; ++jumps) {
    for (std::size_t i = 0; i < result.size(); ++i) result[i] += weight * distribution[i];
    weight *= mean / (jumps + 1);
    std::vector<double> next(distribution.size());
    for (std::size_t i = 0; i < next.size(); ++i) next[i] = distribution[i] * (1 - exit_[i] / rate_per_s);
    for (const Move& move : moves_) next[move.to] += distribution[move.from] * move.rate_per_s / rate_per_s;
    distribution = std::move(next);
  }
  return result;
}

std::vector<double> MarkovChain::in_the_end(std::vector<double> distribution) const {
  std::vector<Move> moves = moves_;
  std::sort(moves.begin(), moves.end(), [](const Move& a, const Move& b) { return a.from < b.from; });
  for (const Move& move : moves) {
    distribution[move.to] += distribution[move.from] * move.rate_per_s / exit_[move.from];
  }
  for (std::size_t i = 0; i < distribution.size(); ++i) {
    if (exit_[i] > 0) distribution[i] = 0;
  }
  return distribution;
}

}  // namespace secondwave::law
