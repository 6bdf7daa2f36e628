#include "sensor/telescope.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <limits>
#include <memory>
#include <optional>

#include "base/error.hpp"
#include "random/batch.hpp"
#include "random/samplers.hpp"
#include "random/stream.hpp"

namespace secondwave {
namespace {

/// From this many expected hits in a bin on, the bin is drawn at once instead of hit by hit.
constexpr double many_hits_per_bin = 16;

constexpr std::uint32_t not_seen = 0xFFFFFFFFu;

/// The numbers of one copy, straight from its stream.
class OwnLuck {
 public:
  OwnLuck(std::uint64_t seed, const StreamName& name) : stream_(seed, name) {}
  [[nodiscard]] double exponential() { return stream_.exponential(); }
  [[nodiscard]] double uniform() { return stream_.uniform(); }
  [[nodiscard]] Stream& stream() { return stream_; }

 private:
  Stream stream_;
};

/// The first numbers of many hosts' streams, made together, as that is several times faster; most hosts need no more.
class PreparedLuck {
 public:
  static constexpr std::uint32_t hosts = 1024;

  /// Prepares hosts first, first+1, ...: blocks 0 and 1 of each.
  void prepare(std::uint64_t seed, const StreamName& name) {
    for (std::uint32_t block = 0; block < 2; ++block) {
      fill_entities(seed, name, block, words_[block]);
      to_exponentials(words_[block], exponentials_[block]);
    }
    seed_ = seed;
    name_ = name;
  }

  /// The numbers of one prepared host, the same as OwnLuck's.
  class Luck {
   public:
    Luck(const PreparedLuck& all, std::uint32_t index) : all_(all), index_(index) {}
    [[nodiscard]] double exponential() {
      if (used_ < 4) {
        const std::uint32_t at = used_++;
        return all_.exponentials_[at / 2][2 * index_ + at % 2];
      }
      return later().exponential();
    }
    [[nodiscard]] double uniform() {
      if (used_ < 4) {
        const std::uint32_t at = used_++;
        return to_uniform(all_.words_[at / 2][2 * index_ + at % 2]);
      }
      return later().uniform();
    }
    /// The stream from its start: for draws that take their numbers in other ways. Requires that none was taken.
    [[nodiscard]] Stream& stream() {
      SECONDWAVE_REQUIRE(used_ == 0);
      return stream_.emplace(all_.seed_, name());
    }

   private:
    [[nodiscard]] StreamName name() const {
      StreamName own = all_.name_;
      own.entity += index_;
      return own;
    }
    [[nodiscard]] Stream& later() {
      if (!stream_) {
        stream_.emplace(all_.seed_, name());
        for (int i = 0; i < 4; ++i) static_cast<void>(stream_->next());
      }
      return *stream_;
    }

    const PreparedLuck& all_;
    std::uint32_t index_;
    std::uint32_t used_ = 0;
    std::optional<Stream> stream_;
  };

 private:
  std::uint64_t seed_ = 0;
  StreamName name_;
  std::array<std::array<std::uint64_t, 2 * hosts>, 2> words_{};
  std::array<std::array<double, 2 * hosts>, 2> exponentials_{};
};

class Observation {
 public:
  Observation(const Telescope& telescope, const RunResult& run, const CancelToken* cancel)
      : telescope_(telescope), cancel_(cancel), pace_(run.pace), end_s_(run.end_s) {
    const double bins = std::ceil(end_s_ / telescope.bin_s);
    SECONDWAVE_REQUIRE(bins >= 0 && bins <= max_sensor_bins);
    const auto size = static_cast<std::size_t>(bins);
    counts_.sensor = telescope.name;
    counts_.bin_s = telescope.bin_s;
    for (auto* series : {&counts_.packets, &counts_.targets, &counts_.sources, &counts_.new_sources}) {
      series->resize(size);
    }
    last_bin_.assign(run.activity.recorded ? run.activity.addresses : run.hosts, not_seen);
    shared_ = run.activity.shared;
    whole_packets_ = static_cast<std::uint64_t>(std::floor(telescope.packets_per_target));
    extra_packet_ = telescope.packets_per_target - std::floor(telescope.packets_per_target);
    simple_ = extra_packet_ == 0 && telescope.loss == 0;
  }

  /// One copy: scans from `from_s` to `until_s` under the address of this number (that of the host, where addresses do
  /// not change) and hits the telescope `hits_per_s` times a second. `luck` gives the copy's numbers.
  template <class Luck>
  void add_copy(std::uint32_t host, double from_s, double until_s, double hits_per_s, Luck& luck) {
    until_s = std::min(until_s, end_s_);
    if (hits_per_s <= 0 || from_s >= until_s || cancelled()) return;
    if (hits_per_s * telescope_.bin_s < many_hits_per_bin) {
      hit_by_hit(host, from_s, until_s, hits_per_s, luck);
    } else {
      bin_by_bin(host, from_s, until_s, hits_per_s, luck.stream());
    }
  }

  [[nodiscard]] SensorCounts take() {
    if (shared_) count_shared();
    return std::move(counts_);
  }

