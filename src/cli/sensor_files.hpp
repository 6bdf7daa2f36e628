// `simulate --sensor-files`: what the sensors of one replicate would have written, as files.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "cli/output.hpp"
#include "sensor/writer.hpp"

namespace secondwave {

struct RunRequest;
struct Session;

struct SensorFileOptions {
  std::string folder;  ///< empty: nothing is written
  std::vector<std::string> formats;
  std::string worm;  ///< name of an Appearance; empty: by the scenario's name
  double noise_per_h = 0;
  std::uint32_t replicate = 0;
};

/// What was asked for, checked.
struct SensorFilePlan {
  std::string folder;  ///< empty: nothing is written
  std::vector<WrittenFormat> formats;
  const Appearance* worm = nullptr;
  double noise_per_h = 0;
  std::uint32_t replicate = 0;
};

/// Checks everything that can be wrong before hours are spent. Errors: usage.
[[nodiscard]] Result<SensorFilePlan> plan_sensor_files(const SensorFileOptions& options, const Session& session,
                                                       const RunRequest& request);

/// Runs the replicate again and writes SENSOR.ENDING for each sensor and format, and SENSOR.counts.csv, what the
/// counting sensor said. Files that are not complete are called NAME.partial: after an interruption they stay, readable
/// up to their last record; after an error they are removed.
[[nodiscard]] Status write_sensor_files(const SensorFilePlan& plan, const Session& session, const RunRequest& request,
                                        const Common& common);

}  // namespace secondwave
