#include "sensor/watch.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>
#include <vector>

#include "random/samplers.hpp"

namespace secondwave {
namespace {

/// A visit that is kept until its bin is written.
struct KeptVisit {
  std::uint64_t ordinal = 0;  ///< among all visits of the run: names its stream
  double from_s = 0;
  double until_s = 0;
  std::uint32_t host = 0;
  std::uint32_t address = 0;
  std::uint32_t targets = 0;
  std::uint32_t packets = 0;  ///< of each target where there are no steps
  std::uint32_t steps = 0;    ///< index of the first
  std::uint32_t step_count = 0;
  std::uint32_t shorter = 0;
};

/// When a packet repeats the one before it, by how many came before: seconds.
constexpr std::array<double, 5> gaps_s{3, 6, 12, 24, 48};

std::int64_t to_us(double seconds) {
  return static_cast<std::int64_t>(std::floor(seconds * 1e6));
}

/// Sorts by time, 11 bits at a time from the lowest; bits that all share cost nothing. Stable.
void sort_by_time(std::vector<SeenPacket>& packets, std::vector<SeenPacket>& other, std::int64_t base_us) {
  constexpr unsigned digit = 11;
  constexpr std::size_t values = std::size_t{1} << digit;
  std::uint64_t any = 0;
  for (const SeenPacket& packet : packets) any |= static_cast<std::uint64_t>(packet.time_us - base_us);
  other.resize(packets.size());
  for (unsigned shift = 0; shift < 64 && any >> shift != 0; shift += digit) {
    const auto value = [&](const SeenPacket& packet) {
      return static_cast<std::uint64_t>(packet.time_us - base_us) >> shift & (values - 1);
    };
    std::array<std::uint32_t, values> starts{};
    for (const SeenPacket& packet : packets) ++starts[value(packet)];
    std::uint32_t start = 0;
    for (std::uint32_t& count : starts) start += std::exchange(count, start);
    for (const SeenPacket& packet : packets) other[starts[value(packet)]++] = packet;
    packets.swap(other);
  }
}

class Watch {
 public:
  Watch(const Telescope& telescope, const RunResult& run, std::span<const double> hit_probability,
        const PlaceOfHit& place, const WatchOptions& options, const PacketTaker& take)
      : telescope_(telescope),
        run_(run),
        hit_probability_(hit_probability),
        place_(place),
        options_(options),
        take_(take),
        counts_(run.sensors.at(telescope.number)) {
    for (const std::uint64_t packets : counts_.packets) all_packets_ += packets;
  }

  /// Window by window: neighbouring bins whose sightings fit together.
  Status run() {
    const auto bins = static_cast<std::uint32_t>(counts_.targets.size());
    for (std::uint32_t first = 0; first < bins;) {
      std::uint32_t last = first + 1;
      std::uint64_t held = counts_.targets[first];
      while (last < bins && held + counts_.targets[last] <= options_.most) held += counts_.targets[last++];
      if (held > 0) collect(first, last);
      for (std::uint32_t bin = first; bin < last; ++bin) {
        if (const Status written = write_bin(bin, first); !written) return written;
      }
      first = last;
    }
    return {};
  }

 private:
  /// Draws all visits again and keeps those of the window, bin by bin.
  void collect(std::uint32_t first, std::uint32_t last) {
    steps_.clear();
    by_bin_.resize(std::max<std::size_t>(by_bin_.size(), last - first));
    for (auto& visits : by_bin_) visits.clear();
    std::uint64_t ordinal = 0;
    const VisitTaker keep = [&](const Visit& visit) {
      ++ordinal;
      if (visit.bin < first || visit.bin >= last) return;
      by_bin_[visit.bin - first].push_back({.ordinal = ordinal,
                                            .from_s = visit.from_s,
                                            .until_s = visit.until_s,
                                            .host = visit.host,
                                            .address = visit.address,
                                            .targets = static_cast<std::uint32_t>(visit.targets),
                                            .packets = static_cast<std::uint32_t>(visit.packets / visit.targets),
                                            .steps = static_cast<std::uint32_t>(steps_.size()),
                                            .step_count = static_cast<std::uint32_t>(visit.steps.size()),
                                            .shorter = static_cast<std::uint32_t>(visit.shorter)});
      steps_.insert(steps_.end(), visit.steps.begin(), visit.steps.end());
    };
    static_cast<void>(observe(telescope_, run_, hit_probability_, options_.seed, options_.cancel, &keep));
  }

