// Whose network an address is in, and in which country: tables of several makers behind one look-up.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "net/country_table.hpp"
#include "net/range_table.hpp"
#include "records/host_fact.hpp"

namespace secondwave {

/// What a table says of a network. Zero and empty where it says nothing.
struct NetworkFact {
  Prefix prefix;
  bool has_prefix = false;  ///< false where the table knows ranges of countries only
  std::uint32_t asn = 0;
  std::uint32_t as_name = 0;  ///< index into NetworkTable::texts
  std::uint32_t city = 0;
  std::array<char, 2> country = {};
};

/// A table of networks. Immutable; safe to share between threads.
class NetworkTable {
 public:
  enum class Kind : std::uint8_t { maxmind, pfx2as, geoip, ipfire };

  /// Reads a file of any kind; it is told by its content, packed text is unpacked. Errors: machine; data, where it is
  /// none of them, is damaged, or more than `max_bad_share` of its rows are bad.
  [[nodiscard]] static Result<NetworkTable> open(const std::string& path, double max_bad_share = 0.10);

  /// CAIDA's RouteViews prefix2as: lines "base<TAB>length<TAB>AS"; of several origins ("1_2") and sets ("1,2") the
  /// first is taken. Rows may come in any order; the first of two about the same prefix counts. The date is that in the
  /// file's name (routeviews-rv2-20010719-...), if there is one. Errors: data.
  [[nodiscard]] static Result<NetworkTable> parse_pfx2as(std::string_view text, const std::string& file,
                                                         double max_bad_share = 0.10);
  /// Tor's geoip text and what CountryTable reads besides. Errors: data.
  [[nodiscard]] static Result<NetworkTable> parse_geoip(std::string_view text, const std::string& file,
                                                        double max_bad_share = 0.10);
  /// A file in MaxMind's format, at any place of the file system, with countries, cities or AS numbers (in the layout
  /// of MaxMind and DB-IP, or flat: "country_code", "asn"). The whole IPv4 part is read into a flat table. Errors:
  /// machine; data (damaged, another type of database, a tree with circles, built without libmaxminddb).
  [[nodiscard]] static Result<NetworkTable> read_maxmind(const std::string& path);

  /// The location database of IPFire (Debian: libloc-database), version 1: countries, AS numbers and names. Errors:
  /// data.
  [[nodiscard]] static Result<NetworkTable> parse_ipfire(std::string_view bytes, const std::string& path);

  [[nodiscard]] const NetworkFact* find(Ipv4 address) const {
    const std::uint32_t row = ranges_.find(address);
    return row == RangeTable::none ? nullptr : &facts_[row];
  }
  [[nodiscard]] const std::string& text(std::uint32_t index) const { return texts_[index]; }

  [[nodiscard]] Kind kind() const { return kind_; }
  [[nodiscard]] const std::string& path() const { return path_; }
  [[nodiscard]] const std::string& title() const { return title_; }  ///< "GeoLite2-ASN", "prefix2as", ...
  /// What day its knowledge is of: as the file says, else when it was last changed. Nothing where neither is known.
  [[nodiscard]] std::optional<std::int64_t> date_us() const { return date_us_; }
  [[nodiscard]] const SkippedRecords& skipped() const { return skipped_; }
  [[nodiscard]] bool has_countries() const { return has_countries_; }
  [[nodiscard]] bool has_networks() const { return has_networks_; }
  [[nodiscard]] std::size_t rows() const { return facts_.size(); }

 private:
  friend class MaxMindFile;
  friend class IpfireFile;
  Kind kind_ = Kind::geoip;
  std::string path_;
  std::string title_;
  std::optional<std::int64_t> date_us_;
  SkippedRecords skipped_;
  RangeTable ranges_;
  std::vector<NetworkFact> facts_;
  std::vector<std::string> texts_ = {""};
  bool has_countries_ = false;
  bool has_networks_ = false;
};

[[nodiscard]] std::string_view to_string(NetworkTable::Kind kind);

/// Gives each host its country, city, AS and network, each from the first table that knows it.
void locate(std::span<const NetworkTable> tables, std::span<HostFact> hosts);

/// How many years a table's day is away from the time between the first and last sighting; 0 within it. Nothing where
/// the table has no date or there is no host.
[[nodiscard]] std::optional<double> years_apart(const NetworkTable& table, std::span<const HostFact> hosts);

}  // namespace secondwave
