#include "engine/run.hpp"

#include <optional>
#include <span>
#include <utility>

#include "engine/setting.hpp"
#include "engine/shared_world.hpp"

namespace secondwave {
namespace {

LifeSetting prepare_life(const Model& model, const RateModel& rate_model, const Parameters& parameters,
                         const RunOptions& options) {
  const ScenarioSpec& spec = model.spec();
  const UtcTime start = spec.time.start;
  const Calendar calendar(spec.worm.life);
  const std::vector<ClockErrorSpec> errors = draw_clock_errors(spec.population.clocks, options.seed, options.replicate);
  return {.spec = spec.worm.life,
          .start = start,
          .host_class = draw_classes(rate_model, parameters.hosts, options.seed, options.replicate),
          .hours = Hours(draw_hours_laws(spec.population, start, options.seed, options.replicate), start, options.seed,
                         options.replicate),
          .clocks = Clocks(errors, start, options.seed, options.replicate),
          .clock_errors = errors,
          .calendar = calendar,
          .timetable = Timetable(calendar, start, spec.time.end.value_or(start)),
          .local_clock = spec.worm.life.clock == LifeSpec::Clock::local && !spec.population.classes.empty()};
}

}  // namespace

Result<Setting> prepare_run(const Model& model, const RunOptions& options) {
  Result<Parameters> parameters = model.draw_parameters(options.seed, options.replicate);
  if (!parameters) return tl::unexpected(parameters.error());
  const ScenarioSpec& spec = model.spec();
  const RateModel rate_model = draw_rate_model(spec.worm, spec.population, options.seed, options.replicate);
  Result<HostRates> rates = draw_rates(rate_model, parameters->hosts, options.seed, options.replicate);
  if (!rates) return tl::unexpected(rates.error());
  ScanLaw law(parameters->scopes, spec.population.address_bits, Model::reach_of(spec, parameters->reach_share));
  Stream order_luck(options.seed, {.replicate = options.replicate, .purpose = Purpose::walk_order});
  std::shared_ptr<const WalkLaw> walk = make_walk(parameters->walk, spec.population.address_bits, order_luck);
  std::optional<LifeSetting> life;
  if (Model::has_life(spec)) life = prepare_life(model, rate_model, *parameters, options);
  ResponseRules rules(parameters->responses, options.seed, options.replicate,
                      life ? std::span<const std::uint8_t>(life->host_class) : std::span<const std::uint8_t>());
  Setting setting{.seed = options.seed,
                  .replicate = options.replicate,
                  .parameters = std::move(*parameters),
                  .law = std::move(law),
                  .walk = std::move(walk),
                  .rates = std::move(*rates),
                  .address = {},
                  .rules = std::move(rules),
                  .sensor_ranges = {},
                  .life = std::move(life),
                  .cancel = options.cancel,
                  .shared = options.shared};
  const bool reference = options.construction == Construction::reference;
  if (options.addresses || reference || Model::needs_addresses(spec)) {
    const bool known = options.shared != nullptr && options.shared->address.size() == setting.parameters.hosts;
    Result<std::vector<Ipv4>> placed =
        known ? options.shared->address : model.place_hosts(setting.parameters, options.seed, options.replicate);
    if (!placed) return tl::unexpected(placed.error());
    setting.address = std::move(*placed);
    if (options.shared != nullptr && !known) options.shared->address = setting.address;
  }
  for (const SensorSpec& sensor : spec.sensors) setting.sensor_ranges.push_back(Model::ranges_of(sensor));
  return setting;
}

namespace {

Result<Spread> spread_by(Construction construction, const Setting& setting) {
  switch (construction) {
    case Construction::order:
      return spread_by_order(setting);
    case Construction::pressure:
      return spread_by_pressure(setting);
    case Construction::reference:
      break;
  }
  return spread_by_reference(setting);
}

}  // namespace

std::vector<double> hit_probabilities(const Setting& setting, std::size_t sensor) {
  const bool same = setting.law.is_uniform();
  std::vector<double> probability(same ? 1 : setting.parameters.hosts, 0.0);
  for (std::size_t host = 0; host < probability.size(); ++host) {
    for (const AddressRange& range : setting.sensor_ranges[sensor]) {
      probability[host] += setting.law.probability(same ? 0 : setting.address[host], range.first, range.last);
    }
  }
  return probability;
}

Result<RunResult> run_replicate(const Model& model, const RunOptions& options) {
  Result<Setting> setting = prepare_run(model, options);
  if (!setting) return tl::unexpected(setting.error());
  Result<RunResult> run = run_in(*setting, options);
  if (run) run->address = std::move(setting->address);
  return run;
}

Result<RunResult> run_in(const Setting& setting, const RunOptions& options) {
  Result<Spread> spread = spread_by(options.construction, setting);
  if (!spread) return tl::unexpected(spread.error());

  RunResult run;
  run.replicate = options.replicate;
  run.hosts = setting.parameters.hosts;
  run.infections = std::move(spread->infections);
  if (setting.life && spread->activity.address.empty()) {
    Result<Activity> activity = assign_addresses(setting, spread->activity);
    if (!activity) return tl::unexpected(activity.error());
    run.activity = std::move(*activity);
  } else {
    run.activity = std::move(spread->activity);
  }
  run.flooding = std::move(spread->flooding);
  run.pace = std::move(spread->pace);
  run.immune_at_s = std::move(spread->immune_at_s);
  run.sensors = std::move(spread->sensors);
  const bool nothing_happened = run.infections.size() == 0;
  run.end_s = setting.parameters.end_s < never ? setting.parameters.end_s
              : nothing_happened               ? 0.0
                                               : run.infections.time_s.back();
  run.equal_rate_per_s = to_per_s(setting.rates.equal);
  for (const RateTicks ticks : setting.rates.ticks) run.scan_rate_per_s.push_back(to_per_s(ticks));
  if (run.sensors.empty()) {
    for (std::size_t i = 0; i < setting.parameters.telescopes.size(); ++i) {
      if (setting.cancelled()) return interrupted();
      const std::vector<double> probability = hit_probabilities(setting, i);
      run.sensors.push_back(observe(setting.parameters.telescopes[i], run, probability, options.seed, setting.cancel));
      if (setting.cancelled()) return interrupted();
    }
  }
  return run;
}

}  // namespace secondwave