 private:
  template <class Luck>
  void hit_by_hit(std::uint32_t host, double from_s, double until_s, double hits_per_s, Luck& luck) {
    const double mean_gap_s = 1.0 / hits_per_s;
    double paced_s = paced(from_s);
    const double paced_until_s = paced(until_s);
    while (true) {
      paced_s += luck.exponential() * mean_gap_s;
      if (paced_s >= paced_until_s) return;
      const double time_s = pace_.is_plain() ? paced_s : pace_.time_of(paced_s);
      const std::uint64_t packets = simple_ ? whole_packets_ : surviving_packets(luck);
      if (packets > 0 && !in_outage(time_s)) record(host, bin_of(time_s), 1, packets);
    }
  }

  /// The part of [from_s, until_s) within each bin and outside outages, drawn as one Poisson count of targets.
  void bin_by_bin(std::uint32_t host, double from_s, double until_s, double hits_per_s, Stream& stream) {
    for (std::uint32_t bin = bin_of(from_s); bin < counts_.packets.size() && bin * telescope_.bin_s < until_s; ++bin) {
      const double start_s = std::max(from_s, bin * telescope_.bin_s);
      const double stop_s = std::min(until_s, (bin + 1) * telescope_.bin_s);
      if (start_s >= stop_s) continue;
      const std::uint64_t targets = draw_poisson(stream, hits_per_s * awake_s(start_s, stop_s));
      if (targets > 0) add_targets(host, bin, targets, stream);
    }
  }

  /// Packets and sightings of many targets: those with one packet more, then the losses of each group.
  void add_targets(std::uint32_t host, std::uint32_t bin, std::uint64_t targets, Stream& stream) {
    if (simple_) {
      record(host, bin, targets, targets * whole_packets_);
      return;
    }
    const std::uint64_t longer = draw_binomial(stream, targets, extra_packet_);
    Seen seen = survivors(targets - longer, whole_packets_, stream);
    const Seen more = survivors(longer, whole_packets_ + 1, stream);
    seen.targets += more.targets;
    seen.packets += more.packets;
    if (seen.targets > 0) record(host, bin, seen.targets, seen.packets);
  }

  struct Seen {
    std::uint64_t targets = 0;
    std::uint64_t packets = 0;
  };

  /// Of `targets` with `packets` each: how many lose not all, and how many packets arrive. The packets of a target are
  /// taken one position at a time: `all_lost` targets have had none arrive so far.
  Seen survivors(std::uint64_t targets, std::uint64_t packets, Stream& stream) const {
    Seen seen;
    std::uint64_t all_lost = targets;
    for (std::uint64_t i = 0; i < packets; ++i) {
      const std::uint64_t first_arrivals = draw_binomial(stream, all_lost, 1.0 - telescope_.loss);
      seen.packets += first_arrivals + draw_binomial(stream, seen.targets, 1.0 - telescope_.loss);
      seen.targets += first_arrivals;
      all_lost -= first_arrivals;
    }
    return seen;
  }

  template <class Luck>
  std::uint64_t surviving_packets(Luck& luck) const {
    const std::uint64_t sent = whole_packets_ + (extra_packet_ > 0 && luck.uniform() <= extra_packet_ ? 1 : 0);
    if (telescope_.loss == 0) return sent;
    std::uint64_t arrived = 0;
    for (std::uint64_t i = 0; i < sent; ++i) arrived += luck.uniform() > telescope_.loss ? 1 : 0;
    return arrived;
  }

  [[nodiscard]] std::uint32_t bin_of(double time_s) const {
    const auto bin = static_cast<std::size_t>(time_s / telescope_.bin_s);
    return static_cast<std::uint32_t>(std::min(bin, counts_.packets.size() - 1));
  }

  [[nodiscard]] bool in_outage(double time_s) const {
    return std::any_of(telescope_.outages.begin(), telescope_.outages.end(), [&](const Telescope::Outage& outage) {
      return time_s >= outage.from_s && time_s < outage.until_s;
    });
  }

  [[nodiscard]] double paced(double time_s) const { return pace_.is_plain() ? time_s : pace_.of(time_s); }

  /// Length of [start_s, stop_s) less the outages, in paced time.
  [[nodiscard]] double awake_s(double start_s, double stop_s) const {
    double length = paced(stop_s) - paced(start_s);
    for (const Telescope::Outage& outage : telescope_.outages) {
      const double until_s = std::min(stop_s, outage.until_s);
      const double from_s = std::max(start_s, outage.from_s);
      if (from_s < until_s) length -= paced(until_s) - paced(from_s);
    }
    return std::max(0.0, length);
  }

  void record(std::uint32_t host, std::uint32_t bin, std::uint64_t targets, std::uint64_t packets) {
    counts_.targets[bin] += targets;
    counts_.packets[bin] += packets;
    if (shared_) seen_.push_back((std::uint64_t{host} << 32) | bin);
    if (shared_ || last_bin_[host] == bin) return;
    counts_.sources[bin] += 1;
    if (last_bin_[host] == not_seen) counts_.new_sources[bin] += 1;
    last_bin_[host] = bin;
  }

