// Files in MaxMind's format, through libmaxminddb.
#include <fmt/format.h>
#include <maxminddb.h>

#include <algorithm>
#include <charconv>
#include <string>
#include <unordered_map>
#include <utility>

#include "base/text.hpp"
#include "census/network_table.hpp"

namespace secondwave {

namespace {

constexpr std::int64_t maxmind_second_us = 1'000'000;
constexpr std::size_t longest_text = 200;
constexpr int ipv4_bits = 32;
constexpr int ipv4_inside_ipv6 = 96;

template <class... Keys>
bool value_at(MMDB_entry_s entry, MMDB_entry_data_s& data, Keys... keys) {
  const char* const path[] = {keys..., nullptr};
  return MMDB_aget_value(&entry, &data, path) == MMDB_SUCCESS && data.has_data;
}

template <class... Keys>
std::string_view text_at(MMDB_entry_s entry, Keys... keys) {
  MMDB_entry_data_s data;
  if (!value_at(entry, data, keys...) || data.type != MMDB_DATA_TYPE_UTF8_STRING) return {};
  return {data.utf8_string, data.data_size};
}

template <class... Keys>
std::uint32_t number_at(MMDB_entry_s entry, Keys... keys) {
  MMDB_entry_data_s data;
  if (!value_at(entry, data, keys...)) return 0;
  switch (data.type) {
    case MMDB_DATA_TYPE_UINT16:
      return data.uint16;
    case MMDB_DATA_TYPE_UINT32:
      return data.uint32;
    case MMDB_DATA_TYPE_UTF8_STRING: {  // "AS64500"
      std::string_view text(data.utf8_string, data.data_size);
      if (text.starts_with("AS")) text.remove_prefix(2);
      std::uint32_t number = 0;
      const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), number);
      return fault == std::errc() && end == text.data() + text.size() ? number : 0;
    }
    default:
      return 0;
  }
}

}  // namespace

/// Walks the IPv4 part of the search tree, which must not go in circles, into a flat table.
class MaxMindFile {
 public:
  ~MaxMindFile() {
    if (open_) MMDB_close(&file_);
  }

  Result<NetworkTable> read(const std::string& path) {
    const int status = MMDB_open(path.c_str(), MMDB_MODE_MMAP, &file_);
    if (status != MMDB_SUCCESS) return damaged(path, MMDB_strerror(status));
    open_ = true;
    // libmaxminddb 1.7.1 multiplies these in 32 bits and would read behind the file.
    const std::uint64_t tree_bytes = std::uint64_t{file_.metadata.node_count} * file_.full_record_byte_size;
    if (tree_bytes == 0 || tree_bytes > static_cast<std::uint64_t>(file_.file_size))
      return damaged(path, "its tree is larger than the file");
    table_.kind_ = NetworkTable::Kind::maxmind;
    table_.path_ = path;
    if (file_.metadata.database_type != nullptr) table_.title_ = to_valid_utf8(file_.metadata.database_type);
    table_.date_us_ = static_cast<std::int64_t>(std::min<std::uint64_t>(file_.metadata.build_epoch, 253402300799u)) *
                      maxmind_second_us;
    std::uint32_t node = 0;
    if (file_.metadata.ip_version == 6) {
      // ::/96 is where IPv4 lives; a shorter way means that all of it shares one record.
      for (int bit = 0; bit < ipv4_inside_ipv6; ++bit) {
        MMDB_search_node_s at;
        if (MMDB_read_node(&file_, node, &at) != MMDB_SUCCESS) return damaged(path, "its tree is broken");
        if (at.left_record_type == MMDB_RECORD_TYPE_EMPTY) return damaged(path, "it holds no IPv4 address");
        if (at.left_record_type != MMDB_RECORD_TYPE_SEARCH_NODE) return damaged(path, "it has no tree for IPv4");
        node = static_cast<std::uint32_t>(at.left_record);
      }
    }
    if (!walk(node, 0, 0)) return damaged(path, "its tree is broken, or goes in circles");
    if (!table_.has_countries_ && !table_.has_networks_) {
      return failure(ErrorKind::data,
                     fmt::format("a database of type '{}' without countries and AS numbers", table_.title_),
                     {.file = path}, "give one of countries, cities or ASNs");
    }
    table_.ranges_ = RangeTable::make(std::move(rows_));
    return std::move(table_);
  }

