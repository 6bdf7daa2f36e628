// Where counts are kept: the interface that all stores have. Everything is kept by input, so that it can be taken back.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/error.hpp"
#include "base/time.hpp"
#include "records/cell_block.hpp"
#include "records/sighting_cell.hpp"

namespace secondwave {

using InputId = std::int64_t;

/// What reading an input gave, record by record; every record is in exactly one of the counts.
struct ReadTally {
  struct Bad {
    std::uint64_t place = 0;  ///< line or byte offset
    std::string why;
    bool operator==(const Bad&) const = default;
  };
  static constexpr std::size_t most_bad_samples = 5;
  std::uint64_t sightings = 0;           ///< records that were counted as one
  std::uint64_t repeats = 0;             ///< records about a target that was counted before: only their packets count
  std::uint64_t other = 0;               ///< understood, no source touched a target
  std::uint64_t ipv6 = 0;                ///< understood, about IPv6
  std::uint64_t bad = 0;                 ///< not understood
  std::uint64_t outside = 0;             ///< sightings whose target does not lie in the sensor's dark prefixes
  std::uint64_t unmatched = 0;           ///< lines that no rule matched, not parsed (labelled-only reading)
  std::optional<std::int64_t> first_us;  ///< earliest and latest time of what was counted
  std::optional<std::int64_t> last_us;
  std::vector<Bad> bad_samples;
  bool operator==(const ReadTally&) const = default;

  [[nodiscard]] std::uint64_t records() const { return sightings + repeats + other + ipv6 + bad + outside + unmatched; }
  /// Counts, extremes and samples of both.
  void add(const ReadTally& more);
};

/// An input and how far it was read. The *tail* is what stood behind the last whole record when the input ended: its
/// counts are taken back when the input has grown, and it is read again together with what follows.
struct StoredInput {
  InputId id = 0;
  std::string path;  ///< under which it was last read
  std::string sensor;
  std::string format;  ///< as to_string(InputFormat)
  std::string compression;
  std::string book;          ///< digest of the rules that labelled it
  std::string settings;      ///< everything else that decided its counts, as text
  std::uint64_t offset = 0;  ///< bytes of whole records that were read: here reading goes on
  std::uint64_t length = 0;  ///< bytes of the input including the tail
  std::string digest;        ///< XXH3-128 over the first `length` bytes, 32 hex digits
  std::string head;          ///< the same over the first 256 of them
  std::string state;         ///< of the reader, at `offset`
  bool ended = false;        ///< the end of the input was seen
  bool sealed = false;       ///< cannot go on (made anonymous)
  bool dark = false;         ///< nobody lives at the addresses that its sensor watches
  ReadTally body;
  ReadTally tail;
};

/// An input was `length` bytes long when its end was seen, or is known up to there.
struct KnownPrefix {
  InputId input = 0;
  std::uint64_t length = 0;
  std::string digest;
  std::string head;
  bool pending = false;  ///< of an input that will replace another and is not complete
};

struct StoredRule {
  std::uint16_t number = 0;
  std::string name;
  std::string label;      ///< of a sequence: where it is complete
  std::string otherwise;  ///< of a sequence: where not; else empty
  std::uint8_t steps_needed = 0;
  std::uint8_t steps = 0;  ///< 0: not a sequence
  double within_s = 0;
  bool operator==(const StoredRule&) const = default;
};

/// A time in which a sensor saw nothing because it did not watch.
struct Outage {
  std::int64_t from_us = 0;
  std::int64_t to_us = 0;
  auto operator<=>(const Outage&) const = default;
};

/// What one transaction adds.
struct InputCommit {
  StoredInput input;             ///< id 0: a new input
  std::vector<Block> blocks;     ///< of whole records
  std::vector<Block> tail;       ///< of the tail; only with input.ended
  bool pending = false;          ///< counted nowhere until a commit without it
  std::vector<InputId> instead;  ///< inputs that are forgotten in the same transaction
};

/// Which inputs a query looks at.
struct SweepFilter {
  std::optional<std::string> sensor;
  std::vector<InputId> inputs;  ///< empty: all
  std::optional<Ipv4> source;   ///< this one alone
};

/// A cell and the input it is of.
struct InputCell {
  InputId input = 0;
  SightingCell cell;
};

class Store {
 public:
  virtual ~Store() = default;

  /// All inputs but pending ones, by id, without reader states.
  [[nodiscard]] virtual Result<std::vector<StoredInput>> inputs() = 0;
  /// One input, pending or not, with its state. Errors: usage, where there is none.
  [[nodiscard]] virtual Result<StoredInput> input(InputId id) = 0;
  [[nodiscard]] virtual Result<std::vector<KnownPrefix>> prefixes() = 0;

  /// Makes the rules of a book known; one that is known stays as it is.
  [[nodiscard]] virtual Status put_book(const std::string& digest, std::span<const StoredRule> rules) = 0;
  /// By number. Errors: data, where the book is unknown.
  [[nodiscard]] virtual Result<std::vector<StoredRule>> book(const std::string& digest) = 0;

  /// Replaces what is known of the sensor's outages.
  [[nodiscard]] virtual Status put_outages(const std::string& sensor, std::span<const Outage> outages) = 0;
  [[nodiscard]] virtual Result<std::vector<Outage>> outages(const std::string& sensor) = 0;

  /// One transaction: what is not in the store after a crash was never there. Gives the input's id.
  [[nodiscard]] virtual Result<InputId> commit(const InputCommit& commit) = 0;
  /// Takes an input back, in one transaction. Errors: usage, where there is none.
  [[nodiscard]] virtual Status forget(InputId id) = 0;
  /// Drops all cells and evidence before `minute`; the inputs stay known. Gives how many cells went.
  [[nodiscard]] virtual Result<std::uint64_t> prune(Minute minute) = 0;

  /// Calls `visit` for each source in ascending order with all its cells, in order of minute, tag and input; the span
  /// is valid during the call. Memory: one block for each part of an input that overlaps the source, and one source.
  /// Exact. An error of `visit` ends it.
  using Visit = std::function<Status(Ipv4 source, std::span<const InputCell> cells)>;
  [[nodiscard]] virtual Status sweep(const SweepFilter& filter, const Visit& visit) = 0;

  /// The samples of evidence that `filter` lets through, by source, rule, input and place.
  struct InputEvidence {
    InputId input = 0;
    EvidenceSample sample;
  };
  [[nodiscard]] virtual Result<std::vector<InputEvidence>> evidence(const SweepFilter& filter) = 0;

  /// The same, source by source in ascending order; `visit` may take the samples. Memory: as of sweep, in stores that
  /// have their own; as of evidence in others.
  using EvidenceVisit = std::function<Status(std::vector<InputEvidence>&)>;
  [[nodiscard]] virtual Status sweep_evidence(const SweepFilter& filter, const EvidenceVisit& visit);
};

}  // namespace secondwave
