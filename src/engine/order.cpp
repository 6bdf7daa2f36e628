// Order and waits. With uniform scanning, no latency and no removal, every susceptible host is equally likely to be the
// next victim whatever happened before, so the victims' order is a random permutation, and the wait for victim k is
// exponential with rate L_k q (N - k) / 2^bits, L_k the summed scan rate of the first k. The infector is one of the
// first k in proportion to its rate. All these draws are independent, so they are made in batches that vectorise.
#include <algorithm>
#include <cmath>
#include <cstddef>
#include <limits>
#include <numeric>

#include "engine/setting.hpp"
#include "random/batch.hpp"
#include "random/stream.hpp"

namespace secondwave {
namespace {

constexpr std::size_t batch = 2048;

/// Uniform in [0, bound) out of a word; where the word must be rejected to be exact, from a stream kept for that.
std::uint64_t below(std::uint64_t word, std::uint64_t bound, const Setting& setting, Purpose purpose,
                    std::size_t index) {
  const std::uint64_t low = word * bound;
  if (low < bound && low < (0 - bound) % bound) {
    return Stream(setting.seed, setting.stream(purpose, static_cast<std::uint32_t>(index), 1)).below(bound);
  }
  return multiply_high(word, bound);
}

/// A random permutation of the hosts (Fisher and Yates).
std::vector<std::uint32_t> victims_order(const Setting& setting) {
  const std::size_t hosts = setting.parameters.hosts;
  std::vector<std::uint32_t> order(hosts);
  std::iota(order.begin(), order.end(), 0u);
  std::vector<std::uint64_t> words(2 * batch);
  const StreamName name = setting.stream(Purpose::order, 0);
  for (std::size_t start = 0; start < hosts; start += words.size()) {
    const std::size_t count = std::min(words.size(), hosts - start);
    fill_blocks(setting.seed, name, static_cast<std::uint32_t>(start / 2), words);
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t at = start + i;
      const bool lean = planted_fault == Fault::biased_target && words[i] % 20 == 0;
      const std::uint64_t other = lean ? at : at + below(words[i], hosts - at, setting, Purpose::order, at);
      std::swap(order[at], order[other]);
    }
  }
  return order;
}

/// Who of the first k victims owns point `u` of their summed rates. A search in the running sums, through every 64th
/// and every 8th of them, so that it touches three places of memory and not ten.
class RunningRates {
 public:
  explicit RunningRates(const std::vector<std::uint64_t>& ticks, const std::vector<std::uint32_t>& order) {
    sums_.reserve(order.size() + 1);
    sums_.push_back(0);
    for (const std::uint32_t host : order) sums_.push_back(sums_.back() + ticks[host]);
    for (std::size_t i = 0; i < sums_.size(); i += 8) eighth_.push_back(sums_[i]);
    for (std::size_t i = 0; i < sums_.size(); i += 64) sixty_fourth_.push_back(sums_[i]);
  }

  [[nodiscard]] std::uint64_t total_of_first(std::size_t k) const { return sums_[k]; }

  /// The i < k with sums[i] <= u < sums[i+1]. Requires u < total_of_first(k).
  [[nodiscard]] std::size_t owner(std::uint64_t u, std::size_t k) const {
    const std::size_t blocks = (k - 1) / 64 + 1;
    // Where it would be if all rates were equal, give or take; only where it is not there, everywhere.
    const double share = static_cast<double>(u) / static_cast<double>(sums_[k]);
    const std::size_t guess = std::min(static_cast<std::size_t>(share * static_cast<double>(blocks)), blocks - 1);
    std::size_t low = guess - std::min(guess, window / 2);
    std::size_t count = std::min(window, blocks - low);
    const std::size_t next = low + count;
    if (sixty_fourth_[low] > u || (next < blocks && sixty_fourth_[next] <= u)) {
      low = 0;
      count = blocks;
    }
    low = last_not_above(sixty_fourth_, low, count, u) * 8;
    low = last_not_above(eighth_, low, std::min<std::size_t>(8, (k - 1) / 8 + 1 - low), u) * 8;
    return last_not_above(sums_, low, std::min<std::size_t>(8, k - low), u);
  }

 private:
  static constexpr std::size_t window = 64;

  /// The last of `count` ascending values from `low` on that is not above u, the first one if all are; no branches.
  [[nodiscard]] static std::size_t last_not_above(const std::vector<std::uint64_t>& values, std::size_t low,
                                                  std::size_t count, std::uint64_t u) {
    while (count > 1) {
      const std::size_t half = count / 2;
      low = values[low + half] <= u ? low + half : low;
      count -= half;
    }
    return low;
  }

  std::vector<std::uint64_t> sums_;
  std::vector<std::uint64_t> eighth_;
  std::vector<std::uint64_t> sixty_fourth_;
};

}  // namespace

Result<Spread> spread_by_order(const Setting& setting) {
  const std::size_t hosts = setting.parameters.hosts;
  const std::size_t seeds = setting.parameters.initially_infected;
  const double per_tick = setting.pressure_per_tick(1.0, setting.law.block_size(0));
  const bool equal = setting.rates.ticks.empty();
  const StreamName waits = setting.stream(Purpose::wait, 0);

  Spread spread;
  Infections& out = spread.infections;
  out.host = victims_order(setting);
  out.time_s.assign(hosts, 0.0);
  out.infector.assign(hosts, no_host);
  const RunningRates rates(setting.rates.ticks, equal ? std::vector<std::uint32_t>() : out.host);
  const auto total_ticks = [&](std::size_t k) { return equal ? setting.rates.equal * k : rates.total_of_first(k); };

  std::vector<std::uint64_t> words(2 * batch);
  std::vector<std::uint64_t> wait_words(batch);
  std::vector<double> wait(batch);
  double time_s = 0;
  std::size_t infected = seeds;
  // Where the first copies do not scan, nothing ever happens.
  while (total_ticks(infected) > 0 && infected < hosts && time_s <= setting.parameters.end_s) {
    if (setting.cancelled()) return interrupted();
    const std::size_t count = std::min(batch, hosts - infected);
    fill_blocks(setting.seed, waits, static_cast<std::uint32_t>(infected), words);
    for (std::size_t i = 0; i < batch; ++i) wait_words[i] = words[2 * i];
    to_exponentials(wait_words, wait);
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t k = infected + i;
      wait[i] /= per_tick * static_cast<double>(total_ticks(k)) * static_cast<double>(hosts - k);
    }
    for (std::size_t i = 0; i < count; ++i) {
      const std::size_t k = infected + i;
      time_s += wait[i];
      out.time_s[k] = time_s;
      const std::uint64_t word = planted_fault == Fault::reused_stream ? words[2 * i] : words[2 * i + 1];
      const std::uint64_t u = below(word, equal ? k : rates.total_of_first(k), setting, Purpose::wait, k);
      out.infector[k] = out.host[equal ? u : rates.owner(u, k)];
    }
    infected += count;
  }
  // A success of zero gives waits without end: what never happens is cut off as well.
  const double last_s = std::min(setting.parameters.end_s, std::numeric_limits<double>::max());
  const auto ended =
      std::upper_bound(out.time_s.begin(), out.time_s.begin() + static_cast<std::ptrdiff_t>(infected), last_s);
  const auto kept = static_cast<std::size_t>(ended - out.time_s.begin());
  out.time_s.resize(kept);
  out.host.resize(kept);
  out.infector.resize(kept);
  return spread;
}

}  // namespace secondwave
