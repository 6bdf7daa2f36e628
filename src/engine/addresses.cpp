// Under which address a copy scans: leases, new addresses at each session, and hosts that share one.
#include <algorithm>
#include <cstddef>

#include "engine/setting.hpp"
#include "random/stream.hpp"

namespace secondwave {
namespace {

/// Numbers of addresses must not reach no_host, and the stretches must fit memory.
constexpr std::size_t most_addresses = std::size_t{1} << 30;

class Addresses {
 public:
  explicit Addresses(const Setting& setting) : setting_(setting), life_(*setting.life) {
    const std::uint32_t hosts = setting.parameters.hosts;
    out_.addresses = hosts;
    out_.recorded = true;
    const auto& laws = setting.parameters.addresses;
    for (const AddressLaw& law : laws) {
      any_changes_ = any_changes_ || law.changes();
      out_.shared = out_.shared || law.hosts_per_address > 1;
    }
    if (any_changes_) states_.resize(hosts);
    if (out_.shared) join_hosts();
  }

  Result<Activity> assign(const Activity& activity) {
    for (auto* list : {&out_.host, &out_.address}) list->reserve(activity.size());
    for (auto* list : {&out_.from_s, &out_.until_s}) list->reserve(activity.size());
    for (std::size_t i = 0; i < activity.size(); ++i) {
      const std::uint32_t host = activity.host[i];
      const double rate_per_s = activity.rate_per_s.empty() ? -1 : activity.rate_per_s[i];
      const AddressLaw* law = law_of(host);
      if (law == nullptr || !law->changes()) {
        add(host, out_.shared ? shared_[host] : host, activity.from_s[i], activity.until_s[i], rate_per_s);
      } else {
        cut(host, *law, activity.from_s[i], activity.until_s[i], rate_per_s);
      }
      if (out_.addresses > most_addresses) {
        return failure(ErrorKind::data, "hosts changed their addresses more than 2^30 times in all", {},
                       "raise population.class lease_h");
      }
    }
    return std::move(out_);
  }

 private:
  /// A host that changes its address.
  struct State {
    double next_change_s = -1;  ///< by its lease; below 0: not yet drawn
    std::uint32_t changes = 0;
    std::uint32_t address = no_host;
    std::uint32_t session = 0;
  };

  [[nodiscard]] const AddressLaw* law_of(std::uint32_t host) const {
    const auto& laws = setting_.parameters.addresses;
    return laws.empty() ? nullptr : &laws[life_.host_class[host]];
  }

  /// Hosts of a class share an address in the order of their numbers.
  void join_hosts() {
    const auto& laws = setting_.parameters.addresses;
    shared_.resize(setting_.parameters.hosts);
    std::vector<std::uint32_t> members(laws.size(), 0);
    std::vector<std::uint32_t> first(laws.size(), 0);
    for (std::uint32_t host = 0; host < setting_.parameters.hosts; ++host) {
      const std::uint8_t c = life_.host_class[host];
      if (members[c]++ % laws[c].hosts_per_address == 0) first[c] = host;
      shared_[host] = first[c];
    }
  }

  void add(std::uint32_t host, std::uint32_t address, double from_s, double until_s, double rate_per_s) {
    out_.host.push_back(host);
    out_.address.push_back(address);
    out_.from_s.push_back(from_s);
    out_.until_s.push_back(until_s);
    if (rate_per_s >= 0) out_.rate_per_s.push_back(rate_per_s);
  }

  /// Draws the next change of a lease; false where there is none before `limit_s`.
  bool change_before(State& state, std::uint32_t host, const AddressLaw& law, double limit_s) {
    if (law.lease_s <= 0 || planted_fault == Fault::lease_never_renewed) return false;
    if (state.next_change_s < 0) {
      state.next_change_s = 0;
      draw_change(state, host, law);
    }
    if (state.next_change_s >= limit_s) return false;
    return true;
  }

  void draw_change(State& state, std::uint32_t host, const AddressLaw& law) {
    const std::uint32_t k = state.changes++;
    const PhiloxBlock words = philox_block(setting_.seed, setting_.stream(Purpose::lease, host), k / 2);
    state.next_change_s += to_exponential(words[k % 2]) * law.lease_s;
  }

  void cut(std::uint32_t host, const AddressLaw& law, double from_s, double until_s, double rate_per_s) {
    State& state = states_[host];
    bool changed = false;
    while (change_before(state, host, law, from_s)) {
      draw_change(state, host, law);
      changed = true;
    }
    if (law.each_session) {
      const std::uint32_t session = life_.hours.session_at_or_after(host, life_.host_class[host], from_s).number;
      changed = changed || session != state.session;
      state.session = session;
    }
    if (state.address == no_host) {
      state.address = host;
    } else if (changed) {
      state.address = out_.addresses++;
    }
    const double limit_s = std::min(until_s, setting_.parameters.end_s);
    while (change_before(state, host, law, limit_s)) {
      const double change_s = state.next_change_s;
      if (change_s > from_s) add(host, state.address, from_s, change_s, rate_per_s);
      from_s = change_s;
      state.address = out_.addresses++;
      draw_change(state, host, law);
    }
    add(host, state.address, from_s, until_s, rate_per_s);
  }

  const Setting& setting_;
  const LifeSetting& life_;
  bool any_changes_ = false;
  std::vector<State> states_;          ///< of each host; empty where no address changes
  std::vector<std::uint32_t> shared_;  ///< the address of each host where some share one
  Activity out_;
};

}  // namespace

Result<Activity> assign_addresses(const Setting& setting, const Activity& activity) {
  return Addresses(setting).assign(activity);
}

}  // namespace secondwave
