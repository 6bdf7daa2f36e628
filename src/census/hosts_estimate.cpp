#include "census/hosts_estimate.hpp"

#include <algorithm>
#include <cmath>

#include "census/hosts_fit.hpp"
#include "random/samplers.hpp"
#include "random/stream.hpp"

namespace secondwave {
namespace {

// What the laws of the model leave out (chances to be on that differ within a stratum, addresses that another infected
// host takes over, rates that are not gamma): standard deviation of the logarithm, set on the simulated worlds of seeds
// 1000 and more, judged on others (tests/census/hosts_test.cpp).
constexpr double model_doubt = 0.02;
constexpr std::uint32_t most_simulated = 500;  // hosts of a simulated world; the spread is scaled to the true number

/// What is fitted to a stratum.
struct Fitted {
  HitLaw hits;
  RecaptureLaw recapture;
  HostSteps steps;
  bool possible = false;
};

Fitted fit(const HostSample::Stratum& stratum) {
  Fitted fitted;
  HostSteps& steps = fitted.steps;
  steps.addresses = stratum.addresses;
  const auto periods = static_cast<std::uint32_t>(stratum.seen.size());
  std::uint32_t used = 0;
  double seen = 0;
  for (const std::uint64_t each : stratum.seen) {
    used += each > 0 ? 1 : 0;
    seen += static_cast<double>(each);
  }
  if (used < 2) return fitted;
  steps.a_period = seen / used;
  fitted.hits = fit_hits(stratum.hits);
  steps.seen_share = 1.0 - fitted.hits.unseen();
  std::vector<double> chance(HostSample::most_hits + 1);
  for (std::size_t h = 1; h < chance.size(); ++h) chance[h] = fitted.hits.seen_again(static_cast<double>(h));
  // Of those seen in a period, how many would be seen again were they on under the same address.
  std::vector<double> expected(periods);
  for (std::uint32_t t = 0; t < periods; ++t) {
    const std::uint64_t* base = &stratum.base[t * chance.size()];
    for (std::size_t h = 1; h < chance.size(); ++h) expected[t] += static_cast<double>(base[h]) * chance[h];
  }
  std::vector<double> again(periods);
  std::vector<double> base(periods);
  for (std::uint32_t k = 1; k < periods; ++k) {
    again[k] = static_cast<double>(stratum.pairs[k]);
    for (std::uint32_t t = 0; t + k < periods; ++t) base[k] += stratum.seen[t + k] > 0 ? expected[t] : 0;
  }
  fitted.recapture = fit_recapture(again, base);
  if (fitted.recapture.on <= 0 || steps.seen_share < 1e-3) return fitted;
  steps.on_share = fitted.recapture.on;
  steps.kept = fitted.recapture.fixed + (1.0 - fitted.recapture.fixed) * fitted.recapture.kept;
  steps.estimate = steps.a_period / steps.seen_share / steps.on_share;
  fitted.possible = true;
  return fitted;
}

/// A world as fitted: `hosts` hosts, some with fixed addresses, on in a period by chance, rates by the gamma law.
HostSample::Stratum simulate(const Fitted& law, std::uint32_t hosts, std::uint32_t periods, Stream& stream) {
  HostSample sample(periods, 1, 1);
  std::vector<HostSample::Cell> cells;
  const auto flush = [&] {
    if (!cells.empty()) sample.add(0, cells);
    cells.clear();
  };
  const double shape = 1.0 / std::max(law.hits.cv2, 1e-3);
  for (std::uint32_t host = 0; host < hosts; ++host) {
    const double rate = law.hits.mean * draw_gamma(stream, shape) / shape;
    const bool fixed = stream.uniform() <= law.recapture.fixed;
    for (std::uint32_t t = 0; t < periods; ++t) {
      if (t > 0 && !fixed && stream.uniform() > law.recapture.kept) flush();
      if (stream.uniform() > law.recapture.on) continue;
      const std::uint64_t hits = draw_poisson(stream, rate);
      if (hits > 0) cells.push_back({t, static_cast<std::uint32_t>(hits)});
    }
    flush();
  }
  return sample.strata()[0];
}

/// Mean and variance of ln(estimate / truth) over worlds as fitted.
struct Spread {
  double bias = 0;
  double variance = 0;
};

Spread error_of(const Fitted& fitted, std::uint32_t periods, const HostSetting& setting, std::uint32_t number) {
  const double true_hosts = std::max(1.0, fitted.steps.estimate);
  const auto hosts = static_cast<std::uint32_t>(std::clamp(true_hosts, 20.0, double{most_simulated}));
  double sum = 0;
  double squares = 0;
  int done = 0;
  for (int i = 0; i < setting.replicates; ++i) {
    Stream stream(setting.seed, {static_cast<std::uint32_t>(i), number, Purpose::parameter, 0});
    const Fitted again = fit(simulate(fitted, hosts, periods, stream));
    if (!again.possible) continue;
    const double error = std::log(again.steps.estimate / hosts);
    sum += error;
    squares += error * error;
    ++done;
  }
  if (done < 5) return {0, 1};
  const double mean = sum / done;
  const double variance = std::max(1e-8, (squares - sum * mean) / (done - 1));
  return {mean * hosts / true_hosts, variance * hosts / true_hosts};
}

/// Hosts behind an address that is on, and the variance of its logarithm without the doubt about the rate, which all
/// strata share.
struct Sharing {
  double hosts_per_address = 1;
  double variance = 0;
  bool known = false;
};

Sharing sharing_of(const HostSample::Stratum& stratum, const HostSetting& setting, const Fitted& fitted) {
  const double per_s = setting.sighting_probability * setting.scan_rate_per_s;
  if (stratum.sessions_measured < 20 || per_s <= 0) return {};
  // About half of the spread of hits is that of the hours on and of the sharing itself, which is no doubt about the
  // mean rate of these hosts. Sessions too short to be measured count as the mean; those in which nothing was seen as
  // well.
  const double mean_s = stratum.measured_on_s / static_cast<double>(stratum.sessions_measured);
  const double on_s = mean_s * static_cast<double>(stratum.sessions) / fitted.steps.seen_share;
  const double hosts = std::max(1.0, fitted.steps.estimate);
  const double variance = 1.0 / stratum.session_hits + 0.5 * fitted.hits.cv2 / hosts;
  return {std::max(1.0, stratum.session_hits / per_s / on_s), variance, true};
}

void explain(const HostSetting& setting, bool sharing, bool churn, HostEstimate& result) {
  result.method =
      "recapture over periods (Jolly-Seber; a change of address is a death and a birth), hits as a "
      "zero-truncated gamma-Poisson law";
  if (sharing) result.method += ", hosts behind an address by hits over scan rate and sensor coverage";
  result.method += "; interval from simulated worlds";
  result.assumptions = {"the hosts of a stratum are on equally often, independently from period to period",
                        "hosts stay infected from the first to the last period",
                        "an address that another infected host takes over is rare"};
  if (!churn) result.assumptions.emplace_back("too few periods to tell changes of address: none were assumed");
  if (sharing) {
    result.assumptions.emplace_back("an address is on in one stretch of a period, with all hosts behind it");
    result.assumptions.emplace_back("the mean scan rate is the one stated, within its standard deviation");
  } else {
    result.assumptions.emplace_back(setting.scan_rate_per_s > 0
                                        ? "each address stands for one host at a time: too few hits to tell"
                                        : "each address stands for one host at a time (no scan rate was stated)");
  }
}

}  // namespace

HostSample::HostSample(std::uint32_t periods, double period_s, std::size_t strata)
    : periods_(periods), period_s_(period_s), strata_(strata) {
  SECONDWAVE_REQUIRE(periods >= 1 && periods <= 4000 && strata >= 1 && strata <= 16);
  for (Stratum& stratum : strata_) {
    stratum.seen.resize(periods);
    stratum.pairs.resize(periods);
    stratum.hits.resize(most_hits + 1);
    stratum.base.resize(std::size_t{periods} * (most_hits + 1));
  }
}

void HostSample::add(std::size_t stratum, const std::vector<Cell>& cells) {
  Stratum& into = strata_[stratum];
  ++into.addresses;
  for (std::size_t i = 0; i < cells.size(); ++i) {
    const std::uint32_t hits = std::clamp(cells[i].hits, 1u, most_hits);
    ++into.seen[cells[i].period];
    ++into.hits[hits];
    ++into.base[std::size_t{cells[i].period} * (most_hits + 1) + hits];
    for (std::size_t j = i + 1; j < cells.size(); ++j) ++into.pairs[cells[j].period - cells[i].period];
  }
}

void HostSample::add_session(std::size_t stratum, std::uint32_t hits, double span_s) {
  Stratum& into = strata_[stratum];
  ++into.sessions;
  into.session_hits += hits;
  if (hits < 2) return;
  // The span of n uniform points is (n - 1) / (n + 1) of the stretch on which they fall, in the mean.
  ++into.sessions_measured;
  into.measured_on_s += std::min(period_s_, span_s * (hits + 1.0) / (hits - 1.0));
}

HostEstimate estimate_hosts(const HostSample& sample, const HostSetting& setting) {
  HostEstimate result;
  double total = 0;
  double variance = 0;
  double in_use = 0;
  bool churn = true;
  bool shared = false;
  for (std::size_t i = 0; i < sample.strata().size(); ++i) {
    const HostSample::Stratum& stratum = sample.strata()[i];
    result.addresses += stratum.addresses;
    if (stratum.addresses == 0) continue;
    Fitted fitted = fit(stratum);
    if (!fitted.possible) {
      result.reason = "no address is seen in two periods: nothing tells absence from a change of address";
      return result;
    }
    churn = churn && fitted.recapture.fitted;
    const Spread error = error_of(fitted, sample.periods(), setting, static_cast<std::uint32_t>(i));
    const Sharing sharing = sharing_of(stratum, setting, fitted);
    shared = shared || sharing.known;
    fitted.steps.estimate *= std::exp(-error.bias);
    fitted.steps.hosts_per_address = sharing.hosts_per_address;
    const double hosts = fitted.steps.estimate * sharing.hosts_per_address;
    in_use += fitted.steps.estimate;
    total += hosts;
    variance += hosts * hosts * (error.variance + sharing.variance);
    result.strata.push_back(fitted.steps);
  }
  if (total <= 0) {
    result.reason = "no address was seen";
    return result;
  }
  double relative = variance / total / total + model_doubt * model_doubt;
  if (shared) {
    const double doubt = setting.scan_rate_sd_per_s / setting.scan_rate_per_s;
    relative += doubt * doubt;
  }
  explain(setting, shared, churn, result);
  result.hosts_per_address = total / in_use;
  result.relative_sd = std::sqrt(relative);
  result.estimate = total;
  result.p05 = total * std::exp(-normal_90 * result.relative_sd);
  result.p95 = total * std::exp(normal_90 * result.relative_sd);
  return result;
}

}  // namespace secondwave
