// A copy of a store that can be given away.
#pragma once

#include <array>
#include <memory>
#include <string>

#include "net/prefix.hpp"
#include "store/sqlite_store.hpp"

namespace secondwave {

/// Changes addresses one to one so that two of them share exactly as many leading bits afterwards as before (Xu, Fan,
/// Ammar, Moon: "Prefix-preserving IP address anonymization", ICNP 2002; with AES-128 as their Crypto-PAn has it).
class AddressCipher {
 public:
  static constexpr std::size_t key_bytes = 32;  ///< 16 for the cipher, 16 for its padding
  explicit AddressCipher(const std::array<unsigned char, key_bytes>& key);
  ~AddressCipher();
  AddressCipher(AddressCipher&&) noexcept;
  [[nodiscard]] Ipv4 change(Ipv4 address);

 private:
  struct Context;
  std::unique_ptr<Context> context_;
};

/// Writes the counts of `store` into a new store at `path`, with sources and targets changed. Evidence, paths, reader
/// states, bad records, settings, names of addresses and contacts of networks are left out, so its inputs cannot go on;
/// their contents' digests stay, so that they are still known when they are met again. Errors: usage (the path exists),
/// machine, data.
[[nodiscard]] Status anonymise_store(SqliteStore& store, const std::string& path, AddressCipher& cipher);

}  // namespace secondwave
