// A name taken apart: labels, whole words, numbers, the address that may be written in it.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "net/prefix.hpp"

namespace secondwave {

/// Longest name that is looked at: the presentation form of 255 bytes in which every byte is written \DDD.
inline constexpr std::size_t max_name_bytes = 1024;

/// A run of letters, or a chunk in which letters and digits mix ("t1", "3g"), of one label.
struct NameWord {
  std::string_view text;
  std::uint8_t label = 0;     ///< 0 is the leftmost
  std::uint8_t place = 0;     ///< how many words of the same label stand before it
  bool mixed = false;         ///< the whole chunk; its runs of letters follow it
  bool numbered = false;      ///< a digit follows at once, or behind one separator
  bool begins_label = false;  ///< nothing of the label stands before it
  bool joins_next = false;    ///< only one separator stands between it and the next word
};

/// How the address is written in a name.
enum class AddressForm : std::uint8_t {
  none,
  serial,   ///< a number or identifier that tells hosts of one kind apart, not the address as far as one can see
  partial,  ///< some octets of the host's address
  whole,    ///< all of it, in any of the usual ways
};

struct AddressInName {
  AddressForm form = AddressForm::none;
  std::string_view text;
};

/// Views into a name in lower case, which must outlive it. Fixed size: the words behind the first 64 are left out.
class NameParts {
 public:
  /// Requires at most max_name_bytes of printable text in lower case, without the last dot. Labels that no host name
  /// has (other characters than letters, digits, - and _; xn--...) have no words.
  explicit NameParts(std::string_view lower_case_name);

  [[nodiscard]] std::string_view name() const { return name_; }
  /// Labels before the registered domain, the leftmost first.
  [[nodiscard]] std::size_t host_labels() const { return host_labels_; }
  [[nodiscard]] std::size_t labels() const { return labels_; }
  [[nodiscard]] std::string_view label(std::size_t index) const { return label_[index]; }
  /// What stands left of the registered domain, without the dot between.
  [[nodiscard]] std::string_view host() const { return host_; }
  [[nodiscard]] std::string_view domain() const { return domain_; }
  [[nodiscard]] std::size_t words() const { return words_; }
  [[nodiscard]] const NameWord& word(std::size_t index) const { return word_[index]; }
  /// Words of the leftmost label.
  [[nodiscard]] std::size_t first_label_words() const { return first_label_words_; }

  static constexpr std::size_t most_labels = 128;
  static constexpr std::size_t most_words = 64;

 private:
  void split_label(std::uint8_t index);
  void split_chunk(std::string_view label, std::size_t begin, std::size_t end, std::uint8_t index, std::uint8_t& place);
  void put(const NameWord& word, std::uint8_t& place);

  std::string_view name_;
  std::string_view host_;
  std::string_view domain_;
  std::size_t labels_ = 0;
  std::size_t host_labels_ = 0;
  std::size_t words_ = 0;
  std::size_t first_label_words_ = 0;
  std::array<std::string_view, most_labels> label_{};
  std::array<NameWord, most_words> word_{};
};

/// The address in the host part of a name: decimal in any order of octets, with one separator between them or padded to
/// three digits without, hexadecimal in both orders, as one number. Where `address` is given, its own octets are looked
/// for first, and parts of it (the last two or three) count. Where it is not, or the name carries another one (names
/// are older than their addresses), four octets, twelve padded digits or eight hexadecimal ones will do.
[[nodiscard]] AddressInName find_address(std::string_view host, std::optional<Ipv4> address);

}  // namespace secondwave
