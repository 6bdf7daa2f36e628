// The hosts of a store with everything that is known of them: what census and notices start from.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "census/hosts_count.hpp"
#include "census/name_stage.hpp"
#include "census/network_table.hpp"
#include "cli/census_commands.hpp"
#include "cli/query_setup.hpp"
#include "ingest/reader.hpp"
#include "records/host_fact.hpp"

namespace secondwave {

/// Hosts in ascending order of address, and where the knowledge comes from.
struct Census {
  std::vector<HostFact> hosts;
  std::vector<std::string> sensors;            ///< bit n of HostFact::sensors
  std::map<std::string, std::uint64_t> apart;  ///< left out: --own and --known, by name
  struct Table {
    NetworkTable table;
    std::optional<double> years_apart;
  };
  std::vector<Table> networks;
  struct NamesFile {
    std::string path;
    ReadCounts counts;           ///< of a store: its periods as `sightings`
    std::uint64_t of_hosts = 0;  ///< answers about hosts of this census
  };
  std::vector<NamesFile> files;
  std::vector<std::string> resolvers;  ///< that were asked
  NameTraffic traffic;
  std::uint64_t answers = 0;  ///< addresses that were asked about and of which the answer was not silence
  HostSetting host_setting;
  std::uint64_t simulated = 0;  ///< hosts that a simulated sensor saw
  std::uint64_t not_asked_simulated = 0;
  bool interrupted = false;
};

/// Sources of the selection, names from files, cache and resolvers (says first whom it will ask), networks and
/// countries (warns where a table is years from the sightings). Errors: usage, data, machine. Interrupted while asking:
/// a census that says so.
[[nodiscard]] Result<Census> take_census(const CensusOptions& options);

}  // namespace secondwave
