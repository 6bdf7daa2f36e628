// Whom to tell: contacts of networks, from tables and RDAP answers that the user saved. No question is asked of
// anybody.
#pragma once

#include <array>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/error.hpp"
#include "net/country_table.hpp"
#include "net/prefix.hpp"

namespace secondwave {

/// Who answers for a network.
struct NetworkContact {
  std::string address;  ///< a mail address
  std::string name;     ///< one line; may be empty
  std::string source;   ///< the file that says so
};

/// Contacts by prefix and by AS number. Memory: bounded by the files, of which each is 256 MB at most.
class ContactBook {
 public:
  static constexpr std::size_t largest_file = std::size_t{256} << 20;

  /// Reads a file, whatever it is: RDAP where its first character is { or [, else a table. Errors: data, with the place
  /// of the first bad record, where more than `max_bad_share` are bad or none is good.
  [[nodiscard]] Result<SkippedRecords> read(std::string_view text, const std::string& file, double max_bad_share);

  /// Lines "PREFIX,CONTACT,NAME" or "ASn,CONTACT,NAME", by commas (fields may be quoted) or tabs; the name may be
  /// missing. A first line that is a header, blank lines and # comments are passed over. Of rows about the same network
  /// the first counts.
  [[nodiscard]] Result<SkippedRecords> read_table(std::string_view text, const std::string& file, double max_bad_share);

  /// Answers of RDAP servers (RFC 9083) about networks and AS numbers: one object, an array, or an object a line. The
  /// contact is the mail address of the entity with the role "abuse", at whatever depth (8 at most). An object without
  /// one is bad.
  [[nodiscard]] Result<SkippedRecords> read_rdap(std::string_view text, const std::string& file, double max_bad_share);

  /// The contact of the longest prefix that holds the address, else that of the AS (0: unknown), else nullptr.
  [[nodiscard]] const NetworkContact* find(Ipv4 address, std::uint32_t asn) const;

  /// False where the network has a contact already.
  bool add(const Prefix& prefix, NetworkContact contact);
  bool add(std::uint32_t asn, NetworkContact contact);

  /// Calls `visit` for each, in no order.
  using Visit = std::function<void(const std::optional<Prefix>& prefix, std::uint32_t asn, const NetworkContact&)>;
  void each(const Visit& visit) const;

  [[nodiscard]] std::size_t size() const { return contacts_.size(); }

 private:
  std::vector<NetworkContact> contacts_;
  std::array<std::unordered_map<Ipv4, std::uint32_t>, 33> by_prefix_;
  std::unordered_map<std::uint32_t, std::uint32_t> by_asn_;
};

/// "AS64500" or "64500", 1 to 4294967294.
[[nodiscard]] std::optional<std::uint32_t> parse_asn(std::string_view text);

/// The fewest prefixes that make up the range, in order.
[[nodiscard]] std::vector<Prefix> prefixes_of(const AddressRange& range);

/// Counts a record that was skipped and keeps the first five.
void skip_record(SkippedRecords& skipped, std::size_t line, std::string why);
/// The error of a file that has too many of them, or no good record; else success.
[[nodiscard]] Status judge_skipped(const SkippedRecords& skipped, const std::string& file, double max_bad_share,
                                   const char* what_is_wanted);

}  // namespace secondwave
