// Notices to network owners: from options to an exit code.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "cli/observe_commands.hpp"

namespace secondwave {

struct NotifyOptions {
  QueryOptions query;               ///< store, sensor, times, own networks, known scanners
  std::vector<std::string> labels;  ///< empty: every label of a worm
  std::string out;
  std::vector<std::string> contacts;
  std::vector<std::string> networks;
  std::vector<std::string> allow;
  std::vector<std::string> formats;  ///< empty: all
  std::string tlp = "amber";
  std::string sender;
  std::string date;    ///< empty: the last sighting's
  std::string advice;  ///< empty: the table that came with the program
  bool exercise = false;
  bool again = false;
  double max_bad = 0.10;
  std::uint32_t jobs = 0;
};
[[nodiscard]] int notify_command(const NotifyOptions& options);

}  // namespace secondwave
