// Cells and evidence as compact bytes: what a store keeps. The form is described in docs/reference/store.md.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "records/sighting_cell.hpp"

namespace secondwave {

/// Cells in order of source, minute and tag, or evidence in order of source, rule and place; about 8 to 16 bytes a
/// cell.
struct Block {
  enum class Kind : std::uint8_t { cells = 0, evidence = 1 };
  Kind kind = Kind::cells;
  Ipv4 first_source = 0;
  Ipv4 last_source = 0;
  Minute first_minute = 0;  ///< earliest and latest minute of its items
  Minute last_minute = 0;
  std::uint64_t items = 0;
  std::string bytes;
};

/// Makes blocks of cells that come in order; each block holds about 4,096.
class CellWriter {
 public:
  static constexpr std::size_t cells_per_block = 4096;
  /// Requires source, minute and tag not before those of the last cell. A cell equal in all three is joined to it.
  void add(const SightingCell& cell);
  /// The same without a vector of targets: `targets` ascending and distinct. Requires a key beyond the last one's.
  void add(const SightingCell& counts, std::span<const Ipv4> targets);
  /// All blocks; the writer is empty afterwards.
  [[nodiscard]] std::vector<Block> take();
  /// The blocks that are full; the rest stays.
  [[nodiscard]] std::vector<Block> take_full();

 private:
  void put(const SightingCell& counts, std::span<const Ipv4> targets);
  void close_block();

  std::vector<Block> blocks_;
  std::vector<std::uint64_t> tags_;
  std::string body_;
  Block open_;
  SightingCell held_;
  Minute previous_minute_ = 0;
  Ipv4 previous_target_ = 0;
  std::size_t last_tag_ = 0;
  bool holds_ = false;
};

/// Walks the cells of a block. The bytes must outlive it.
class CellCursor {
 public:
  CellCursor() = default;
  /// Errors (here and in next): data, where the bytes are not those of a block.
  [[nodiscard]] static Result<CellCursor> open(std::string_view bytes, std::uint64_t items, Ipv4 first_source);
  /// The cell where the cursor stands; valid until next().
  [[nodiscard]] const SightingCell& cell() const { return cell_; }
  /// Goes to the first or next cell; false behind the last one.
  [[nodiscard]] Result<bool> next();

 private:
  [[nodiscard]] bool read_counts(std::uint8_t flags);
  [[nodiscard]] bool read_targets(std::uint8_t flags);

  const char* at_ = nullptr;
  const char* end_ = nullptr;
  std::uint64_t left_ = 0;
  std::vector<std::uint64_t> tags_;
  SightingCell cell_;
  Ipv4 previous_target_ = 0;
};

/// Evidence as blocks of at most about 64 KiB. Requires order of source, rule and place; keeps of each source and rule
/// the first EvidenceSample::per_rule (without_rule: 1) and drops the rest.
[[nodiscard]] std::vector<Block> evidence_blocks(std::span<const EvidenceSample> samples);
/// Errors: data, where the bytes are not those of a block.
[[nodiscard]] Result<std::vector<EvidenceSample>> read_evidence(std::string_view bytes, std::uint64_t items);

}  // namespace secondwave
