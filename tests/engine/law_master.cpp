// Small worlds against the master equation: every state is a number of hosts, and its probability is known exactly.
#include <algorithm>
#include <cmath>
#include <numeric>

#include "law_battery.hpp"
#include "markov_chain.hpp"
#include "world.hpp"

namespace secondwave::law {
namespace {

using Kind = ResponseRuleSpec::Kind;
using Target = ResponseRuleSpec::Target;

/// Successful hits per second on one host, per unit of rate.
double per_rate(const World& world) {
  return world.success / std::ldexp(1.0, world.address_bits);
}

/// n over k; 0 for k > n.
double choose(std::size_t n, std::size_t k) {
  double result = 1;
  for (std::size_t i = 0; i < k; ++i) {
    result *= i < n ? static_cast<double>(n - i) / static_cast<double>(i + 1) : 0.0;
  }
  return result;
}

struct Counts {
  std::size_t infected = 0;
  std::size_t immune = 0;
};

Counts counts_at(const RunResult& run, double time_s) {
  Counts counts;
  for (std::size_t i = 0; i < run.infections.size(); ++i) {
    if (run.infections.time_s[i] <= time_s && time_s < run.infections.scan_until(i)) ++counts.infected;
  }
  for (const double immune_s : run.immune_at_s) counts.immune += immune_s <= time_s ? 1 : 0;
  return counts;
}

/// The joint distribution of the states at two times: `first` at the first, moved by `later` to the second.
template <class Later>
std::vector<double> joint(const std::vector<double>& first, const Later& later) {
  std::vector<double> result;
  for (std::size_t i = 0; i < first.size(); ++i) {
    std::vector<double> at(first.size(), 0.0);
    at[i] = first[i];
    const std::vector<double> row = later(std::move(at));
    result.insert(result.end(), row.begin(), row.end());
  }
  return result;
}

/// Distribution function of the time of the k-th infection, on a grid fine enough that lines between its points are
/// within 1e-6.
class InfectionTimeLaw {
 public:
  InfectionTimeLaw(const MarkovChain& chain, std::vector<double> start, std::size_t k, double longest_s)
      : step_s_(longest_s / 4000) {
    for (int i = 0; i <= 4001; ++i) {
      at_.push_back(std::accumulate(start.begin() + static_cast<std::ptrdiff_t>(k), start.end(), 0.0));
      start = chain.after(std::move(start), step_s_);
    }
  }
  double operator()(double time_s) const {
    const double place = time_s / step_s_;
    const auto i = static_cast<std::size_t>(place);
    if (i + 1 >= at_.size()) return 1.0;
    return at_[i] + (at_[i + 1] - at_[i]) * (place - static_cast<double>(i));
  }

