#include "store/sqlite_names.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include "scratch.hpp"

namespace secondwave {
namespace {

NameAnswer told(Ipv4 address, std::int64_t asked_us, LookupOutcome outcome, std::string name = "") {
  return {.address = address,
          .outcome = outcome,
          .asked_us = asked_us,
          .expires_us = asked_us + 10,
          .name = std::move(name)};
}
NameAnswer named(Ipv4 address, std::int64_t asked_us, std::string name) {
  return told(address, asked_us, LookupOutcome::answered, std::move(name));
}

/// "address first-last/outcome name" a line.
std::string history(SqliteStore& store) {
  SqliteNameCache names(store);
  std::string text;
  EXPECT_TRUE(names.walk([&](const NamePeriod& period) -> Status {
    const NameAnswer& a = period.answer;
    text += std::to_string(a.address) + " " + std::to_string(period.first_us) + "-" + std::to_string(a.asked_us) + "/" +
            std::to_string(a.expires_us) + " " + std::string(to_string(a.outcome)) +
            (a.name.empty() ? "" : " " + a.name) + "\n";
    return {};
  }));
  return text;
}

void put(SqliteStore& store, std::vector<NameAnswer> answers) {
  SqliteNameCache names(store);
  const Status done = names.put(answers);
  ASSERT_TRUE(done) << done.error().text();
}

TEST(SqliteNames, OldNamesStayWithTheirDates) {
  const Scratch scratch;
  const auto store = open_store(scratch.path());
  put(*store, {named(7, 100, "a.example"), named(7, 150, "a.example"), named(7, 200, "b.example")});
  put(*store, {told(7, 300, LookupOutcome::no_such_name), named(2, 5, "c.example")});
  const std::string expected =
      "2 5-5/15 answered c.example\n7 100-150/160 answered a.example\n7 200-200/210 answered b.example\n"
      "7 300-300/310 no_such_name\n";
  EXPECT_EQ(history(*store), expected);
  put(*store, {named(7, 100, "a.example"), named(7, 120, "a.example"), named(7, 200, "b.example")});
  EXPECT_EQ(history(*store), expected) << "the same answers again change nothing";
}

TEST(SqliteNames, APassingFailureGivesWayToWhatIsNewerAndHidesNothing) {
  const Scratch scratch;
  const auto store = open_store(scratch.path());
  put(*store, {named(7, 100, "a.example"), told(7, 200, LookupOutcome::timeout)});
  EXPECT_EQ(history(*store), "7 100-100/110 answered a.example\n7 200-200/210 timeout\n");
  put(*store, {told(7, 250, LookupOutcome::server_failure)});
  EXPECT_EQ(history(*store), "7 100-100/110 answered a.example\n7 250-250/260 server_failure\n");
  put(*store, {named(7, 300, "a.example")});
  EXPECT_EQ(history(*store), "7 100-300/310 answered a.example\n");
  put(*store, {told(7, 50, LookupOutcome::refused)});
  EXPECT_EQ(history(*store), "7 100-300/310 answered a.example\n") << "an old failure is no news";
}

TEST(SqliteNames, KeepsEveryField) {
  const Scratch scratch;
  const auto store = open_store(scratch.path());
  NameAnswer answer = told(0xFFFFFFFF, 9, LookupOutcome::no_data);
  answer.zone = "2.0.192.in-addr.arpa";
  answer.zone_owner = "example.net";
  answer.confirmed = false;
  put(*store, {answer});
  SqliteNameCache names(*store);
  int seen = 0;
  ASSERT_TRUE(names.walk([&](const NamePeriod& period) -> Status {
    EXPECT_EQ(period.answer, answer);
    EXPECT_EQ(period.first_us, 9);
    ++seen;
    return {};
  }));
  EXPECT_EQ(seen, 1);
}

TEST(SqliteNames, AStoreOfTheFirstVersionIsBroughtForward) {
  const Scratch scratch;
  { ASSERT_TRUE(open_store(scratch.path())->commit(commit_of("a.log", {}))); }
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open(scratch.path().c_str(), &database), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(database, "DROP TABLE host_name; DROP TABLE contact; PRAGMA user_version=1", nullptr, nullptr,
                         nullptr),
            SQLITE_OK);
  sqlite3_close(database);
  const auto store = open_store(scratch.path());
  put(*store, {named(7, 100, "a.example")});
  EXPECT_EQ(history(*store), "7 100-100/110 answered a.example\n");
  EXPECT_EQ(store->inputs()->size(), 1u);
}

}  // namespace
}  // namespace secondwave