 private:
  static tl::unexpected<Error> damaged(const std::string& path, const std::string& why) {
    return failure(ErrorKind::data, "this file in MaxMind's format cannot be read: " + why, {.file = path},
                   "fetch it again");
  }

  bool walk(std::uint32_t node, Ipv4 base, int depth) {
    // In a tree every node is met once.
    if (depth >= ipv4_bits || ++visited_ > file_.metadata.node_count) return false;
    MMDB_search_node_s at;
    if (MMDB_read_node(&file_, node, &at) != MMDB_SUCCESS) return false;
    const Ipv4 right = base | Ipv4{1} << (ipv4_bits - 1 - depth);
    return branch(at.left_record_type, at.left_record, at.left_record_entry, base, depth + 1) &&
           branch(at.right_record_type, at.right_record, at.right_record_entry, right, depth + 1);
  }

  bool branch(std::uint8_t type, std::uint64_t record, const MMDB_entry_s& entry, Ipv4 base, int depth) {
    switch (type) {
      case MMDB_RECORD_TYPE_EMPTY:
        return true;
      case MMDB_RECORD_TYPE_SEARCH_NODE:
        return walk(static_cast<std::uint32_t>(record), base, depth);
      case MMDB_RECORD_TYPE_DATA:
        add({base, depth}, entry);
        return true;
      default:
        return false;
    }
  }

  /// Many networks share one record: it is read once.
  void add(const Prefix& prefix, const MMDB_entry_s& entry) {
    const auto [at, is_new] = known_.try_emplace(entry.offset);
    if (is_new) at->second = fact_of(entry);
    NetworkFact fact = at->second;
    if (fact.asn == 0 && fact.country[0] == 0 && fact.city == 0) {
      ++table_.skipped_.skipped;
      return;
    }
    ++table_.skipped_.read;
    fact.prefix = prefix;
    fact.has_prefix = fact.asn != 0;
    rows_.push_back({{prefix.first(), prefix.last()}, static_cast<std::uint32_t>(table_.facts_.size())});
    table_.facts_.push_back(fact);
  }

  NetworkFact fact_of(const MMDB_entry_s& entry) {
    NetworkFact fact;
    fact.asn = number_at(entry, "autonomous_system_number");
    if (fact.asn == 0) fact.asn = number_at(entry, "asn");
    if (fact.asn != 0) {
      std::string_view name = text_at(entry, "autonomous_system_organization");
      if (name.empty()) name = text_at(entry, "as_name");
      fact.as_name = intern(name);
      table_.has_networks_ = true;
    }
    std::string_view country = text_at(entry, "country", "iso_code");
    if (country.empty()) country = text_at(entry, "registered_country", "iso_code");
    if (country.empty()) country = text_at(entry, "country_code");
    const auto upper = [](char c) { return c >= 'A' && c <= 'Z'; };
    if (country.size() == 2 && upper(country[0]) && upper(country[1])) {
      fact.country = {country[0], country[1]};
      table_.has_countries_ = true;
    }
    fact.city = intern(text_at(entry, "city", "names", "en"));
    return fact;
  }

  std::uint32_t intern(std::string_view text) {
    if (text.empty()) return 0;
    std::string clean = to_valid_utf8(text.substr(0, longest_text));
    std::replace_if(
        clean.begin(), clean.end(), [](char c) { return c == '\n' || c == '\t'; }, ' ');
    const auto [at, is_new] = interned_.try_emplace(std::move(clean), static_cast<std::uint32_t>(table_.texts_.size()));
    if (is_new) table_.texts_.push_back(at->first);
    return at->second;
  }

  MMDB_s file_{};
  bool open_ = false;
  std::uint64_t visited_ = 0;
  NetworkTable table_;
  std::vector<RangeTable::Row> rows_;
  std::unordered_map<std::uint32_t, NetworkFact> known_;
  std::unordered_map<std::string, std::uint32_t> interned_;
};

Result<NetworkTable> NetworkTable::read_maxmind(const std::string& path) {
  return MaxMindFile().read(path);
}

}  // namespace secondwave
