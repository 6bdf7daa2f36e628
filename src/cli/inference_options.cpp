#include <limits>

#include "cli/inference_commands.hpp"
#include "cli/options.hpp"

namespace secondwave {
namespace {

constexpr const char* kinds = "sources, new_sources, packets, targets, sightings or cumulative";

void add_kind(CLI::App& command, std::string& kind) {
  command
      .add_option("--kind", kind,
                  std::string("What the counts are, where the file has no column kind: ") + kinds +
                      ". Default: sources (packets with --packets-per-target). Example: --kind targets")
      ->check(
          CLI::IsMember({"sources", "new_sources", "packets", "targets", "sightings", "cumulative"}).description(""))
      ->type_name("KIND");
}

void add_sensor(CLI::App& command, InferenceOptions& options) {
  command
      .add_option("--sensor-prefix", options.prefixes,
                  "Addresses that the sensor watches; may be repeated; SENSOR=PREFIX for one of several sensors. "
                  "Default: none, it must be stated. Example: --sensor-prefix 198.18.0.0/16")
      ->required()
      ->allow_extra_args(false)
      ->type_name("PREFIX");
  command
      .add_option("--packets-per-target", options.packets_per_target,
                  "Packets sent to one silent address, 1 to 1000. Default: 1. Example: --packets-per-target 3")
      ->check(number_between(1.0, 1000.0))
      ->type_name("X");
  command
      .add_option("--loss", options.loss,
                  "Probability that a packet is lost before it is counted, 0 to 0.99. Default: 0. Example: --loss 0.05")
      ->check(number_between(0.0, 0.99))
      ->type_name("P");
  command
      .add_option("--outage", options.outages,
                  "A span in which the sensor was blind, FROM/UNTIL in UTC; may be repeated. Default: none. Example: "
                  "--outage 2001-07-19T14:00:00Z/2001-07-19T15:00:00Z")
      ->allow_extra_args(false)
      ->type_name("SPAN");
}

void add_beliefs(CLI::App& command, InferenceOptions& options) {
  command
      .add_option("--scan-rate", options.scan_rate,
                  "Targets a second that an infected host tries, mean and standard deviation of that belief. Default: "
                  "unknown, so that hosts cannot be counted. Example: --scan-rate 8.6:2.6")
      ->type_name("MEAN[:SD]");
  command
      .add_option(
          "--success", options.success,
          "Probability that a hit on a vulnerable host infects it. Default: unknown, 0.6 to 1. Example: --success 1")
      ->type_name("Q");
  command
      .add_option(
          "--rate-shape", options.rate_shape,
          "Gamma shape of the hosts' scan rates, or inf for equal rates. Default: unknown, 0.5 or more. Example: "
          "--rate-shape inf")
      ->type_name("K");
  command
      .add_option(
          "--model", options.model,
          "si: spread only; two-factor: hosts are also removed; two-wave: two FILEs, one wave each. Default: si. "
          "Example: --model two-factor")
      ->check(CLI::IsMember({"si", "two-factor", "two-wave"}).description(""))
      ->type_name("MODEL");
  command
      .add_option("--seed", options.seed,
                  "Seed of all random numbers, a whole number below 2^64. Default: 1. Example: --seed 2001")
      ->check(number_between(std::uint64_t{0}, std::numeric_limits<std::uint64_t>::max()))
      ->type_name("S");
}

void add_inference(CLI::App& command, InferenceOptions& options, bool at_required) {
  add_common(command, options.common);
  add_sensor(command, options);
  add_beliefs(command, options);
  add_kind(command, options.kind);
  CLI::Option* at =
      command
          .add_option("--at", options.at,
                      "Hide every row that became known later than this time. Default: hide none. Example: "
                      "--at 2001-08-01T12:00:00Z")
          ->type_name("TIME");
  if (at_required) at->required();
  command
      .add_option("FILE", options.files, "CSV of counts: time,count[,bin_s,kind,sensor,known_at]. Example: counts.csv")
      ->required();
}

}  // namespace

void add_fit(CLI::App& app, int& code) {
  CLI::App* command = app.add_subcommand("fit", "Growth, population, seeds and midpoint from a sensor's counts");
  static InferenceOptions options;
  add_inference(*command, options, false);
  command->callback([&code] { code = fit_command(options); });
}

void add_forecast(CLI::App& app, int& code) {
  CLI::App* command = app.add_subcommand("forecast", "What the sensor will count, as quantiles in hub columns");
  static ForecastCommandOptions options;
  command
      ->add_option("--horizon", options.horizon,
                   "How far ahead, in minutes, hours or days. Default: none, it must be stated. Example: --horizon 24h")
      ->required()
      ->type_name("SPAN");
  command
      ->add_option(
          "--method", options.method,
          "persistence, exponential, logistic, or engine: draws of the fit run on host by host. Default: engine. "
          "Example: --method logistic")
      ->check(CLI::IsMember({"persistence", "exponential", "logistic", "engine"}).description(""))
      ->type_name("NAME");
  command
      ->add_option("--particles", options.particles,
                   "Paths that are drawn, 100 to 100,000. Default: 1000. Example: --particles 4000")
      ->check(number_between(100u, 100'000u))
      ->type_name("N");
  add_inference(*command, options.inference, true);
  command->callback([&code] { code = forecast_command(options); });
}

void add_score(CLI::App& app, int& code) {
  CLI::App* command = app.add_subcommand("score", "Hold forecasts against what came: CRPS, WIS, coverage");
  static ScoreOptions options;
  add_common(*command, options.common);
  command
      ->add_option(
          "--truth", options.truth,
          "CSV of counts that came; may be repeated. Default: none, it must be stated. Example: --truth counts.csv")
      ->required()
      ->allow_extra_args(false)
      ->type_name("FILE");
  add_kind(*command, options.kind);
  command
      ->add_option("FORECAST", options.forecasts, "CSV in hub columns, with or without model_id. Example: forecast.csv")
      ->required();
  command->callback([&code] { code = score_command(options); });
}

void add_hindcast(CLI::App& app, int& code) {
  CLI::App* command =
      app.add_subcommand("hindcast", "What could have been forecast at six hours of 1 August 2001, scored");
  static HindcastOptions options;
  add_common(*command, options.common);
  command->add_option("NAME", options.name, "Which outbreak: code-red-2001. Example: code-red-2001")
      ->check(CLI::IsMember({"code-red-2001"}).description(""))
      ->required();
  command
      ->add_option("--priors", options.priors,
                   "TOML of beliefs before the wave. Default: the file that comes along. Example: --priors mine.toml")
      ->type_name("FILE");
  command
      ->add_option("--known", options.known,
                   "owner: counts are known to the sensor's owner when their hour ends; public: when they were "
                   "published. Default: owner. Example: --known public")
      ->check(CLI::IsMember({"owner", "public"}).description(""))
      ->type_name("WHO");
  command
      ->add_option("--draws", options.draws,
                   "Draws of each forecast, 100 to 100,000. Default: 1000. Example: --draws 4000")
      ->check(number_between(100u, 100'000u))
      ->type_name("N");
  command
      ->add_option("--seed", options.seed,
                   "Seed of all random numbers, a whole number below 2^64. Default: 1. Example: --seed 2001")
      ->check(number_between(std::uint64_t{0}, std::numeric_limits<std::uint64_t>::max()))
      ->type_name("S");
  command
      ->add_option("--out", options.out,
                   "A folder for hindcast.csv (quantiles by the hour) and fan.svg. Default: none. Example: --out h")
      ->type_name("DIR");
  command->callback([&code] { code = hindcast_command(options); });
}

}  // namespace secondwave
