// The location database of IPFire (libloc, version 1), read from its bytes: all numbers are big-endian, every offset is
// looked at before it is followed. Source of the layout: libloc 0.9.16, format.h.
#include <algorithm>
#include <limits>
#include <string>
#include <unordered_map>

#include "base/text.hpp"
#include "census/network_table.hpp"

namespace secondwave {

namespace {

constexpr std::size_t ipfire_magic_bytes = 8;
constexpr std::size_t ipfire_header_bytes = 64;  // without the signatures
constexpr std::size_t ipfire_node_bytes = 12;
constexpr std::size_t ipfire_network_bytes = 12;
constexpr std::size_t ipfire_as_bytes = 8;
constexpr std::size_t ipfire_longest_name = 200;
constexpr int ipfire_ipv4_bits = 32;

std::uint32_t ipfire_word(std::string_view bytes, std::size_t at) {
  std::uint32_t value = 0;
  for (std::size_t i = 0; i < 4; ++i) value = value << 8 | static_cast<std::uint8_t>(bytes[at + i]);
  return value;
}

}  // namespace

class IpfireFile {
 public:
  static tl::unexpected<Error> damaged(const std::string& path, const std::string& why) {
    return failure(ErrorKind::data, "this location database of IPFire cannot be read: " + why, {.file = path},
                   "fetch it again, or install the package libloc-database anew");
  }

  Result<NetworkTable> read(std::string_view file, const std::string& path) {
    if (file.size() < ipfire_magic_bytes + ipfire_header_bytes) return damaged(path, "it is cut off");
    if (file[7] != 1) return damaged(path, "its version is not 1");
    const std::string_view header = file.substr(ipfire_magic_bytes);
    // created_at, vendor, description, license; then offset and length of each part.
    constexpr std::size_t first_part = 20;
    const auto part = [&](std::size_t number) {
      const std::size_t offset = ipfire_word(header, first_part + 8 * number);
      const std::size_t length = ipfire_word(header, first_part + 8 * number + 4);
      return offset <= file.size() && length <= file.size() - offset ? file.substr(offset, length) : std::string_view();
    };
    ases_ = part(0);
    networks_ = part(1);
    nodes_ = part(2);
    pool_ = part(4);
    if (nodes_.size() < ipfire_node_bytes || networks_.size() < ipfire_network_bytes)
      return damaged(path, "it holds no network, or is cut off");
    table_.kind_ = NetworkTable::Kind::ipfire;
    table_.path_ = path;
    table_.title_ = "IPFire location database";
    if (ipfire_word(header, 0) == 0) table_.date_us_ = std::int64_t{ipfire_word(header, 4)} * 1'000'000;
    table_.has_countries_ = table_.has_networks_ = true;
    read_as_names();
    // IPv4 is ::ffff:0:0/96.
    std::size_t node = 0;
    for (int bit = 0; bit < 96; ++bit) {
      node = child(node, bit >= 80);
      if (node == 0) return damaged(path, "it holds no IPv4 address");
    }
    if (!walk(node, 0, 0)) return damaged(path, "its tree is broken, or goes in circles");
    if (rows_.empty()) return damaged(path, "it holds no network");
    table_.ranges_ = RangeTable::make(std::move(rows_));
    return std::move(table_);
  }

 private:
  /// 0 where there is none, or it does not exist.
  [[nodiscard]] std::size_t child(std::size_t node, bool one) const {
    const std::size_t next = ipfire_word(nodes_, node * ipfire_node_bytes + (one ? 4 : 0));
    return next < nodes_.size() / ipfire_node_bytes ? next : 0;
  }

  bool walk(std::size_t node, Ipv4 base, int depth) {
    // In a tree every node is met once.
    if (++visited_ > nodes_.size() / ipfire_node_bytes) return false;
    const std::uint32_t network = ipfire_word(nodes_, node * ipfire_node_bytes + 8);
    if (network != std::numeric_limits<std::uint32_t>::max() && !add(network, {base, depth})) return false;
    for (const bool one : {false, true}) {
      const std::size_t next = child(node, one);
      if (next == 0) continue;
      if (depth == ipfire_ipv4_bits) return false;
      const Ipv4 bit = one ? Ipv4{1} << (ipfire_ipv4_bits - 1 - depth) : 0;
      if (!walk(next, base | bit, depth + 1)) return false;
    }
    return true;
  }

  bool add(std::size_t number, const Prefix& prefix) {
    if (number >= networks_.size() / ipfire_network_bytes) return false;
    const std::string_view record = networks_.substr(number * ipfire_network_bytes, ipfire_network_bytes);
    NetworkFact fact{.prefix = prefix};
    fact.asn = ipfire_word(record, 4);
    fact.has_prefix = fact.asn != 0;
    if (const auto name = as_names_.find(fact.asn); name != as_names_.end()) fact.as_name = name->second;
    const auto upper = [](char c) { return c >= 'A' && c <= 'Z'; };
    // XD marks networks of bad repute, XX nothing.
    if (upper(record[0]) && upper(record[1]) && record[0] != 'X') fact.country = {record[0], record[1]};
    ++table_.skipped_.read;
    rows_.push_back({{prefix.first(), prefix.last()}, static_cast<std::uint32_t>(table_.facts_.size())});
    table_.facts_.push_back(fact);
    return true;
  }

  void read_as_names() {
    for (std::size_t at = 0; at + ipfire_as_bytes <= ases_.size(); at += ipfire_as_bytes) {
      const std::size_t name_at = ipfire_word(ases_, at + 4);
      if (name_at >= pool_.size()) continue;
      std::string_view name = pool_.substr(name_at, ipfire_longest_name);
      name = name.substr(0, name.find('\0'));
      if (name.empty()) continue;
      const bool is_new = as_names_.try_emplace(ipfire_word(ases_, at), table_.texts_.size()).second;
      if (!is_new) continue;
      std::string clean = to_valid_utf8(name);
      std::replace_if(
          clean.begin(), clean.end(), [](char c) { return c == '\n' || c == '\t'; }, ' ');
      table_.texts_.push_back(std::move(clean));
    }
  }

  std::string_view ases_, networks_, nodes_, pool_;
  std::uint64_t visited_ = 0;
  std::unordered_map<std::uint32_t, std::uint32_t> as_names_;
  std::vector<RangeTable::Row> rows_;
  NetworkTable table_;
};

Result<NetworkTable> NetworkTable::parse_ipfire(std::string_view bytes, const std::string& path) {
  return IpfireFile().read(bytes, path);
}

}  // namespace secondwave
