// Counts in memory between two commits.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "records/cell_block.hpp"
#include "records/sighting.hpp"
#include "signature/labels.hpp"

namespace secondwave {

/// A hash table of source, minute and tag to counts. Memory: 48 bytes a cell and 8 a further target, no more than about
/// 100 MB where the caller takes its content once it is full.
class Accumulator {
 public:
  static constexpr std::size_t most_cells = std::size_t{1} << 19;

  Accumulator();
  /// Requires equal sizes, and times from 1970 to 9999.
  void add(std::span<const Sighting> sightings, std::span<const Verdict> verdicts, Origin origin);

  [[nodiscard]] bool empty() const { return entries_.empty(); }
  /// Its content should be taken before more is added.
  [[nodiscard]] bool full() const;
  /// Everything counted, as blocks in order; it is empty afterwards. The blocks depend only on what was added, not on
  /// its order (evidence: on the order of equal places).
  [[nodiscard]] std::vector<Block> take();

 private:
  struct Entry {
    Ipv4 source;
    Minute minute;
    std::uint64_t tag;
    std::uint64_t packets;
    std::uint64_t targets;
    std::uint32_t sightings;
    std::uint32_t first_us;  // the two highest bits: one_target, more_targets
    std::uint32_t last_us;
    Ipv4 target;
  };
  struct Further {  // a target beyond the first of its entry
    std::uint32_t entry;
    Ipv4 target;
    auto operator<=>(const Further&) const = default;
  };
  [[nodiscard]] std::uint32_t find(std::uint64_t hash, Ipv4 source, Minute minute, std::uint64_t tag);
  void count(const Sighting& sighting, Entry& entry, std::uint32_t index);
  void keep_evidence(const Sighting& sighting, std::uint16_t rule);
  [[nodiscard]] bool wants_evidence(Ipv4 source, std::uint16_t rule);
  void grow();

  std::vector<std::uint32_t> slots_;  // 12 bits of the hash over 20 bits of 1 + the entry's index; 0: free
  std::vector<Entry> entries_;
  std::vector<Further> further_;
  std::vector<EvidenceSample> samples_;
  std::vector<std::uint64_t> seen_;  // source, rule and how many samples there are; 0: free
  std::size_t seen_used_ = 0;
};

/// The cell's tag for a sighting.
[[nodiscard]] Tag tag_of(const Sighting& sighting, const Verdict& verdict, Origin origin);

/// Printable ASCII, anything else as \xNN, 200 bytes at most.
[[nodiscard]] std::string printable_sample(std::string_view bytes);
/// What a sighting shows as evidence: its text, or its header where it has none or one that is not printable.
[[nodiscard]] std::string evidence_text(const Sighting& sighting);

}  // namespace secondwave
