#include "store/sqlite_contacts.hpp"

namespace secondwave {
namespace {

enum ContactKind : int { of_prefix = 0, of_asn = 1 };

}  // namespace

Status SqliteContacts::put(std::span<const StoredContact> contacts) {
  if (contacts.empty()) return {};
  Result<Transaction> transaction = Transaction::begin(*database_);
  if (!transaction) return tl::unexpected(transaction.error());
  {
    Result<Statement> put = database_->prepare(
        "INSERT INTO contact VALUES(?1,?2,?3,?4,?5,?6,?7) ON CONFLICT DO UPDATE SET address=excluded.address, "
        "name=excluded.name, source=excluded.source, read_us=excluded.read_us WHERE excluded.read_us>=contact.read_us");
    if (!put) return tl::unexpected(put.error());
    for (const StoredContact& each : contacts) {
      const bool network = each.prefix.has_value();
      put->bind(int{network ? of_prefix : of_asn}, network ? each.prefix->base : each.asn,
                network ? each.prefix->length : 0, each.address, each.name, each.source, each.read_us);
      if (const Status done = put->run(); !done) return done;
    }
  }
  return transaction->commit();
}

Status SqliteContacts::walk(const Visit& visit) {
  Result<Statement> rows = database_->prepare(
      "SELECT kind, number, length, address, name, source, read_us FROM contact ORDER BY kind, number, length");
  if (!rows) return tl::unexpected(rows.error());
  for (;;) {
    const Result<bool> row = rows->step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return {};
    StoredContact contact{.address = rows->text(3), .name = rows->text(4), .source = rows->text(5)};
    contact.read_us = rows->integer(6);
    const auto number = static_cast<std::uint32_t>(rows->integer(1));
    if (rows->integer(0) == of_asn) {
      contact.asn = number;
    } else {
      const std::int64_t length = rows->integer(2);
      if (length < 0 || length > 32) continue;  // a damaged row is nobody's contact
      contact.prefix = Prefix{number & Prefix::mask(static_cast<int>(length)), static_cast<int>(length)};
    }
    if (const Status visited = visit(contact); !visited) return visited;
  }
}

Result<std::uint64_t> SqliteContacts::clear() {
  if (const Status done = database_->execute("DELETE FROM contact"); !done) return tl::unexpected(done.error());
  return database_->changed_rows();
}

}  // namespace secondwave
