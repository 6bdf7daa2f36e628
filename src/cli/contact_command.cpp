#include <fmt/format.h>

#include <chrono>

#include "base/time.hpp"
#include "cli/contacts.hpp"
#include "cli/environment.hpp"
#include "cli/observe_commands.hpp"
#include "cli/store_writing.hpp"
#include "cli/table_output.hpp"
#include "store/sqlite_contacts.hpp"

namespace secondwave {
namespace {

Status load_contacts(const StoreOptions& options) {
  ContactBook book;
  // Read before the store is opened for writing: a file that is no table of contacts changes nothing.
  if (const Status read = add_contact_files(options.inputs, options.max_bad, options.common, book); !read) return read;
  const auto since_1970 = std::chrono::system_clock::now().time_since_epoch();
  const std::int64_t now_us = std::chrono::duration_cast<std::chrono::microseconds>(since_1970).count();
  std::vector<StoredContact> contacts;
  contacts.reserve(book.size());
  book.each([&](const std::optional<Prefix>& prefix, std::uint32_t asn, const NetworkContact& contact) {
    contacts.push_back({prefix, asn, contact.address, contact.name, contact.source, now_us});
  });
  Result<WritableStore> open = open_writable_store(options.store);
  if (!open) return tl::unexpected(open.error());
  if (const Status put = SqliteContacts(*open->store).put(contacts); !put) return put;
  tell(options.common, fmt::format("{} contacts of networks are kept in {}", contacts.size(), options.store));
  return {};
}

Status clear_contacts(const StoreOptions& options) {
  Result<WritableStore> open = open_writable_store(options.store);
  if (!open) return tl::unexpected(open.error());
  const Result<std::uint64_t> gone = SqliteContacts(*open->store).clear();
  if (!gone) return tl::unexpected(gone.error());
  tell(options.common, fmt::format("{} contacts of networks are dropped", *gone));
  return {};
}

Status list_contacts(const StoreOptions& options) {
  const Result<std::unique_ptr<SqliteStore>> store = SqliteStore::open(options.store, Database::Access::read);
  if (!store) return tl::unexpected(store.error());
  Table table{{"network", "contact", "name", "source", "read"}, {}, {}};
  const Status walked = SqliteContacts(**store).walk([&](const StoredContact& each) -> Status {
    table.rows.push_back({each.prefix ? to_string(*each.prefix) : fmt::format("AS{}", each.asn), each.address,
                          each.name, each.source, to_string(UtcTime::from_microseconds(each.read_us))});
    return {};
  });
  if (!walked) return walked;
  return emit_table(table, "contacts", options.common.format);
}

}  // namespace

int store_contacts_command(const StoreOptions& options) {
  if (options.clear && !options.inputs.empty())
    return report_error(
        {ErrorKind::usage, "--clear takes no FILE", {}, "first drop all contacts, then read a file with a second run"});
  return finish(options.clear            ? clear_contacts(options)
                : options.inputs.empty() ? list_contacts(options)
                                         : load_contacts(options));
}

}  // namespace secondwave