  /// Slice by slice of time, where the bin holds more than fits.
  Status write_bin(std::uint32_t bin, std::uint32_t first_bin) {
    if (cancelled()) return failure(ErrorKind::interrupted, "the writing was interrupted");
    bin_start_s_ = bin * telescope_.bin_s;
    bin_end_s_ = std::min((bin + 1) * telescope_.bin_s, run_.end_s);
    start_us_ = static_cast<std::int64_t>(std::ceil(bin_start_s_ * 1e6));
    end_us_ = std::max(start_us_ + 1, static_cast<std::int64_t>(std::ceil(bin_end_s_ * 1e6)));
    find_awake();
    const std::uint64_t packets = counts_.packets[bin];
    const auto slices = static_cast<std::int64_t>(packets / options_.most + 1);
    for (std::int64_t slice = 0; slice < slices; ++slice) {
      slice_from_us_ = start_us_ + (end_us_ - start_us_) / slices * slice;
      slice_until_us_ = slice + 1 == slices ? end_us_ : start_us_ + (end_us_ - start_us_) / slices * (slice + 1);
      targets_.clear();
      packets_.clear();
      if (packets > 0) {
        for (const KeptVisit& visit : by_bin_[bin - first_bin]) expand(visit);
      }
      const std::size_t of_worm = packets_.size();
      add_noise(bin);
      if (packets_.empty()) continue;
      sort_by_time(packets_, sorting_, start_us_);
      if (const Status taken = take_(targets_, packets_); !taken) return taken;
      done_ += of_worm;
      if (options_.progress != nullptr) options_.progress->update(done_, all_packets_);
      if (cancelled()) return failure(ErrorKind::interrupted, "the writing was interrupted");
    }
    return {};
  }

  /// The bin without the outages.
  void find_awake() {
    awake_.clear();
    double from_s = bin_start_s_;
    for (const Telescope::Outage& outage : telescope_.outages) {
      if (outage.until_s <= from_s) continue;
      if (outage.from_s >= bin_end_s_) break;
      if (outage.from_s > from_s) awake_.push_back({from_s, outage.from_s});
      from_s = outage.until_s;
    }
    if (from_s < bin_end_s_) awake_.push_back({from_s, bin_end_s_});
  }

  /// Where `share` (from 0, below 1) of the time awake within [from_s, until_s) has passed.
  [[nodiscard]] double at_share(double from_s, double until_s, double share) const {
    if (awake_.size() == 1) {
      from_s = std::max(from_s, awake_[0].from_s);
      return from_s + share * (std::min(until_s, awake_[0].until_s) - from_s);
    }
    const auto length = [&](const Telescope::Outage& part) {
      return std::max(0.0, std::min(until_s, part.until_s) - std::max(from_s, part.from_s));
    };
    double left_s = 0;
    for (const auto& part : awake_) left_s += length(part);
    left_s *= share;
    double at_s = from_s;
    for (const auto& part : awake_) {
      if (length(part) == 0) continue;
      at_s = std::max(from_s, part.from_s) + std::min(left_s, length(part));
      left_s -= length(part);
      if (left_s < 0) break;
    }
    return at_s;
  }

  /// The same, by the pace at which the copies of the run scan then.
  [[nodiscard]] double at_paced_share(double from_s, double until_s, double share) const {
    const Pace& pace = run_.pace;
    if (pace.is_plain()) return at_share(from_s, until_s, share);
    const auto begin = [&](const Telescope::Outage& part) { return std::max(from_s, part.from_s); };
    const auto end = [&](const Telescope::Outage& part) {
      return std::max(begin(part), std::min(until_s, part.until_s));
    };
    double left = 0;
    for (const auto& part : awake_) left += pace.of(end(part)) - pace.of(begin(part));
    left *= share;
    double at_s = from_s;
    for (const auto& part : awake_) {
      const double length = pace.of(end(part)) - pace.of(begin(part));
      if (length <= 0) continue;
      at_s = std::clamp(pace.time_of(pace.of(begin(part)) + std::min(left, length)), begin(part), end(part));
      left -= length;
      if (left < 0) break;
    }
    return at_s;
  }

  [[nodiscard]] Stream stream_of(std::uint64_t ordinal) const {
    return {options_.seed,
            {run_.replicate, static_cast<std::uint32_t>(ordinal), Purpose::watching,
             telescope_.number << 16 | static_cast<std::uint32_t>(ordinal >> 32)}};
  }

  /// The sightings of a visit: those whose packets fall into the slice.
  void expand(const KeptVisit& visit) {
    Stream stream = stream_of(visit.ordinal);
    if (visit.step_count > 0) draw_packets(visit, stream);
    for (std::uint32_t i = 0; i < visit.targets; ++i) {
      double time_s = visit.from_s;
      if (visit.until_s > visit.from_s) time_s = at_paced_share(visit.from_s, visit.until_s, 1.0 - stream.uniform());
      SeenTarget target{.time_us = std::clamp(to_us(time_s), start_us_, end_us_ - 1), .address = visit.address};
      target.target = place_(visit.host, stream);
      target.luck = stream.next();
      add(target, visit.step_count > 0 ? arrived_[i] : visit.packets, time_s);
    }
  }

