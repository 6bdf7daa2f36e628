#include "engine/watched_run.hpp"

#include <algorithm>
#include <bit>
#include <utility>

#include "engine/setting.hpp"

namespace secondwave {
namespace {

/// A set of addresses, open addressing. 0 is a member from the start: it is nobody's address.
class AddressSet {
 public:
  explicit AddressSet(std::size_t members) : slots_(std::bit_ceil(2 * members + 16)) {}
  /// False where it was there already.
  bool add(Ipv4 address) {
    if (address == 0) return false;
    const std::size_t mask = slots_.size() - 1;
    std::size_t at = (address * 0x9E3779B97F4A7C15u >> 24) & mask;
    for (; slots_[at] != 0; at = (at + 1) & mask) {
      if (slots_[at] == address) return false;
    }
    slots_[at] = address;
    return true;
  }

 private:
  std::vector<Ipv4> slots_;
};

/// Not for hosts of the Internet: this network, private, loopback, benchmarks (where noise comes from), multicast and
/// what is beyond.
bool usable(Ipv4 address) {
  const Ipv4 top = address >> 24;
  return top != 0 && top != 10 && top != 127 && top < 224 && address >> 17 != 0xC612 >> 1;
}

bool watched(const std::vector<std::vector<AddressRange>>& sensors, Ipv4 address) {
  return std::any_of(sensors.begin(), sensors.end(), [&](const std::vector<AddressRange>& ranges) {
    return std::any_of(ranges.begin(), ranges.end(),
                       [&](const AddressRange& r) { return address >= r.first && address <= r.last; });
  });
}

/// The hosts' own addresses, then one for each further number, near the host that has it.
Result<std::vector<Ipv4>> addresses_for(const Setting& setting, const RunResult& run) {
  std::vector<Ipv4> addresses = setting.address;
  if (!run.activity.recorded || run.activity.addresses <= run.hosts) return addresses;
  AddressSet taken(run.activity.addresses);
  for (const Ipv4 address : addresses) static_cast<void>(taken.add(address));
  addresses.resize(run.activity.addresses);
  const int bits = setting.law.address_bits();
  const Ipv4 space = bits == 32 ? ~Ipv4{0} : (Ipv4{1} << bits) - 1;
  for (std::size_t i = 0; i < run.activity.size(); ++i) {
    const std::uint32_t number = run.activity.address[i];
    if (number < run.hosts || addresses[number] != 0) continue;
    const Ipv4 home = setting.address[run.activity.host[i]];
    const Ipv4 start = (number * 0x9E3779B1u) & 0xFFFF;
    for (std::uint64_t tried = 0;; ++tried) {
      if (tried > space) {
        return failure(ErrorKind::data, "hosts appear under more addresses than there are", {},
                       "raise population.class lease_h, or simulate a shorter time");
      }
      const auto shift = static_cast<Ipv4>(tried >> 16 << 16);
      const Ipv4 candidate = (((home & 0xFFFF0000u) + shift) | ((start + static_cast<Ipv4>(tried)) & 0xFFFF)) & space;
      if ((bits == 32 && !usable(candidate)) || watched(setting.sensor_ranges, candidate)) continue;
      if (!taken.add(candidate)) continue;
      addresses[number] = candidate;
      break;
    }
  }
  return addresses;
}

/// One of the sensor's addresses, as the law has them from `source`: halves a range until one address is left.
std::uint32_t place_by_law(const ScanLaw& law, const std::vector<AddressRange>& ranges, Ipv4 source, Stream& stream) {
  double left = 0;
  for (const AddressRange& range : ranges) left += law.probability(source, range.first, range.last);
  left *= stream.uniform();
  std::uint64_t before = 0;
  std::size_t i = 0;
  for (; i + 1 < ranges.size(); ++i) {
    const double own = law.probability(source, ranges[i].first, ranges[i].last);
    if (left <= own) break;
    left -= own;
    before += ranges[i].size();
  }
  Ipv4 first = ranges[i].first;
  Ipv4 last = ranges[i].last;
  while (first < last) {
    const Ipv4 middle = first + (last - first) / 2;
    const double lower = law.probability(source, first, middle);
    const double all = law.probability(source, first, last);
    // A new number each time: after 24 halvings nothing would be left of one.
    if (stream.uniform() * all <= lower) {
      last = middle;
    } else {
      first = middle + 1;
    }
  }
  return static_cast<std::uint32_t>(before + (first - ranges[i].first));
}

}  // namespace

struct WatchedRun::State {
  Setting setting;
  RunResult run;
  std::vector<Ipv4> sources;
};

WatchedRun::WatchedRun(std::unique_ptr<State> state) : state_(std::move(state)) {}
WatchedRun::WatchedRun(WatchedRun&&) noexcept = default;
WatchedRun& WatchedRun::operator=(WatchedRun&&) noexcept = default;
WatchedRun::~WatchedRun() = default;

Result<WatchedRun> WatchedRun::make(const Model& model, const RunOptions& options) {
  if (options.construction == Construction::reference) {
    return failure(ErrorKind::usage, "the reference construction cannot write what its sensors saw", {},
                   "use another --construction");
  }
  RunOptions with_addresses = options;
  with_addresses.addresses = true;
  Result<Setting> setting = prepare_run(model, with_addresses);
  if (!setting) return tl::unexpected(setting.error());
  auto state = std::make_unique<State>(State{.setting = std::move(*setting), .run = {}, .sources = {}});
  Result<RunResult> run = run_in(state->setting, with_addresses);
  if (!run) return tl::unexpected(run.error());
  state->run = std::move(*run);
  Result<std::vector<Ipv4>> sources = addresses_for(state->setting, state->run);
  if (!sources) return tl::unexpected(sources.error());
  state->sources = std::move(*sources);
  return WatchedRun(std::move(state));
}

const RunResult& WatchedRun::run() const {
  return state_->run;
}

const std::vector<Ipv4>& WatchedRun::sources() const {
  return state_->sources;
}

std::uint64_t WatchedRun::addresses_of(std::size_t sensor) const {
  std::uint64_t sum = 0;
  for (const AddressRange& range : state_->setting.sensor_ranges.at(sensor)) sum += range.size();
  return sum;
}

Status WatchedRun::watch(std::size_t sensor, WatchOptions options, const PacketTaker& take) const {
  const Setting& setting = state_->setting;
  const std::vector<AddressRange>& ranges = setting.sensor_ranges.at(sensor);
  options.seed = setting.seed;
  options.addresses = addresses_of(sensor);
  PlaceOfHit place = [size = options.addresses](std::uint32_t, Stream& stream) {
    return static_cast<std::uint32_t>(stream.below(size));
  };
  if (!setting.law.is_uniform() || !setting.law.reach().is_everything()) {
    place = [&](std::uint32_t host, Stream& stream) {
      return place_by_law(setting.law, ranges, setting.address[host], stream);
    };
  }
  return secondwave::watch(setting.parameters.telescopes.at(sensor), state_->run, hit_probabilities(setting, sensor),
                           place, options, take);
}

}  // namespace secondwave
