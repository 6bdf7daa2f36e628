#include "cli/contacts.hpp"

#include <fmt/format.h>

#include "report/notice_text.hpp"
#include "scenario/text_file.hpp"
#include "store/sqlite_contacts.hpp"

namespace secondwave {

Status add_contact_files(const std::vector<std::string>& paths, double max_bad, const Common& common,
                         ContactBook& book) {
  for (const std::string& path : paths) {
    const Result<std::string> text = read_text_file(path, ContactBook::largest_file);
    if (!text) return tl::unexpected(text.error());
    const Result<SkippedRecords> read = book.read(*text, path, max_bad);
    if (!read) return tl::unexpected(read.error());
    if (read->skipped == 0) continue;
    tell(common, fmt::format("{}: {} of {} records were skipped, the first in line {}: {}", path, read->skipped,
                             read->read + read->skipped, read->samples[0].line, read->samples[0].why));
  }
  return {};
}

Status add_stored_contacts(SqliteStore& store, ContactBook& book) {
  return SqliteContacts(store).walk([&](const StoredContact& stored) -> Status {
    // A store may come from somebody else.
    if (!is_mail_address(stored.address)) return {};
    NetworkContact contact{.address = stored.address, .name = notice_line(stored.name), .source = stored.source};
    if (stored.prefix) {
      book.add(*stored.prefix, std::move(contact));
    } else if (stored.asn != 0) {
      book.add(stored.asn, std::move(contact));
    }
    return {};
  });
}

}  // namespace secondwave
