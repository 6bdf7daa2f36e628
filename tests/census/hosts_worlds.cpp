#include "hosts_worlds.hpp"

#include <algorithm>
#include <cmath>
#include <unordered_map>
#include <vector>

#include "random/samplers.hpp"
#include "random/stream.hpp"
#include "sensor/detection.hpp"

namespace secondwave::testing_worlds {
namespace {

struct Luck {
  explicit Luck(std::uint64_t seed) : stream(seed, {0, 0, Purpose::parameter, 7}) {}
  double between(double low, double high) { return low + (high - low) * stream.uniform(); }
  double lognormal(double mean, double cv) {
    const double variance = std::log1p(cv * cv);
    return mean * std::exp(std::sqrt(variance) * draw_normal(stream) - 0.5 * variance);
  }
  Stream stream;
};

/// Hits of each address by the minute, then given to the sample by day.
class Log {
 public:
  /// Hits at a rate per hour from one minute to another, of the whole window.
  void scan(std::uint32_t address, double per_hour, std::uint32_t from, std::uint32_t until, Luck& luck) {
    const std::uint64_t hits = draw_poisson(luck.stream, per_hour * (until - from) / 60.0);
    for (std::uint64_t i = 0; i < hits; ++i) {
      hits_[address].push_back(from + static_cast<std::uint32_t>(luck.stream.below(until - from)));
    }
  }
  void give(std::size_t stratum, HostSample& sample) {
    for (auto& [address, minutes] : hits_) {
      std::sort(minutes.begin(), minutes.end());
      std::vector<HostSample::Cell> days;
      std::uint32_t first = 0;
      for (std::size_t i = 0; i < minutes.size(); ++i) {
        const std::uint32_t day = minutes[i] / 1440;
        if (days.empty() || days.back().period != day) {
          days.push_back({day, 0});
          first = minutes[i];
        }
        ++days.back().hits;
        if (i + 1 == minutes.size() || minutes[i + 1] / 1440 != day) {
          sample.add_session(stratum, days.back().hits, (minutes[i] - first) * 60.0);
        }
      }
      sample.add(stratum, days);
    }
  }
  [[nodiscard]] double addresses() const { return static_cast<double>(hits_.size()); }

 private:
  std::unordered_map<std::uint32_t, std::vector<std::uint32_t>> hits_;
};

}  // namespace

World draw_world(const WorldChoice& choice) {
  Luck luck(choice.seed);
  const auto days = static_cast<std::uint32_t>(luck.between(6, 14));
  World world{.sample = HostSample(days, 86'400, choice.two_strata ? 2 : 1), .setting = {}};
  SensorCoverage coverage;
  coverage.prefixes = {{0x0A000000, static_cast<int>(luck.between(13, 17))}};
  coverage.loss = luck.between(0, 0.3);
  coverage.packets_per_target = luck.between(1, 3);
  const double seen = sighting_probability(coverage);
  world.setting = {.sighting_probability = seen, .scan_rate_per_s = 6, .scan_rate_sd_per_s = 0.4, .seed = choice.seed};
  const double rate = 6 + 0.4 * draw_normal(luck.stream);
  const double cv = luck.between(0.2, 0.8);
  const double sharing = choice.shared_addresses ? luck.between(0, 0.3) : 0;
  const auto behind = [&] { return luck.stream.uniform() < sharing ? 2 + luck.stream.below(4) : 1; };
  const auto rates = [&](std::uint64_t hosts) {
    double sum = 0;
    for (std::uint64_t i = 0; i < hosts; ++i) sum += luck.lognormal(rate, cv);
    return sum * 3600 * seen;
  };
  Log servers;
  const auto server_addresses = static_cast<std::uint32_t>(luck.between(100, 300));
  for (std::uint32_t i = 0; i < server_addresses; ++i) {
    const std::uint64_t hosts = behind();
    world.hosts += static_cast<double>(hosts);
    const double per_hour = rates(hosts);
    servers.scan(i, per_hour, 0, 1440 * days, luck);
  }
  Log homes;
  const auto lines = static_cast<std::uint32_t>(luck.between(200, 700));
  const auto pool = static_cast<std::uint32_t>(lines * luck.between(15, 60));
  const double on_share = luck.between(0.4, 0.9);
  const double change = choice.changes ? luck.between(0, 0.5) : 0;
  const auto minutes = static_cast<std::uint32_t>(luck.between(240, 720));
  for (std::uint32_t line = 0; line < lines; ++line) {
    const std::uint64_t hosts = behind();
    world.hosts += static_cast<double>(hosts);
    const double per_hour = rates(hosts);
    const double own_share = std::clamp(on_share + luck.between(-0.1, 0.1), 0.0, 1.0);
    std::uint64_t address = luck.stream.below(pool);
    for (std::uint32_t day = 0; day < days; ++day) {
      if (luck.stream.uniform() < change) address = luck.stream.below(pool);
      if (luck.stream.uniform() > own_share) continue;
      const std::uint32_t start = 1440 * day + static_cast<std::uint32_t>(luck.stream.below(1440 - minutes + 1));
      homes.scan(static_cast<std::uint32_t>(address), per_hour, start, start + minutes, luck);
    }
  }
  world.addresses = servers.addresses() + homes.addresses();
  servers.give(0, world.sample);
  homes.give(choice.two_strata ? 1 : 0, world.sample);
  return world;
}

}  // namespace secondwave::testing_worlds