  /// Where hosts share an address, its sightings do not come in order of time: sources are counted at the end.
  void count_shared() {
    std::sort(seen_.begin(), seen_.end());
    seen_.erase(std::unique(seen_.begin(), seen_.end()), seen_.end());
    std::uint64_t before = ~std::uint64_t{0};
    for (const std::uint64_t one : seen_) {
      const auto bin = static_cast<std::uint32_t>(one);
      counts_.sources[bin] += 1;
      if (one >> 32 != before) counts_.new_sources[bin] += 1;
      before = one >> 32;
    }
  }

  [[nodiscard]] bool cancelled() const { return cancel_ != nullptr && cancel_->cancelled(); }

  const Telescope& telescope_;
  const CancelToken* cancel_;
  const Pace& pace_;
  double end_s_;
  SensorCounts counts_;
  std::vector<std::uint32_t> last_bin_;  ///< of each address: the last bin in which it was seen
  bool shared_ = false;                  ///< may two hosts have one address?
  std::vector<std::uint64_t> seen_;      ///< (address, bin) of each sighting where they may
  std::uint64_t whole_packets_ = 1;
  double extra_packet_ = 0;
  bool simple_ = true;  ///< every target sends the same number of packets and none is lost
};

/// Where no host loses its copy: by host.
template <class Rate>
void observe_single_copies(const RunResult& run, Rate hits_per_s, StreamName name, std::uint64_t seed,
                           Observation& observation) {
  constexpr double not_infected = std::numeric_limits<double>::infinity();
  std::vector<double> from_s(run.hosts, not_infected);
  for (std::size_t i = 0; i < run.infections.size(); ++i) {
    from_s[run.infections.host[i]] = run.infections.scan_from(i);
  }
  const auto luck = std::make_unique<PreparedLuck>();
  for (std::uint32_t start = 0; start < run.hosts; start += PreparedLuck::hosts) {
    name.entity = start;
    luck->prepare(seed, name);
    const std::uint32_t count = std::min(PreparedLuck::hosts, run.hosts - start);
    for (std::uint32_t i = 0; i < count; ++i) {
      PreparedLuck::Luck own(*luck, i);
      observation.add_copy(start + i, from_s[start + i], not_infected, hits_per_s(start + i), own);
    }
  }
}

/// Where a host may have several copies, one after the other: walking the infections in order keeps each host's bins in
/// order.
template <class Rate>
void observe_copies(const RunResult& run, Rate hits_per_s, std::uint32_t generation, std::uint64_t seed,
                    Observation& observation) {
  std::vector<std::uint16_t> copies(run.hosts);
  for (std::size_t i = 0; i < run.infections.size(); ++i) {
    const std::uint32_t host = run.infections.host[i];
    OwnLuck luck(seed, {run.replicate, host, Purpose::sensor, generation | copies[host]++});
    observation.add_copy(host, run.infections.scan_from(i), run.infections.scan_until(i), hits_per_s(host), luck);
  }
}

/// Stretches of activity in their order, which is that of time for each host.
template <class Probability>
void observe_activity(const RunResult& run, Probability probability, std::uint32_t generation, std::uint64_t seed,
                      Observation& observation) {
  const Activity& all = run.activity;
  std::vector<std::uint16_t> stretches(run.hosts);
  for (std::size_t i = 0; i < all.size(); ++i) {
    const std::uint32_t host = all.host[i];
    const double rate_per_s = all.rate_per_s.empty() ? run.rate_of(host) : all.rate_per_s[i];
    OwnLuck luck(seed, {run.replicate, host, Purpose::sensor, generation | stretches[host]++});
    observation.add_copy(all.address[i], all.from_s[i], all.until_s[i], rate_per_s * probability(host), luck);
  }
}

}  // namespace

SensorCounts observe(const Telescope& telescope, const RunResult& run, std::span<const double> hit_probability,
                     std::uint64_t seed, const CancelToken* cancel) {
  SECONDWAVE_REQUIRE(std::isfinite(run.end_s) && telescope.bin_s > 0 && telescope.packets_per_target >= 1);
  SECONDWAVE_REQUIRE(hit_probability.size() == 1 || hit_probability.size() == run.hosts);
  Observation observation(telescope, run, cancel);
  const auto probability = [&](std::uint32_t host) { return hit_probability[hit_probability.size() == 1 ? 0 : host]; };
  const auto hits_per_s = [&](std::uint32_t host) { return run.rate_of(host) * probability(host); };
  if (run.activity.recorded) {
    observe_activity(run, probability, telescope.number << 16, seed, observation);
  } else if (run.infections.scan_until_s.empty()) {
    observe_single_copies(run, hits_per_s, {run.replicate, 0, Purpose::sensor, telescope.number << 16}, seed,
                          observation);
  } else {
    observe_copies(run, hits_per_s, telescope.number << 16, seed, observation);
  }
  return observation.take();
}

}  // namespace secondwave
