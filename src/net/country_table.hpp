// A prefix-to-country table: which country holds which addresses.
#pragma once

#include <cstddef>
#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "net/prefix.hpp"

namespace secondwave {

/// A closed range of addresses.
struct AddressRange {
  Ipv4 first = 0;
  Ipv4 last = 0;
  [[nodiscard]] std::uint64_t size() const { return std::uint64_t{last} - first + 1; }
};

/// What a reader skipped: counted, the first few shown with their line.
struct SkippedRecords {
  struct Sample {
    std::size_t line = 0;
    std::string why;
  };
  std::uint64_t read = 0;       ///< records that were understood and taken
  std::uint64_t skipped = 0;    ///< records that were left out
  std::vector<Sample> samples;  ///< the first five
};

/// The ranges of one country, disjoint and in order.
struct CountryRanges {
  std::string code;  ///< two letters, upper case
  std::vector<AddressRange> ranges;
  std::uint64_t addresses = 0;  ///< sum of the ranges' sizes
};

/// Immutable after parse; safe to share between threads. Countries are in alphabetical order of their codes.
class CountryTable {
 public:
  /// Reads text lines "first,last,CC" with the addresses as decimal numbers (Tor's geoip file) or as dotted quads, and
  /// lines "prefix,CC". Blank lines and # comments are skipped silently. A row that cannot be read, is reversed, or
  /// overlaps an earlier row is skipped and counted in `skipped`; rows of unknown country ("??") are read but hold no
  /// hosts. Adjacent ranges of one country become one. The table depends on the order of the rows only where they
  /// overlap. Memory: at most 64 bytes a row beside the text; the caller that reads the file bounds its size. Errors:
  /// data, when more than `max_bad_share` of the rows are skipped, or none is left; the place is the first skipped row.
  [[nodiscard]] static Result<CountryTable> parse(std::string_view text, std::string_view file_name,
                                                  double max_bad_share = 0.10);

  [[nodiscard]] std::span<const CountryRanges> countries() const { return countries_; }
  /// The country with this code (two upper-case letters), or nullptr.
  [[nodiscard]] const CountryRanges* find(std::string_view code) const;
  /// Code of the country that holds `address`, or an empty view.
  [[nodiscard]] std::string_view country_of(Ipv4 address) const;
  [[nodiscard]] const SkippedRecords& skipped() const { return skipped_; }

 private:
  struct Owner {
    AddressRange range;
    std::uint16_t country = 0;
  };
  /// Requires that `range` is behind all ranges before it.
  void append(const AddressRange& range, std::uint16_t number);

  std::vector<CountryRanges> countries_;
  std::vector<Owner> owners_;  ///< all ranges in order of address, for country_of
  SkippedRecords skipped_;
};

}  // namespace secondwave