  /// How many packets arrived for each target, given how many in each step: which ones is even luck.
  void draw_packets(const KeptVisit& visit, Stream& stream) {
    arrived_.clear();
    std::size_t group = 0;
    for (std::uint32_t i = 0; i < visit.step_count; ++i) {
      if (i == visit.shorter) group = arrived_.size();
      const Visit::Step& step = steps_[visit.steps + i];
      std::uint64_t left = step.again;
      const std::size_t before = arrived_.size();
      for (std::size_t t = group; t < before && left > 0; ++t) {
        if (left < before - t && stream.below(before - t) >= left) continue;
        ++arrived_[t];
        --left;
      }
      arrived_.insert(arrived_.end(), step.first, 1);
    }
  }

  void add(SeenTarget target, std::uint32_t packets, double time_s) {
    const auto index = static_cast<std::uint32_t>(targets_.size());
    bool used = false;
    double gap_scale = 1;
    if (packets > 1) gap_scale = squeeze(packets, time_s);
    double at_s = 0;
    for (std::uint32_t i = 0; i < packets; ++i) {
      if (i > 0) at_s += gaps_s[std::min<std::size_t>(i - 1, gaps_s.size() - 1)] * gap_scale;
      const std::int64_t time_us = std::min(target.time_us + to_us(at_s), end_us_ - 1);
      if (time_us < slice_from_us_ || time_us >= slice_until_us_) continue;
      packets_.push_back({time_us, index, i});
      used = true;
    }
    if (!used) return;
    target.packets = packets;
    target.last_us = std::min(target.time_us + to_us(at_s), end_us_ - 1);
    targets_.push_back(target);
  }

  /// Below 1 where the packets must come faster than TCP sends them, to stay within the bin and the time awake.
  [[nodiscard]] double squeeze(std::uint32_t packets, double time_s) const {
    double all_s = 0;
    for (std::uint32_t i = 1; i < packets; ++i) all_s += gaps_s[std::min<std::size_t>(i - 1, gaps_s.size() - 1)];
    double limit_s = bin_end_s_;
    for (const auto& part : awake_) {
      if (time_s < part.until_s) {
        limit_s = part.until_s;
        break;
      }
    }
    const double room_s = std::max(0.0, limit_s - time_s - 2e-6);
    return all_s <= room_s ? 1.0 : room_s / all_s;
  }

  void add_noise(std::uint32_t bin) {
    if (options_.noise_per_h <= 0) return;
    // Never an ordinal of a visit, of which there are fewer than 2^48.
    Stream stream = stream_of(std::uint64_t{1} << 47 | bin);
    double awake_s = 0;
    for (const auto& part : awake_) awake_s += part.until_s - part.from_s;
    const std::uint64_t count = draw_poisson(stream, options_.noise_per_h / 3600 * awake_s);
    for (std::uint64_t i = 0; i < count; ++i) {
      const double time_s = at_share(bin_start_s_, bin_end_s_, 1.0 - stream.uniform());
      SeenTarget target{.time_us = std::clamp(to_us(time_s), start_us_, end_us_ - 1), .address = SeenTarget::noise};
      target.target = static_cast<std::uint32_t>(stream.below(options_.addresses));
      target.luck = stream.next();
      add(target, 1, time_s);
    }
  }

  [[nodiscard]] bool cancelled() const { return options_.cancel != nullptr && options_.cancel->cancelled(); }

  const Telescope& telescope_;
  const RunResult& run_;
  std::span<const double> hit_probability_;
  const PlaceOfHit& place_;
  const WatchOptions& options_;
  const PacketTaker& take_;
  const SensorCounts& counts_;
  std::uint64_t all_packets_ = 0;
  std::uint64_t done_ = 0;
  std::vector<std::vector<KeptVisit>> by_bin_;  ///< of the window
  std::vector<Visit::Step> steps_;
  std::vector<Telescope::Outage> awake_;  ///< parts of the bin
  double bin_start_s_ = 0;
  double bin_end_s_ = 0;
  std::int64_t start_us_ = 0;  ///< of the bin
  std::int64_t end_us_ = 0;
  std::int64_t slice_from_us_ = 0;
  std::int64_t slice_until_us_ = 0;
  std::vector<std::uint32_t> arrived_;  ///< packets of each target of a visit
  std::vector<SeenTarget> targets_;
  std::vector<SeenPacket> packets_;
  std::vector<SeenPacket> sorting_;
};

}  // namespace

Status watch(const Telescope& telescope, const RunResult& run, std::span<const double> hit_probability,
             const PlaceOfHit& place, const WatchOptions& options, const PacketTaker& take) {
  SECONDWAVE_REQUIRE(options.addresses > 0 && options.most > 0 && run.end_s < 4e9);
  return Watch(telescope, run, hit_probability, place, options, take).run();
}

}  // namespace secondwave
