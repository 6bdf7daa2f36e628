// Finite Markov chains in continuous time: the master equation, solved exactly for small worlds.
#pragma once

#include <cstddef>
#include <vector>

namespace secondwave::law {

/// States 0 .. n-1 with constant rates between them.
class MarkovChain {
 public:
  explicit MarkovChain(std::size_t states) : exit_(states, 0.0) {}

  void add(std::size_t from, std::size_t to, double rate_per_s);

  /// The distribution over states `time_s` after `distribution`. Uniformisation (A. Jensen, 1953): within 1e-12.
  [[nodiscard]] std::vector<double> after(std::vector<double> distribution, double time_s) const;

  /// Where the chain ends up: the distribution over states without an exit. Requires that every move leads to a state
  /// with a higher number.
  [[nodiscard]] std::vector<double> in_the_end(std::vector<double> distribution) const;

 private:
  struct Move {
    std::size_t from = 0;
    std::size_t to = 0;
    double rate_per_s = 0;
  };
  [[nodiscard]] std::vector<double> step(std::vector<double> distribution, double rate_per_s, double time_s) const;

  std::vector<Move> moves_;
  std::vector<double> exit_;
};

}  // namespace secondwave::law
