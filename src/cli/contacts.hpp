// Contacts of networks: from files, and in a store.
#pragma once

#include <string>
#include <vector>

#include "cli/output.hpp"
#include "report/notice_contacts.hpp"
#include "store/sqlite_store.hpp"

namespace secondwave {

/// Adds the contacts of files, the first that knows a network counts; what was skipped is said. Errors: usage, data.
[[nodiscard]] Status add_contact_files(const std::vector<std::string>& paths, double max_bad, const Common& common,
                                       ContactBook& book);

/// Adds those that the store keeps, where no file knew the network. What is no contact there is passed over.
[[nodiscard]] Status add_stored_contacts(SqliteStore& store, ContactBook& book);

}  // namespace secondwave
