// What a hindcast reads: beliefs as TOML, and the record of 2001 as it was known at an hour.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include "inference/hindcast.hpp"

namespace secondwave {

struct PriorsFile {
  HindcastPriors priors;
  std::string sha256;
};

/// Errors: data, where a number is missing, not in its range, without `source` or `known_at`, or known after the wave
/// began (2001-08-01T00:00:00Z).
[[nodiscard]] Result<PriorsFile> read_priors(const std::string& path);

/// A count of the record with the moment at which it was public.
struct RecordedCount {
  std::string series;
  std::string key;
  double hour = 0;  ///< since 2001-08-01T00:00:00Z
  double width_h = 0;
  double count = 0;
  double known_h = 0;
};
[[nodiscard]] Result<std::vector<RecordedCount>> read_record(const std::string& path);

/// The sources of intelsat-16 and the totals of incidents-org that were known at an hour.
[[nodiscard]] HindcastData known_at_hour(const std::vector<RecordedCount>& rows, double hour, bool to_owners);

}  // namespace secondwave
