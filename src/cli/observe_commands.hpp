// The commands that read inputs into a store and ask it, each a function from options to an exit code.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "cli/output.hpp"

namespace secondwave {

struct ObserveOptions {
  Common common;
  std::vector<std::string> inputs;
  std::string store;
  std::string sensor;
  std::string sensor_file;
  std::string time_zone;
  std::optional<int> year;
  std::vector<std::string> dark;
  std::string signatures;
  std::string origin = "observed";
  bool labelled_only = false;
  bool replace = false;
  double max_bad = 0.10;
  std::uint32_t jobs = 0;
  std::optional<double> until_idle_s;  ///< of follow
  double poll_s = 1;                   ///< of follow
};
[[nodiscard]] int observe_command(const ObserveOptions& options);
[[nodiscard]] int follow_command(const ObserveOptions& options);

struct QueryOptions {
  Common common;
  std::string store;
  std::string label;
  std::string sensor;
  std::string from;
  std::string to;
  std::vector<std::string> own;
  std::string known;  ///< file of known scanners
  std::string by = "hour";
  std::string count = "sources";
  std::string sort = "sightings";
  std::optional<std::uint64_t> top;
  std::string address;
  std::string correct_skew;  ///< the sensor whose clock is right; empty: times as they were written
};
[[nodiscard]] int series_command(const QueryOptions& options);
[[nodiscard]] int sources_command(const QueryOptions& options);
[[nodiscard]] int evidence_command(const QueryOptions& options);
[[nodiscard]] int skew_command(const QueryOptions& options);

struct StoreOptions {
  Common common;
  std::string store;
  std::vector<std::string> inputs;  ///< of forget, and the files of contacts
  std::string older_than;           ///< of prune
  std::string other;                ///< of merge and anonymise
  std::string key;                  ///< of anonymise
  double max_bad = 0.10;            ///< of contacts
  bool clear = false;               ///< of contacts
};
[[nodiscard]] int store_info_command(const StoreOptions& options);
[[nodiscard]] int store_forget_command(const StoreOptions& options);
[[nodiscard]] int store_prune_command(const StoreOptions& options);
[[nodiscard]] int store_merge_command(const StoreOptions& options);
[[nodiscard]] int store_anonymise_command(const StoreOptions& options);
[[nodiscard]] int store_contacts_command(const StoreOptions& options);

}  // namespace secondwave