 private:
  double step_s_;
  std::vector<double> at_;
};

/// Spread only: the number infected at two times, and the times of the fourth and of the last infection.
std::vector<Check> spread_only(Construction construction, std::uint64_t seed) {
  constexpr std::size_t n = 8;
  const World world{.hosts = n, .address_bits = 6, .rate_per_s = 4, .success = 0.9};
  MarkovChain chain(n + 1);
  for (std::size_t i = 1; i < n; ++i) {
    chain.add(i, i + 1, per_rate(world) * world.rate_per_s * static_cast<double>(i * (n - i)));
  }
  constexpr double first_s = 4;
  constexpr double second_s = 8;
  const Runs runs(world, construction, seed);
  std::vector<std::uint64_t> seen((n + 1) * (n + 1));
  std::vector<double> fourth_s;
  std::vector<double> last_s;
  for (std::uint32_t i = 0; i < 20'000; ++i) {
    const RunResult run = runs.run(i);
    if (run.infections.size() != n) return {{"all are infected", 0}, {"fourth", 0}, {"last", 0}};
    fourth_s.push_back(run.infections.time_s[3]);
    last_s.push_back(run.infections.time_s[n - 1]);
    ++seen[counts_at(run, first_s).infected * (n + 1) + counts_at(run, second_s).infected];
  }
  std::vector<double> start(n + 1, 0.0);
  start[1] = 1;
  const std::vector<double> expected = joint(chain.after(start, first_s), [&](std::vector<double> from) {
    return chain.after(std::move(from), second_s - first_s);
  });
  return {{"infected at two times", chi_square_p(seen, expected)},
          {"time of the fourth infection (KS)", ks_p(fourth_s, InfectionTimeLaw(chain, start, 4, 60))},
          {"time of the last infection (KS)", ks_p(last_s, InfectionTimeLaw(chain, start, n, 200))}};
}

/// Two classes of hosts: the chain of (fast infected, slow infected), averaged over how many hosts are fast.
std::vector<Check> two_classes(Construction construction, std::uint64_t seed) {
  constexpr std::size_t n = 6;
  World world{.hosts = n, .address_bits = 6, .seeds = 2};
  world.classes = {{1, 6.0}, {3, 1.0}};
  constexpr double time_s = 4;
  std::vector<double> expected(n + 1, 0.0);
  for (std::size_t fast = 0; fast <= n; ++fast) {
    const std::size_t slow = n - fast;
    const auto state = [&](std::size_t f, std::size_t s) { return f * (n + 1) + s; };
    MarkovChain chain((n + 1) * (n + 1));
    std::vector<double> at((n + 1) * (n + 1), 0.0);
    for (std::size_t f = 0; f <= fast; ++f) {
      for (std::size_t s = 0; s <= slow; ++s) {
        const double rate = per_rate(world) * (6.0 * static_cast<double>(f) + 1.0 * static_cast<double>(s));
        if (f < fast) chain.add(state(f, s), state(f + 1, s), rate * static_cast<double>(fast - f));
        if (s < slow) chain.add(state(f, s), state(f, s + 1), rate * static_cast<double>(slow - s));
        if (f + s == 2) at[state(f, s)] = choose(fast, f) * choose(slow, s) / choose(n, 2);
      }
    }
    at = chain.after(std::move(at), time_s);
    const double weight =
        choose(n, fast) * std::pow(0.25, static_cast<double>(fast)) * std::pow(0.75, static_cast<double>(slow));
    for (std::size_t f = 0; f <= fast; ++f) {
      for (std::size_t s = 0; s <= slow; ++s) expected[f + s] += weight * at[state(f, s)];
    }
  }
  const Runs runs(world, construction, seed);
  std::vector<std::uint64_t> seen(n + 1);
  std::vector<std::uint64_t> fast_hosts(n + 1);
  for (std::uint32_t i = 0; i < 20'000; ++i) {
    const RunResult run = runs.run(i);
    ++seen[counts_at(run, time_s).infected];
    ++fast_hosts[static_cast<std::size_t>(
        std::count_if(run.scan_rate_per_s.begin(), run.scan_rate_per_s.end(), [](double r) { return r > 3; }))];
  }
  std::vector<double> binomial(n + 1);
  for (std::size_t k = 0; k <= n; ++k) {
    binomial[k] = choose(n, k) * std::pow(0.25, static_cast<double>(k)) * std::pow(0.75, static_cast<double>(n - k));
  }
  return {{"infected at one time", chi_square_p(seen, expected)}, {"fast hosts", chi_square_p(fast_hosts, binomial)}};
}

/// The chain of (infected, immune) among `world.hosts`, with the rules as they are at `time_s`.
MarkovChain chain_with_rules(const World& world, double time_s) {
  const std::size_t n = world.hosts;
  MarkovChain chain((n + 1) * (n + 1));
  const auto state = [&](std::size_t infected, std::size_t immune) { return infected * (n + 1) + immune; };
  for (std::size_t i = 0; i <= n; ++i) {
    for (std::size_t r = 0; i + r <= n; ++r) {
      const double susceptible = static_cast<double>(n - i - r);
      const double infected = static_cast<double>(i);
      if (i + r < n)
        chain.add(state(i, r), state(i + 1, r), per_rate(world) * world.rate_per_s * infected * susceptible);
      for (const World::Rule& rule : world.rules) {
        const double rate = rule.rate_at(time_s);
        if (rule.concerns_susceptible() && i + r < n) chain.add(state(i, r), state(i, r + 1), rate * susceptible);
        if (!rule.concerns_infected() || i == 0) continue;
        chain.add(state(i, r), rule.kind == Kind::patch ? state(i - 1, r + 1) : state(i - 1, r), rate * infected);
      }
    }
  }
  return chain;
}

/// Patching of all kinds, cleaning and windows: numbers infected and immune at two times, one of them inside a window.
std::vector<Check> all_rules(Construction construction, std::uint64_t seed) {
  World world{.hosts = 6, .address_bits = 6, .seeds = 2, .rate_per_s = 8};
  world.rules = {{Kind::patch, Target::all, 0.08, 2.0, 6.0},
                 {Kind::patch, Target::susceptible, 0.05, 0.0, never},
                 {Kind::patch, Target::infected, 0.06, 3.0, never},
                 {Kind::clean, Target::infected, 0.3, 0.0, 5.0},
                 {Kind::reboot, Target::infected, 0.1, 0.0, never}};
  world.end_s = 8;
  const std::size_t n = world.hosts;
  constexpr double first_s = 4;
  constexpr double second_s = 7;
  const auto walk = [&](std::vector<double> at, std::initializer_list<double> times) {
    for (auto from = times.begin(); from + 1 != times.end(); ++from) {
      at = chain_with_rules(world, 0.5 * (from[0] + from[1])).after(std::move(at), from[1] - from[0]);
    }
    return at;
  };
  std::vector<double> start((n + 1) * (n + 1), 0.0);
  start[2 * (n + 1)] = 1;
  const std::vector<double> at_first = walk(start, {0, 2, 3, first_s});
  const std::vector<double> at_second = walk(at_first, {first_s, 5, 6, second_s});
  const Runs runs(world, construction, seed);
  std::vector<std::uint64_t> seen_first(at_first.size());
  std::vector<std::uint64_t> seen_second(at_first.size());
  std::vector<std::uint64_t> joint_infected((n + 1) * (n + 1));
  for (std::uint32_t i = 0; i < 20'000; ++i) {
    const RunResult run = runs.run(i);
    const Counts first = counts_at(run, first_s);
    const Counts second = counts_at(run, second_s);
    if (first.infected + first.immune > n || second.infected + second.immune > n) return {{"", 0}, {"", 0}, {"", 0}};
    ++seen_first[first.infected * (n + 1) + first.immune];
    ++seen_second[second.infected * (n + 1) + second.immune];
    ++joint_infected[first.infected * (n + 1) + second.infected];
  }
  std::vector<double> expected_joint((n + 1) * (n + 1), 0.0);
  for (std::size_t s = 0; s < at_first.size(); ++s) {
    if (at_first[s] == 0) continue;
    std::vector<double> at(at_first.size(), 0.0);
    at[s] = at_first[s];
    at = walk(std::move(at), {first_s, 5, 6, second_s});
    for (std::size_t e = 0; e < at.size(); ++e) expected_joint[s / (n + 1) * (n + 1) + e / (n + 1)] += at[e];
  }
  return {{"infected and immune inside the window", chi_square_p(seen_first, at_first)},
          {"infected and immune after it", chi_square_p(seen_second, at_second)},
          {"infected at both times", chi_square_p(joint_infected, expected_joint)}};
}

/// Extinction: copies are patched away; how many hosts have caught the worm in the end. 1 means that the seed died out
/// without a victim.
std::vector<Check> extinction(Construction construction, std::uint64_t seed) {
  World world{.hosts = 8, .address_bits = 6, .rate_per_s = 4, .success = 0.8};
  world.rules = {{Kind::patch, Target::infected, 0.3}};
  world.end_s = 120;  // all copies are gone but with probability 8 e^-36
  const std::size_t n = world.hosts;
  // States (immune, ever infected) with infected = ever - immune: every move raises one of the two.
  const auto state = [&](std::size_t immune, std::size_t ever) { return immune * (n + 1) + ever; };
  MarkovChain chain((n + 1) * (n + 1));
  for (std::size_t immune = 0; immune <= n; ++immune) {
    for (std::size_t ever = immune + 1; ever <= n; ++ever) {
      const double infected = static_cast<double>(ever - immune);
      if (ever < n) {
        chain.add(state(immune, ever), state(immune, ever + 1),
                  per_rate(world) * world.rate_per_s * infected * static_cast<double>(n - ever));
      }
      chain.add(state(immune, ever), state(immune + 1, ever), 0.3 * infected);
    }
  }
  std::vector<double> at((n + 1) * (n + 1), 0.0);
  at[state(0, 1)] = 1;
  at = chain.in_the_end(std::move(at));
  std::vector<double> expected(n + 1);
  for (std::size_t ever = 0; ever <= n; ++ever) expected[ever] = at[state(ever, ever)];
  const Runs runs(world, construction, seed);
  std::vector<std::uint64_t> seen(n + 1);
  std::uint64_t minor = 0;
  constexpr std::uint32_t replicates = 20'000;
  for (std::uint32_t i = 0; i < replicates; ++i) {
    const std::size_t ever = runs.run(i).infections.size();
    if (ever > n) return {{"final size", 0}, {"no victim at all", 0}};
    ++seen[ever];
    minor += ever == 1 ? 1 : 0;
  }
  return {{"final size", chi_square_p(seen, expected)},
          {"no victim at all", binomial_p(minor, replicates, expected[1])}};
}

/// Reinfection: how often one host catches the worm within a window, in a world of five that cleans and catches anew.
std::vector<Check> reinfection(Construction construction, std::uint64_t seed) {
  World world{.hosts = 5, .address_bits = 5, .seeds = 3, .rate_per_s = 6};
  world.rules = {{Kind::clean, Target::infected, 0.4}};
  world.end_s = 12;
  constexpr std::size_t others = 4;
  constexpr std::size_t most = 20;
  // (infected others, does host 0 have it, how often it caught it)
  const auto state = [](std::size_t i, std::size_t own, std::size_t caught) {
    return (i * 2 + own) * (most + 1) + caught;
  };
  MarkovChain chain((others + 1) * 2 * (most + 1));
  const double hit = per_rate(world) * world.rate_per_s;
  for (std::size_t i = 0; i <= others; ++i) {
    for (std::size_t own = 0; own <= 1; ++own) {
      const double active = static_cast<double>(i + own);
      for (std::size_t caught = 0; caught <= most; ++caught) {
        if (i < others)
          chain.add(state(i, own, caught), state(i + 1, own, caught), hit * active * static_cast<double>(others - i));
        if (i > 0) chain.add(state(i, own, caught), state(i - 1, own, caught), 0.4 * static_cast<double>(i));
        if (own == 1) chain.add(state(i, 1, caught), state(i, 0, caught), 0.4);
        if (own == 0)
          chain.add(state(i, 0, caught), state(i, 1, std::min(most, caught + 1)), hit * static_cast<double>(i));
      }
    }
  }
  std::vector<double> at((others + 1) * 2 * (most + 1), 0.0);
  at[state(2, 1, 1)] = 3.0 / 5;
  at[state(3, 0, 0)] = 2.0 / 5;
  at = chain.after(std::move(at), world.end_s);
  std::vector<double> expected(most + 1, 0.0);
  for (std::size_t s = 0; s < at.size(); ++s) expected[s % (most + 1)] += at[s];
  const Runs runs(world, construction, seed);
  std::vector<std::uint64_t> seen_first(most + 1);
  std::vector<std::uint64_t> seen_last(most + 1);
  for (std::uint32_t i = 0; i < 20'000; ++i) {
    const std::vector<std::uint32_t> host = runs.run(i).infections.host;
    ++seen_first[std::min(most, static_cast<std::size_t>(std::count(host.begin(), host.end(), 0u)))];
    ++seen_last[std::min(most, static_cast<std::size_t>(std::count(host.begin(), host.end(), 4u)))];
  }
  return {{"infections of the first host", chi_square_p(seen_first, expected)},
          {"infections of the last host", chi_square_p(seen_last, expected)}};
}

}  // namespace

std::vector<Group> master_groups() {
  return {{"master equation, spread only", 3, true, spread_only},
          {"master equation, two classes", 2, true, two_classes},
          {"master equation, all rules", 3, false, all_rules},
          {"extinction", 2, false, extinction},
          {"reinfection", 2, false, reinfection}};
}

}  // namespace secondwave::law
