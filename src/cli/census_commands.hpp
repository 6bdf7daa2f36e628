// The census from options to an exit code.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/observe_commands.hpp"

namespace secondwave {

struct CensusOptions {
  QueryOptions query;  ///< store and selection
  std::vector<std::string> resolvers;
  bool no_lookup = false;  ///< ask nobody
  bool confirm = false;
  double qps = 100;
  int tries = 3;
  double timeout_s = 2;
  double back_off_s = 1;
  std::vector<std::string> offline;   ///< files of names, stores
  std::vector<std::string> networks;  ///< tables of networks; empty: those of the system
  double max_bad = 0.10;
  std::vector<std::string> by;  ///< dimensions; empty: all that have something
  bool by_day = false;
  bool list_hosts = false;
  std::optional<std::size_t> top;
  std::vector<std::string> sensor_prefixes;  ///< what the sensor watches, for the estimate of hosts
  std::string scan_rate;                     ///< MEAN[:SD]
  std::string classify;                      ///< a file of names: only their kinds, without a store
  std::string out;                           ///< folder of pictures; empty: none
  std::string map;                           ///< shapes of countries; empty: those that came with the program
};
[[nodiscard]] int census_command(const CensusOptions& options);

}  // namespace secondwave
