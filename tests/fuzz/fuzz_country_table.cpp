// Any bytes are a country table or an error: no crash, and what a table says holds together.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>
#include <vector>

#include "net/country_table.hpp"

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

/// country_of and find tell the same story about the edges of every range and about what lies just outside.
void check_edges(const secondwave::CountryTable& table, const secondwave::CountryRanges& country) {
  for (const secondwave::AddressRange& range : country.ranges) {
    require(range.first <= range.last);
    require(table.country_of(range.first) == country.code);
    require(table.country_of(range.last) == country.code);
    if (range.first > 0) require(table.country_of(range.first - 1) != country.code);
    if (range.last < 0xFFFFFFFFu) require(table.country_of(range.last + 1) != country.code);
  }
}

void check_table(const secondwave::CountryTable& table) {
  require(!table.countries().empty());
  require(table.skipped().samples.size() <= 5 && table.skipped().samples.size() <= table.skipped().skipped);
  std::uint64_t all = 0;
  for (std::size_t i = 0; i < table.countries().size(); ++i) {
    const secondwave::CountryRanges& country = table.countries()[i];
    require(country.code.size() == 2 && table.find(country.code) == &country);
    if (i > 0) require(table.countries()[i - 1].code < country.code);
    std::uint64_t addresses = 0;
    for (std::size_t j = 0; j < country.ranges.size(); ++j) {
      if (j > 0) require(country.ranges[j - 1].last < country.ranges[j].first);
      addresses += country.ranges[j].size();
    }
    require(addresses == country.addresses && addresses > 0);
    all += addresses;
    // Edges that answer with the country's own code also show that no other country claims them: all are disjoint.
    check_edges(table, country);
  }
  require(all <= (std::uint64_t{1} << 32));
}

/// A prefix that is read is written as it is read again.
void check_prefix(std::string_view text) {
  const auto prefix = secondwave::parse_prefix(text);
  require(prefix.has_value() == secondwave::try_parse_prefix(text).has_value());
  if (prefix) require(secondwave::parse_prefix(secondwave::to_string(*prefix)).value() == *prefix);
  if (!prefix) require(!prefix.error().text().empty());
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const double max_bad_share : {0.10, 1.0}) {
    const auto table = secondwave::CountryTable::parse(text, "fuzzed", max_bad_share);
    if (table) {
      check_table(*table);
    } else {
      require(table.error().kind == secondwave::ErrorKind::data && !table.error().text().empty());
    }
  }
  check_prefix(text.substr(0, 64));
  return 0;
}
