#include "store/sqlite_names.hpp"

#include <algorithm>

namespace secondwave {
namespace {

std::optional<std::int64_t> as_integer(const std::optional<bool>& truth) {
  return truth ? std::optional<std::int64_t>(*truth ? 1 : 0) : std::nullopt;
}

/// A number that is no outcome comes from a damaged store; it is asked again.
LookupOutcome outcome_of(std::int64_t number) {
  return number > 0 && number < static_cast<std::int64_t>(lookup_outcomes) ? static_cast<LookupOutcome>(number)
                                                                           : LookupOutcome::unusable;
}

/// The statements that put one answer needs.
class AnswerWriter {
 public:
  static Result<AnswerWriter> make(Database& database) {
    AnswerWriter writer;
    const auto prepare = [&](Statement& into, const char* sql) -> Status {
      Result<Statement> statement = database.prepare(sql);
      if (!statement) return tl::unexpected(statement.error());
      into = std::move(*statement);
      return {};
    };
    const Status ready =
        prepare(writer.before_,
                "SELECT first_us, outcome, name FROM host_name WHERE address=?1 AND first_us<=?2 ORDER BY first_us "
                "DESC LIMIT 1")
            .and_then([&] {
              return prepare(writer.later_, "SELECT 1 FROM host_name WHERE address=?1 AND first_us>?2 LIMIT 1");
            })
            .and_then([&] { return prepare(writer.drop_, "DELETE FROM host_name WHERE address=?1 AND first_us=?2"); })
            .and_then([&] {
              return prepare(writer.extend_,
                             "UPDATE host_name SET expires_us=CASE WHEN ?3>last_us THEN ?4 WHEN ?3=last_us THEN "
                             "max(expires_us, ?4) ELSE expires_us END, "
                             "zone=CASE WHEN ?3>=last_us THEN ?5 ELSE zone END, "
                             "zone_owner=CASE WHEN ?3>=last_us THEN ?6 ELSE zone_owner END, "
                             "confirmed=coalesce(?7, confirmed), last_us=max(last_us, ?3) "
                             "WHERE address=?1 AND first_us=?2");
            })
            .and_then([&] {
              return prepare(writer.insert_, "INSERT OR REPLACE INTO host_name VALUES(?1,?2,?2,?3,?4,?5,?6,?7,?8)");
            });
    if (!ready) return tl::unexpected(ready.error());
    return writer;
  }

  Status put(const NameAnswer& answer) {
    SECONDWAVE_REQUIRE(answer.outcome != LookupOutcome::not_asked);
    for (;;) {
      const Result<bool> row = before_.bind(answer.address, answer.asked_us).step();
      if (!row) return tl::unexpected(row.error());
      if (!*row) break;
      const std::int64_t first_us = before_.integer(0);
      const LookupOutcome outcome = outcome_of(before_.integer(1));
      if (outcome == answer.outcome && before_.bytes(2) == answer.name) return extend(answer, first_us);
      if (!is_passing(outcome)) break;
      if (const Status done = drop_.bind(answer.address, first_us).run(); !done) return done;
    }
    if (is_passing(answer.outcome)) {
      const Result<bool> newer = later_.bind(answer.address, answer.asked_us).step();
      if (!newer) return tl::unexpected(newer.error());
      if (*newer) return {};
    }
    return insert_
        .bind(answer.address, answer.asked_us, answer.expires_us, static_cast<int>(answer.outcome), answer.name,
              answer.zone, answer.zone_owner, as_integer(answer.confirmed))
        .run();
  }

 private:
  Status extend(const NameAnswer& answer, std::int64_t first_us) {
    return extend_
        .bind(answer.address, first_us, answer.asked_us, answer.expires_us, answer.zone, answer.zone_owner,
              as_integer(answer.confirmed))
        .run();
  }

  Statement before_, later_, drop_, extend_, insert_;
};

}  // namespace

Status SqliteNameCache::put(std::span<const NameAnswer> answers) {
  if (answers.empty()) return {};
  Result<Transaction> transaction = Transaction::begin(*database_);
  if (!transaction) return tl::unexpected(transaction.error());
  {
    Result<AnswerWriter> writer = AnswerWriter::make(*database_);
    if (!writer) return tl::unexpected(writer.error());
    for (const NameAnswer& answer : answers) {
      if (const Status done = writer->put(answer); !done) return done;
    }
  }
  return transaction->commit();
}

Status SqliteNameCache::walk(const Visit& visit) {
  Result<Statement> rows = database_->prepare(
      "SELECT address, first_us, last_us, expires_us, outcome, name, zone, zone_owner, confirmed FROM host_name "
      "ORDER BY address, first_us");
  if (!rows) return tl::unexpected(rows.error());
  NamePeriod period;
  for (;;) {
    const Result<bool> row = rows->step();
    if (!row) return tl::unexpected(row.error());
    if (!*row) return {};
    period.first_us = rows->integer(1);
    NameAnswer& answer = period.answer;
    answer.address = static_cast<Ipv4>(rows->integer(0));
    answer.asked_us = rows->integer(2);
    answer.expires_us = rows->integer(3);
    answer.outcome = outcome_of(rows->integer(4));
    answer.name.assign(rows->bytes(5));
    answer.zone.assign(rows->bytes(6));
    answer.zone_owner.assign(rows->bytes(7));
    answer.confirmed = rows->is_null(8) ? std::nullopt : std::optional<bool>(rows->integer(8) != 0);
    if (const Status visited = visit(period); !visited) return visited;
  }
}

Result<std::uint64_t> SqliteNameCache::prune(std::int64_t before_us) {
  Result<Statement> drop = database_->prepare("DELETE FROM host_name WHERE last_us<?1");
  if (!drop) return tl::unexpected(drop.error());
  if (const Status done = drop->bind(before_us).run(); !done) return tl::unexpected(done.error());
  return database_->changed_rows();
}

}  // namespace secondwave
