#include "store/merge.hpp"

#include <algorithm>
#include <array>
#include <filesystem>
#include <vector>

#include "store/input_rows.hpp"
#include "store/sqlite_contacts.hpp"
#include "store/sqlite_names.hpp"

namespace secondwave {
namespace {

/// Everything about an input that is not in its own row; ?1 the new number, ?2 the number in the other store.
constexpr std::array<const char*, 3> copies = {
    "INSERT OR REPLACE INTO prefix SELECT ?1, length, digest, head FROM other.prefix WHERE input=?2",
    "INSERT INTO block(input, kind, tail, level, segment, first_source, last_source, first_minute, last_minute, items, "
    "bytes) SELECT ?1, kind, tail, level, segment, first_source, last_source, first_minute, last_minute, items, bytes "
    "FROM other.block WHERE input=?2 ORDER BY id",
    "INSERT OR IGNORE INTO outage SELECT (SELECT sensor FROM input WHERE id=?1), from_us, to_us FROM other.outage "
    "WHERE "
    "sensor=(SELECT sensor FROM other.input WHERE id=?2)"};

Status copy_input(SqliteStore& store, SqliteStore& from, const StoredInput& listed,
                  const std::vector<InputId>& instead) {
  const Result<std::vector<StoredRule>> rules = from.book(listed.book);
  if (!rules) return tl::unexpected(rules.error());
  if (const Status put = store.put_book(listed.book, *rules); !put) return put;
  Result<StoredInput> input = from.input(listed.id);
  if (!input) return tl::unexpected(input.error());
  input->id = 0;
  Database& database = store.database();
  Result<Transaction> transaction = Transaction::begin(database);
  if (!transaction) return tl::unexpected(transaction.error());
  for (const InputId gone : instead) {
    if (const Status erased = erase_input(database, gone); !erased) return erased;
  }
  const Result<InputId> id = write_input(database, *input, false);
  if (!id) return tl::unexpected(id.error());
  for (const char* sql : copies) {
    Result<Statement> copy = database.prepare(sql);
    if (!copy) return tl::unexpected(copy.error());
    if (const Status done = copy->bind(*id, listed.id).run(); !done) return done;
  }
  return transaction->commit();
}

bool has(const std::vector<KnownPrefix>& prefixes, const std::string& digest, std::uint64_t length,
         InputId* input = nullptr) {
  const auto found = std::find_if(prefixes.begin(), prefixes.end(), [&](const KnownPrefix& p) {
    return !p.pending && p.length == length && p.digest == digest;
  });
  if (found != prefixes.end() && input != nullptr) *input = found->input;
  return found != prefixes.end();
}

Result<MergeReport> merge_all(SqliteStore& store, SqliteStore& from) {
  MergeReport report;
  const Result<std::vector<StoredInput>> theirs = from.inputs();
  if (!theirs) return tl::unexpected(theirs.error());
  const Result<std::vector<KnownPrefix>> their_prefixes = from.prefixes();
  if (!their_prefixes) return tl::unexpected(their_prefixes.error());
  for (const StoredInput& input : *theirs) {
    const Result<std::vector<KnownPrefix>> known = store.prefixes();
    if (!known) return tl::unexpected(known.error());
    if (has(*known, input.digest, input.length)) {
      ++report.known;
      continue;
    }
    // Inputs of ours that are an earlier state of theirs.
    std::vector<InputId> instead;
    const Result<std::vector<StoredInput>> ours = store.inputs();
    if (!ours) return tl::unexpected(ours.error());
    for (const StoredInput& each : *ours) {
      InputId extended = 0;
      if (has(*their_prefixes, each.digest, each.length, &extended) && extended == input.id) instead.push_back(each.id);
    }
    const bool begins_alike = std::any_of(ours->begin(), ours->end(), [&](const StoredInput& each) {
      return each.head == input.head && std::find(instead.begin(), instead.end(), each.id) == instead.end();
    });
    if (begins_alike) {
      report.unclear.push_back(input.path);
      continue;
    }
    if (const Status copied = copy_input(store, from, input, instead); !copied) return tl::unexpected(copied.error());
    ++(instead.empty() ? report.added : report.extended);
  }
  return report;
}

constexpr std::size_t most_unwritten = std::size_t{1} << 16;

Status merge_names(SqliteStore& store, SqliteStore& from, MergeReport& report) {
  SqliteNameCache ours(store);
  std::vector<NameAnswer> answers;
  const auto flush = [&] {
    const Status done = ours.put(answers);
    answers.clear();
    return done;
  };
  const Status walked = SqliteNameCache(from).walk([&](const NamePeriod& period) -> Status {
    ++report.names;
    const Status added = each_end(period, [&](NameAnswer&& answer) -> Status {
      if (answer.outcome != LookupOutcome::not_asked) answers.push_back(std::move(answer));
      return {};
    });
    return !added || answers.size() < most_unwritten ? added : flush();
  });
  return walked ? flush() : walked;
}

Status merge_contacts(SqliteStore& store, SqliteStore& from, MergeReport& report) {
  std::vector<StoredContact> contacts;
  const Status walked = SqliteContacts(from).walk([&](const StoredContact& contact) -> Status {
    contacts.push_back(contact);
    return {};
  });
  report.contacts = contacts.size();
  return walked ? SqliteContacts(store).put(contacts) : walked;
}

}  // namespace

Result<MergeReport> merge_store(SqliteStore& store, const std::string& other) {
  std::error_code ignored;
  if (std::filesystem::equivalent(store.database().path(), other, ignored))
    return failure(ErrorKind::usage, "a store cannot be merged with itself", {.file = other});
  Result<std::unique_ptr<SqliteStore>> from = SqliteStore::open(other, Database::Access::read);
  if (!from) return tl::unexpected(from.error());
  Result<Statement> attach = store.database().prepare("ATTACH DATABASE ?1 AS other");
  if (!attach) return tl::unexpected(attach.error());
  if (const Status done = attach->bind(other).run(); !done) return tl::unexpected(done.error());
  Result<MergeReport> report = merge_all(store, **from);
  const Status detached = store.database().execute("DETACH DATABASE other");
  if (!report) return report;
  if (!detached) return tl::unexpected(detached.error());
  if (const Status merged = merge_names(store, **from, *report); !merged) return tl::unexpected(merged.error());
  if (const Status merged = merge_contacts(store, **from, *report); !merged) return tl::unexpected(merged.error());
  return report;
}

}  // namespace secondwave
