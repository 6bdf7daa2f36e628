#include "world/rates.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <span>

#include "random/batch.hpp"
#include "random/samplers.hpp"
#include "random/stream.hpp"
#include "world/quantity.hpp"

namespace secondwave {
namespace {

constexpr std::size_t batch = 2048;  ///< hosts whose words are drawn at once: 32 kB, stays in the first cache

StreamName rate_stream(std::uint32_t replicate, std::uint64_t host) {
  return {.replicate = replicate, .entity = static_cast<std::uint32_t>(host), .purpose = Purpose::scan_rate};
}

/// One host's rate, drawn until it is within bounds.
double draw_rate(const RateModel& model, double mean, Stream& stream) {
  while (true) {
    double rate = mean;
    if (model.law == RateLaw::gamma) rate = mean * (draw_gamma(stream, model.shape) / model.shape);
    if (model.law == RateLaw::lognormal) {
      rate = mean * fixed_exp(model.shape * draw_normal(stream) - 0.5 * model.shape * model.shape);
    }
    if (rate <= largest_scan_rate_per_s) return rate;
  }
}

/// A law on the positive numbers gives 0 only by underflow: such a host still scans, one tick.
RateTicks positive_ticks(double rate, double mean) {
  return std::max<RateTicks>(to_rate_ticks(rate), mean > 0.0 ? 1 : 0);
}

/// Calls use(i, class) for each host first + i, i < count.
template <class Use>
void pick_classes(std::span<const double> cumulative, std::uint64_t first, std::size_t count, std::uint64_t seed,
                  std::uint32_t replicate, Use use) {
  std::array<std::uint64_t, 2 * batch> words;
  const std::span<std::uint64_t> used(words.data(), 2 * count);
  const StreamName name{
      .replicate = replicate, .entity = static_cast<std::uint32_t>(first), .purpose = Purpose::host_class};
  fill_entities(seed, name, 0, used);
  for (std::size_t i = 0; i < count; ++i) {
    const auto found = std::lower_bound(cumulative.begin(), cumulative.end(), to_uniform(used[2 * i]));
    use(i, static_cast<std::size_t>(found - cumulative.begin()));
  }
}

/// The mean rate of each host of [first, first + means.size()), by its class.
void pick_means(const RateModel& model, std::span<const double> cumulative, std::uint64_t first, std::uint64_t seed,
                std::uint32_t replicate, std::span<double> means) {
  if (model.classes.size() == 1) {
    std::fill(means.begin(), means.end(), model.classes[0].mean_per_s);
    return;
  }
  pick_classes(cumulative, first, means.size(), seed, replicate,
               [&](std::size_t i, std::size_t host_class) { means[i] = model.classes[host_class].mean_per_s; });
}

/// Exponential rates (gamma of shape 1): the first word of each host's stream, in vector loops. Gives the bits that
/// draw_rate gives.
void fill_exponential_rates(const RateModel& model, std::uint64_t first, std::uint64_t seed, std::uint32_t replicate,
                            std::span<const double> means, std::span<RateTicks> ticks) {
  std::array<std::uint64_t, 2 * batch> words;
  fill_entities(seed, rate_stream(replicate, first), 0, std::span(words).first(2 * means.size()));
  for (std::size_t i = 0; i < means.size(); ++i) words[i] = words[2 * i];
  std::array<double, batch> draws;
  to_exponentials(std::span(words).first(means.size()), std::span(draws).first(means.size()));
  for (std::size_t i = 0; i < means.size(); ++i) {
    double rate = means[i] * draws[i];
    if (rate > largest_scan_rate_per_s) {
      Stream stream(seed, rate_stream(replicate, first + i));
      rate = draw_rate(model, means[i], stream);
    }
    ticks[i] = positive_ticks(rate, means[i]);
  }
}

void fill_rates(const RateModel& model, std::uint64_t first, std::uint64_t seed, std::uint32_t replicate,
                std::span<const double> means, std::span<RateTicks> ticks) {
  if (model.law == RateLaw::gamma && model.shape == 1.0) {
    fill_exponential_rates(model, first, seed, replicate, means, ticks);
    return;
  }
  for (std::size_t i = 0; i < means.size(); ++i) {
    Stream stream(seed, rate_stream(replicate, first + i));
    ticks[i] = positive_ticks(draw_rate(model, means[i], stream), means[i]);
  }
}

/// Cumulative shares of the classes; the last is 1, so that every uniform number in (0, 1] finds its class.
std::vector<double> cumulative_shares(const RateModel& model) {
  double sum = 0.0;
  for (const RateModel::Class& one : model.classes) sum += one.weight;
  std::vector<double> cumulative;
  double below = 0.0;
  std::size_t last_used = 0;
  for (std::size_t i = 0; i < model.classes.size(); ++i) {
    below += model.classes[i].weight;
    cumulative.push_back(below / sum);
    if (model.classes[i].weight > 0.0) last_used = i;
  }
  for (std::size_t i = last_used; i < cumulative.size(); ++i) cumulative[i] = 1.0;
  return cumulative;
}

tl::unexpected<Error> too_fast_in_sum() {
  return failure(ErrorKind::data, "The scan rates of all hosts add up to more than 2^38 targets per second.", {},
                 "Lower the scan rate or the number of vulnerable hosts.");
}

bool within(double value, double low, double high) {
  return value >= low && value <= high;
}  // false for NaN

}  // namespace

RateTicks to_rate_ticks(double per_s) {
  SECONDWAVE_REQUIRE(within(per_s, 0.0, largest_scan_rate_per_s));
  if (per_s == 0.0) return 0;
  return std::max<RateTicks>(1, static_cast<RateTicks>(std::floor(per_s * rate_ticks_per_unit + 0.5)));
}

RateModel draw_rate_model(const WormSpec& worm, const PopulationSpec& population, std::uint64_t seed,
                          std::uint32_t replicate) {
  const auto draw = [&](const Quantity& quantity, const std::string& key) {
    return draw_quantity(quantity, seed, replicate, key);
  };
  RateModel model{.law = worm.rate_law, .shape = 1.0, .classes = {}};
  if (worm.rate_law != RateLaw::constant) model.shape = draw(worm.rate_shape, "worm.rate_shape");
  for (const HostClassSpec& one : population.classes) {
    const std::string key = "population.classes." + one.name;
    const double mean_per_s = one.has_own_rate() ? draw(one.scan_rate_per_s, key + ".scan_rate_per_s")
                                                 : draw(worm.scan_rate_per_s, "worm.scan_rate_per_s") *
                                                       draw(one.scan_rate_factor, key + ".scan_rate_factor");
    model.classes.push_back({.weight = draw(one.share, key + ".share"), .mean_per_s = mean_per_s});
  }
  if (model.classes.empty()) {
    model.classes.push_back({.weight = 1.0, .mean_per_s = draw(worm.scan_rate_per_s, "worm.scan_rate_per_s")});
  }
  return model;
}

std::vector<std::uint8_t> draw_classes(const RateModel& model, std::uint64_t hosts, std::uint64_t seed,
                                       std::uint32_t replicate) {
  SECONDWAVE_REQUIRE(model.classes.size() <= 256);
  std::vector<std::uint8_t> classes(hosts, 0);
  if (model.classes.size() == 1) return classes;
  const std::vector<double> cumulative = cumulative_shares(model);
  for (std::uint64_t first = 0; first < hosts; first += batch) {
    pick_classes(cumulative, first, std::min<std::uint64_t>(batch, hosts - first), seed, replicate,
                 [&](std::size_t i, std::size_t c) { classes[first + i] = static_cast<std::uint8_t>(c); });
  }
  return classes;
}

Status check_rates(const RateModel& model, std::uint64_t hosts) {
  SECONDWAVE_REQUIRE(!model.classes.empty() && hosts < (std::uint64_t{1} << 32));
  double weights = 0.0;
  double weighted = 0.0;
  for (const RateModel::Class& one : model.classes) {
    if (!within(one.mean_per_s, 0.0, largest_scan_rate_per_s)) {
      return failure(
          ErrorKind::data,
          fmt::format("A scan rate of {:g} targets per second is not within 0 to 1,000,000.", one.mean_per_s));
    }
    if (!within(one.weight, 0.0, 1e12)) {
      return failure(ErrorKind::data,
                     fmt::format("The share {:g} of a class of hosts is not within 0 to 1e12.", one.weight));
    }
    weights += one.weight;
    weighted += one.weight * one.mean_per_s;
  }
  if (!(weights > 0.0)) return failure(ErrorKind::data, "The shares of the classes of hosts are all zero.");
  if (model.law == RateLaw::gamma && !within(model.shape, 1e-3, 1e6)) {
    return failure(ErrorKind::data, fmt::format("The gamma shape {:g} is not within 0.001 to 1,000,000.", model.shape));
  }
  if (model.law == RateLaw::lognormal && !within(model.shape, 0.0, 20.0)) {
    return failure(ErrorKind::data, fmt::format("The lognormal sigma {:g} is not within 0 to 20.", model.shape));
  }
  // Ticks are 2^-24 per second and their sum must stay below 2^63: half of that for the mean, the rest for chance.
  if (static_cast<double>(hosts) * (weighted / weights) > 0x1p38) return too_fast_in_sum();
  return {};
}

Result<HostRates> draw_rates(const RateModel& model, std::uint64_t hosts, std::uint64_t seed, std::uint32_t replicate) {
  if (const Status checked = check_rates(model, hosts); !checked) return tl::unexpected<Error>(checked.error());
  HostRates rates;
  if (model.law == RateLaw::constant && model.classes.size() == 1) {
    rates.equal = to_rate_ticks(model.classes[0].mean_per_s);
    rates.total = rates.equal * hosts;
    return rates;
  }
  rates.ticks.resize(hosts);
  const std::vector<double> cumulative = cumulative_shares(model);
  std::array<double, batch> means;
  for (std::uint64_t first = 0; first < hosts; first += batch) {
    const std::size_t count = std::min<std::uint64_t>(batch, hosts - first);
    pick_means(model, cumulative, first, seed, replicate, std::span(means).first(count));
    fill_rates(model, first, seed, replicate, std::span(means).first(count),
               std::span(rates.ticks).subspan(first, count));
  }
  // Each rate is below 2^44 and there are fewer than 2^32: stop before the sum leaves 63 bits.
  for (const RateTicks ticks : rates.ticks) {
    rates.total += ticks;
    if (rates.total >> 63 != 0) return too_fast_in_sum();
  }
  return rates;
}

}  // namespace secondwave
