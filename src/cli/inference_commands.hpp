// The commands that go from counts to numbers: fit, forecast, score.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/output.hpp"

namespace secondwave {

/// What fit and forecast share.
struct InferenceOptions {
  Common common;
  std::vector<std::string> files;
  std::vector<std::string> prefixes;  ///< PREFIX, or SENSOR=PREFIX
  std::string kind;                   ///< empty: as the file says, else sources
  std::string scan_rate;              ///< MEAN[:SD]; empty: unknown
  std::string success;                ///< a number; empty: unknown
  std::string rate_shape;             ///< a number or "inf"; empty: unknown
  double packets_per_target = 0;      ///< 0: not stated
  double loss = 0;
  std::vector<std::string> outages;  ///< FROM/UNTIL
  std::string model = "si";
  std::string at;
  std::uint64_t seed = 1;
};
[[nodiscard]] int fit_command(const InferenceOptions& options);

struct ForecastCommandOptions {
  InferenceOptions inference;
  std::string method = "engine";
  std::string horizon;  ///< 48h, 90m, 2d
  std::uint32_t particles = 1000;
};
[[nodiscard]] int forecast_command(const ForecastCommandOptions& options);

struct ScoreOptions {
  Common common;
  std::vector<std::string> forecasts;
  std::vector<std::string> truth;
  std::string kind;
};
[[nodiscard]] int score_command(const ScoreOptions& options);

struct HindcastOptions {
  Common common;
  std::string name;
  std::string priors;           ///< empty: the file that comes along
  std::string known = "owner";  ///< owner: a sensor's owner knew a bin at its end; public: known_at of the record
  std::string out;              ///< a folder for hindcast.csv and fan.svg; empty: none
  std::uint32_t draws = 1000;
  std::uint64_t seed = 1;
};
[[nodiscard]] int hindcast_command(const HindcastOptions& options);

}  // namespace secondwave
