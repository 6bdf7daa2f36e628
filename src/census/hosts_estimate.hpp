// From addresses to hosts. A count of addresses is too high where hosts change their addresses, and too low where
// several hosts share one, where hosts are off, and where the sensor sees only some.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/error.hpp"

namespace secondwave {

/// Standard deviations from the middle of a normal law to the ends of its 90% interval.
inline constexpr double normal_90 = 1.6448536269514722;

/// What was seen of addresses in periods of equal length, such as days. Filled address by address.
class HostSample {
 public:
  struct Cell {
    std::uint32_t period = 0;
    std::uint32_t hits = 0;  ///< targets seen, at least 1
  };
  /// Requires 1 to 4000 periods and 1 to 16 strata.
  HostSample(std::uint32_t periods, double period_s, std::size_t strata);

  /// One address with its cells in order of period, none twice. Strata are classes whose hosts behave alike, such as
  /// fixed and changing addresses; the estimates are made in each and added up.
  void add(std::size_t stratum, const std::vector<Cell>& cells);
  /// What an address did within one period: its hits, and the seconds from the first to the last of them. Only for the
  /// number of hosts behind an address.
  void add_session(std::size_t stratum, std::uint32_t hits, double span_s);

  [[nodiscard]] std::uint32_t periods() const { return periods_; }
  [[nodiscard]] double period_s() const { return period_s_; }

  /// Counts up to `most_hits` are told apart; larger ones are all the last.
  static constexpr std::uint32_t most_hits = 400;
  struct Stratum {
    std::uint64_t addresses = 0;
    std::vector<std::uint64_t> seen;      ///< addresses of each period
    std::vector<std::uint64_t> hits;      ///< [h]: (address, period) with h hits
    std::vector<std::uint64_t> pairs;     ///< [k]: (address, period) seen k periods later again
    std::vector<std::uint64_t> base;      ///< [period * (most_hits + 1) + h]: seen then with h hits
    std::uint64_t sessions = 0;           ///< (address, period)
    std::uint64_t sessions_measured = 0;  ///< those of two hits or more
    double session_hits = 0;
    double measured_on_s = 0;  ///< time on of the measured ones, by their hits
  };
  [[nodiscard]] const std::vector<Stratum>& strata() const { return strata_; }

 private:
  std::uint32_t periods_;
  double period_s_;
  std::vector<Stratum> strata_;
};

/// What is known beside the sample.
struct HostSetting {
  double sighting_probability = 0;  ///< of one target (sensor/detection.hpp); 0: not known
  double scan_rate_per_s = 0;       ///< mean targets per second of a host while it is on; 0: not known
  double scan_rate_sd_per_s = 0;    ///< how well that mean is known
  std::uint64_t seed = 1;
  int replicates = 24;  ///< simulated worlds behind the interval
};

/// The steps from addresses to hosts in one stratum.
struct HostSteps {
  std::uint64_t addresses = 0;  ///< seen in the window
  double a_period = 0;          ///< addresses seen in a period, mean
  double seen_share = 1;        ///< of the hosts on in a period, how many are seen (gamma law of rates, zero-truncated)
  double on_share = 1;          ///< of the infected hosts, how many are on in a period
  double kept = 1;              ///< share of the hosts that have kept their address a period later
  double estimate = 0;          ///< addresses in use at a time: hosts, where each has its own
  double hosts_per_address = 1;  ///< behind an address that is on
};

struct HostEstimate {
  std::uint64_t addresses = 0;
  std::optional<double> estimate;  ///< hosts infected in the window
  double p05 = 0;
  double p95 = 0;
  double hosts_per_address = 1;  ///< behind one address at a time
  double relative_sd = 0;        ///< of the logarithm of the estimate
  std::string reason;            ///< why there is none
  std::string method;
  std::vector<std::string> assumptions;
  std::vector<HostSteps> strata;
};

/// Hosts infected in the window, with a 90% interval.
///
/// In each stratum: (1) hits of an address in a period follow a gamma mixture of Poisson laws, of which zero is not
/// seen; its fit gives the share seen of the hosts that are on. (2) How often an address is seen again k periods later
/// falls with k as hosts change their addresses; the share at lag 0, less what the sensor misses, is the share of hosts
/// on in a period. This is the estimator of Jolly (1965) and Seber (1965) with the change of an address in the place of
/// a death and a birth: the number alive at a time is the number of hosts. (3) Where scan rate and sensor are known,
/// hits over the time on (from first and last hit of a period) and over the rate give the hosts behind an address. The
/// interval comes from worlds simulated with what was fitted, and from the doubt about the scan rate. Approximate:
/// docs/quality.md has the measured coverage, and the assumptions are in the result. No estimate where nothing is seen
/// twice, or in fewer than two periods.
[[nodiscard]] HostEstimate estimate_hosts(const HostSample& sample, const HostSetting& setting);

}  // namespace secondwave
