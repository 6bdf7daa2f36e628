#include "engine/model.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "world/quantity.hpp"
#include "world/rates.hpp"

namespace secondwave {
namespace {

/// The reference engine walks every probe: at most this many are expected of it.
constexpr double most_probes = 1e10;

Status check_parameters(const Parameters& parameters, const ScenarioSpec& spec) {
  const double space = static_cast<double>(std::uint64_t{1} << spec.population.address_bits);
  if (static_cast<double>(parameters.hosts) > space) {
    return failure(ErrorKind::data,
                   fmt::format("population.vulnerable is {} hosts, but the address space has only {:.0f} addresses",
                               parameters.hosts, space),
                   spec.population.vulnerable.place, "lower population.vulnerable or raise population.address_bits");
  }
  if (parameters.initially_infected > parameters.hosts) {
    return failure(ErrorKind::data,
                   fmt::format("outbreak.initially_infected is {}, but only {} hosts are vulnerable",
                               parameters.initially_infected, parameters.hosts),
                   spec.outbreak.initially_infected.place, "lower outbreak.initially_infected");
  }
  if (parameters.hit_list > parameters.hosts) {
    return failure(ErrorKind::data,
                   fmt::format("outbreak.hit_list names {} hosts, but only {} are vulnerable", parameters.hit_list,
                               parameters.hosts),
                   spec.outbreak.hit_list.place, "lower outbreak.hit_list");
  }
  return {};
}

Telescope telescope_of(const SensorSpec& sensor, std::uint32_t number, const TimeSpec& time, std::uint64_t seed,
                       std::uint32_t replicate) {
  const auto draw = [&](const Quantity& quantity, const char* key) {
    return draw_quantity(quantity, seed, replicate, fmt::format("sensor.{}.{}", sensor.name, key));
  };
  Telescope telescope{.name = sensor.name,
                      .number = number,
                      .bin_s = sensor.bin_s.centre(),
                      .packets_per_target = draw(sensor.packets_per_target, "packets_per_target"),
                      .loss = draw(sensor.loss, "loss"),
                      .outages = {}};
  if (sensor.from && *sensor.from > time.start) {
    telescope.outages.push_back({0.0, sensor.from->seconds_since(time.start)});
  }
  for (const OutageSpec& outage : sensor.outages) {
    telescope.outages.push_back({outage.from.seconds_since(time.start), outage.until.seconds_since(time.start)});
  }
  if (sensor.until && (!time.end || *sensor.until < *time.end)) {
    telescope.outages.push_back({sensor.until->seconds_since(time.start), never});
  }
  // Outages before its begin or after its end are part of those; they stay disjoint and in order.
  auto& all = telescope.outages;
  std::sort(all.begin(), all.end(), [](const auto& a, const auto& b) { return a.from_s < b.from_s; });
  std::vector<Telescope::Outage> joined;
  for (const Telescope::Outage& outage : all) {
    if (!joined.empty() && outage.from_s <= joined.back().until_s) {
      joined.back().until_s = std::max(joined.back().until_s, outage.until_s);
    } else {
      joined.push_back(outage);
    }
  }
  all = std::move(joined);
  return telescope;
}

}  // namespace

std::string to_string(Construction construction) {
  switch (construction) {
    case Construction::order:
      return "order";
    case Construction::pressure:
      return "pressure";
    case Construction::reference:
      break;
  }
  return "reference";
}

std::optional<Construction> construction_from(std::string_view name) {
  for (const Construction each : {Construction::order, Construction::pressure, Construction::reference}) {
    if (to_string(each) == name) return each;
  }
  return std::nullopt;
}

bool Model::places_by_country(const ScenarioSpec& spec) {
  return spec.population.placement.method == PlacementSpec::Method::country;
}

bool Model::needs_addresses(const ScenarioSpec& spec) {
  if (!spec.worm.reach.is_everything() || spec.worm.walk.law != WalkSpec::Law::none) return true;
  return std::any_of(spec.worm.scopes.begin(), spec.worm.scopes.end(),
                     [](const ScanScope& scope) { return scope.prefix_length > 0; });
}

bool Model::has_life(const ScenarioSpec& spec) {
  const LifeSpec& life = spec.worm.life;
  const auto is_used = [](const Quantity& quantity) { return quantity.law != Quantity::Law::fixed || quantity.a > 0; };
  const auto class_lives = [&](const HostClassSpec& c) {
    return c.hours != HostClassSpec::Hours::always || c.address != HostClassSpec::Address::kept || is_used(c.lease_h) ||
           c.hosts_per_address > 1;
  };
  const auto rule_lives = [](const ResponseRuleSpec& rule) {
    return !rule.classes.empty() || rule.course == ResponseRuleSpec::Course::grows;
  };
  return !life.phases.empty() || life.kill_date || is_used(life.lifetime_h) || !life.success.empty() ||
         is_used(life.sleepers.share) || life.residence != LifeSpec::Residence::memory ||
         life.reinfection == LifeSpec::Reinfection::never || spec.outbreak.begins || life.copies_per_host > 1 ||
         is_used(life.congestion_exponent) || is_used(spec.outbreak.hit_list) ||
         spec.worm.walk.law != WalkSpec::Law::none ||
         std::any_of(spec.population.classes.begin(), spec.population.classes.end(), class_lives) ||
         std::any_of(spec.responses.begin(), spec.responses.end(), rule_lives);
}

std::vector<AddressRange> Model::ranges_of(const SensorSpec& sensor) {
  std::vector<AddressRange> ranges;
  for (const Prefix& prefix : sensor.prefixes) ranges.push_back({prefix.first(), prefix.last()});
  return ranges;
}

Reach Model::reach_of(const ScenarioSpec& spec, double share) {
  const ReachSpec& reach = spec.worm.reach;
  if (reach.is_everything()) return {};
  std::vector<AddressRange> excluded;
  for (const Prefix& prefix : reach.excluded) excluded.push_back({prefix.first(), prefix.last()});
  const Ipv4 zero_bits = try_parse_ipv4(reach.zero_bits).value_or(0);
  return {std::move(excluded), zero_bits, share, spec.population.address_bits};
}

Result<Model> Model::make(ScenarioSpec spec, std::shared_ptr<const CountryTable> table) {
  Model model;
  model.spec_ = std::move(spec);
  const ScenarioSpec& checked = model.spec_;
  const std::uint64_t last = (std::uint64_t{1} << checked.population.address_bits) - 1;
  if (reach_of(checked, checked.worm.reach.share.centre()).count(0, last) == 0) {
    return failure(ErrorKind::data, "worm.reach leaves no address that the worm could pick", checked.worm.reach.place,
                   "exclude less, name fewer zero_bits, or raise the share");
  }
  if (!places_by_country(checked) || table != nullptr) {
    std::vector<AddressRange> dark;
    for (const SensorSpec& sensor : checked.sensors) {
      for (const AddressRange& range : ranges_of(sensor)) dark.push_back(range);
    }
    Result<Placement> placement =
        Placement::make(checked.population.placement, checked.population.address_bits, std::move(table), dark);
    if (!placement) return tl::unexpected(placement.error());
    model.placement_ = std::move(*placement);
  }
  return model;
}

Result<Construction> Model::choose(std::optional<Construction> asked) const {
  const bool uniform = !needs_addresses(spec_);
  const bool latency = spec_.worm.latency_s.law != Quantity::Law::fixed || spec_.worm.latency_s.a > 0;
  const bool order_fits = uniform && !latency && spec_.responses.empty() && !has_life(spec_);
  if (!asked) return order_fits ? Construction::order : Construction::pressure;
  if (*asked == Construction::order && !order_fits) {
    return failure(ErrorKind::usage,
                   "the construction 'order' is for uniform scanning of all addresses without latency, response rules, "
                   "phases, hours, changes of address, hit lists and walks",
                   {}, "use --construction pressure");
  }
  if (*asked == Construction::reference && !spec_.time.end && spec_.worm.success_probability.centre() <= 0) {
    return failure(ErrorKind::usage,
                   "the reference engine would walk probes for ever: no hit succeeds, and the scenario has no end", {},
                   "give the scenario an end: --set time.end=...");
  }
  if (*asked == Construction::reference) {
    const double window_s = (spec_.time.end ? spec_.time.end->seconds_since(spec_.time.start) : 86400.0);
    const double probes = spec_.population.vulnerable.centre() * spec_.worm.scan_rate_per_s.centre() * window_s;
    if (spec_.population.address_bits > 24 || probes > most_probes) {
      return failure(
          ErrorKind::usage,
          fmt::format("the reference engine walks every probe, and here there may be {:.2g} of them", probes), {},
          "scale the scenario down: population.address_bits of 24 or less, fewer hosts, a shorter window");
    }
  }
  return *asked;
}

void Model::draw_life(Parameters& parameters, std::uint64_t seed, std::uint32_t replicate) const {
  const auto draw = [&](const Quantity& quantity, const std::string& key) {
    return draw_quantity(quantity, seed, replicate, key);
  };
  const LifeSpec& life = spec_.worm.life;
  const auto since_start = [&](UtcTime time) { return time.seconds_since(spec_.time.start); };
  if (spec_.outbreak.begins) parameters.begins_s = since_start(*spec_.outbreak.begins);
  const double lifetime_h = draw(life.lifetime_h, "worm.lifetime_h");
  if (lifetime_h > 0) parameters.lifetime_s = 3600 * lifetime_h;
  for (std::size_t i = 0; i < life.success.size(); ++i) {
    const double factor = draw(life.success[i].factor, fmt::format("worm.success_change.{}.factor", i));
    parameters.success.push_back({since_start(life.success[i].from), factor});
  }
  if (life.sleepers.from) {
    parameters.sleepers.share = draw(life.sleepers.share, "worm.sleepers.share");
    parameters.sleepers.from_s = since_start(*life.sleepers.from);
    parameters.sleepers.until_s = since_start(life.sleepers.until.value_or(*life.sleepers.from));
    parameters.sleepers.rate_per_s = draw(life.sleepers.targets_per_h, "worm.sleepers.targets_per_h") / 3600.0;
  }
  parameters.hit_list =
      static_cast<std::uint32_t>(std::floor(draw(spec_.outbreak.hit_list, "outbreak.hit_list") + 0.5));
  parameters.reach_share = draw(spec_.worm.reach.share, "worm.reach.share");
  const WalkSpec& walk = spec_.worm.walk;
  parameters.walk = {walk.law, draw(walk.local_start, "worm.walk.local_start"), walk.network_length, walk.start_below,
                     walk.gives_up_after};
  parameters.copies_per_host = life.copies_per_host;
  parameters.further_copy_rate = draw(life.further_copy_rate, "worm.further_copy_rate");
  parameters.congestion_exponent = draw(life.congestion_exponent, "worm.congestion_exponent");
  for (const HostClassSpec& c : spec_.population.classes) {
    parameters.addresses.push_back({3600 * draw(c.lease_h, "population.classes." + c.name + ".lease_h"),
                                    c.address == HostClassSpec::Address::each_session, c.hosts_per_address});
  }
}

Result<Parameters> Model::draw_parameters(std::uint64_t seed, std::uint32_t replicate) const {
  const auto draw = [&](const Quantity& quantity, std::string_view key) {
    return draw_quantity(quantity, seed, replicate, key);
  };
  const auto whole = [](double value) { return static_cast<std::uint32_t>(std::floor(value + 0.5)); };
  Parameters parameters;
  parameters.hosts = whole(draw(spec_.population.vulnerable, "population.vulnerable"));
  parameters.initially_infected = whole(draw(spec_.outbreak.initially_infected, "outbreak.initially_infected"));
  parameters.success_probability = draw(spec_.worm.success_probability, "worm.success_probability");
  parameters.latency_law = spec_.worm.latency_law;
  parameters.latency_s = draw(spec_.worm.latency_s, "worm.latency_s");
  if (spec_.time.end) parameters.end_s = spec_.time.end->seconds_since(spec_.time.start);
  for (std::size_t i = 0; i < spec_.worm.scopes.size(); ++i) {
    const ScanScope& scope = spec_.worm.scopes[i];
    const double weight = draw(scope.share, fmt::format("worm.scope.{}.share", i));
    if (weight > 0) parameters.scopes.push_back({scope.prefix_length, weight});
  }
  std::sort(parameters.scopes.begin(), parameters.scopes.end(),
            [](const auto& a, const auto& b) { return a.prefix_length < b.prefix_length; });
  for (std::size_t i = 0; i < spec_.responses.size(); ++i) {
    const ResponseRuleSpec& rule = spec_.responses[i];
    const double per_h = draw(rule.rate_per_h, fmt::format("response.{}.rate_per_h", rule.name));
    const double begin_s = rule.from ? rule.from->seconds_since(spec_.time.start) : 0.0;
    const double until_s = rule.until ? rule.until->seconds_since(spec_.time.start) : never;
    ResponseRule drawn{
        rule.kind, rule.target, {per_h / 3600.0, std::max(0.0, begin_s), until_s}, static_cast<std::uint32_t>(i)};
    drawn.grows = rule.course == ResponseRuleSpec::Course::grows;
    if (rule.course == ResponseRuleSpec::Course::campaign) {
      // A campaign that began before the start has done its part by then: its hosts are not among the vulnerable.
      drawn.hazard = {0, begin_s, until_s, draw(rule.share, fmt::format("response.{}.share", rule.name)),
                      3600 * draw(rule.time_constant_h, fmt::format("response.{}.time_constant_h", rule.name))};
    }
    if (!rule.classes.empty()) {
      for (const HostClassSpec& c : spec_.population.classes) {
        drawn.classes.push_back(std::find(rule.classes.begin(), rule.classes.end(), c.name) != rule.classes.end());
      }
    }
    // What is written to a disk survives a reboot.
    const bool survived =
        rule.kind == ResponseRuleSpec::Kind::reboot && spec_.worm.life.residence == LifeSpec::Residence::disk;
    if (!survived) parameters.responses.push_back(std::move(drawn));
  }
  draw_life(parameters, seed, replicate);
  for (std::size_t i = 0; i < spec_.sensors.size(); ++i) {
    parameters.telescopes.push_back(
        telescope_of(spec_.sensors[i], static_cast<std::uint32_t>(i), spec_.time, seed, replicate));
  }
  if (const Status status = check_parameters(parameters, spec_); !status) return tl::unexpected(status.error());
  return parameters;
}

Result<std::vector<Ipv4>> Model::place_hosts(const Parameters& parameters, std::uint64_t seed,
                                             std::uint32_t replicate) const {
  SECONDWAVE_REQUIRE(placement_.has_value());
  return placement_->place(parameters.hosts, draw_shares(spec_.population.placement, seed, replicate), seed, replicate);
}

}  // namespace secondwave
