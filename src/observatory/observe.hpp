// Reads inputs into a store, each byte exactly once.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/cancel.hpp"
#include "base/executor.hpp"
#include "observatory/input_reading.hpp"
#include "observatory/labelling.hpp"
#include "records/store.hpp"

namespace secondwave {

/// How it went with one input.
struct InputReport {
  enum class Status : std::uint8_t {
    fresh,           ///< read for the first time
    grown,           ///< what was new at its end was read
    resumed,         ///< reading went on where it had been interrupted
    unchanged,       ///< nothing in it that was not read before
    other_settings,  ///< as unchanged, but it was read under other settings or rules
    replaced,        ///< read anew in place of what was there
    empty,           ///< it has no bytes
    failed,          ///< see error; what came before it is in the store
    interrupted,     ///< what came before is in the store
  };
  std::string path;
  Status status = Status::failed;
  std::optional<Error> error;
  std::string note;              ///< for people; may be empty
  StoredInput input;             ///< as it is now; id 0 where it is not in the store
  std::uint64_t bytes_read = 0;  ///< decompressed bytes that were read and counted by this call
  std::uint64_t records_read = 0;
  std::uint64_t sightings_added = 0;

  [[nodiscard]] ReadTally tally() const;
};
[[nodiscard]] std::string_view to_string(InputReport::Status status);

struct ObserveRequest {
  std::vector<std::string> paths;  ///< "-" is standard input
  bool replace = false;            ///< read anew what was read before
};

struct ObserveReport {
  std::vector<InputReport> inputs;  ///< in the order of the paths
  bool interrupted = false;
  std::uint64_t sightings = 0;  ///< of all these inputs, now
  std::uint64_t sources = 0;    ///< distinct
};

/// Reads all inputs, several at a time where the executor has several workers. An input that fails leaves the others
/// alone. Requires that nobody else writes to the store meanwhile. Errors: machine or data, where the store fails.
[[nodiscard]] Result<ObserveReport> observe(const Instruments& instruments, const ReadSettings& settings, Store& store,
                                            const ObserveRequest& request, Executor& executor,
                                            const CancelToken* cancel, Progress* progress);

/// Fills in the sums over the inputs of a report.
[[nodiscard]] Status count_report(Store& store, ObserveReport& report);

/// What `observe` does with one input: which one it is, then reads what is new. `known`: Store::prefixes.
/// With `begun`, an input that has something new is not read but handed back there, ready to be.
[[nodiscard]] InputReport observe_one(const ReadingShared& shared, const std::string& path, bool replace,
                                      std::span<const KnownPrefix> known,
                                      std::unique_ptr<InputReading>* begun = nullptr);

}  // namespace secondwave
