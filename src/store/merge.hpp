// From one store into another.
#pragma once

#include <cstdint>
#include <string>

#include "store/sqlite_store.hpp"

namespace secondwave {

struct MergeReport {
  std::uint64_t names = 0;     ///< periods of names of addresses that the other store had
  std::uint64_t contacts = 0;  ///< contacts of networks that it had
  std::uint64_t added = 0;     ///< inputs that were copied
  std::uint64_t extended = 0;  ///< inputs of which the other store knew more, and whose counts were replaced
  std::uint64_t known = 0;     ///< inputs that were there already, as long or longer
  std::vector<std::string>
      unclear;  ///< inputs that begin as one of this store does, and are not known to go on from it
};

/// Copies every input of the store at `other` that `store` does not know, by content, each in one transaction; then
/// names of addresses with their history, and contacts of networks, of which the later holds: done twice, it adds
/// nothing; interrupted, it goes on. Errors: usage (no such store, the same one), data, machine.
[[nodiscard]] Result<MergeReport> merge_store(SqliteStore& store, const std::string& other);

}  // namespace secondwave
