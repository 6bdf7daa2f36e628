#include "store/sqlite_contacts.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include "scratch.hpp"
#include "store/anonymise.hpp"
#include "store/merge.hpp"
#include "store/sqlite_names.hpp"

namespace secondwave {
namespace {

StoredContact contact(const char* prefix, std::string address, std::int64_t read_us) {
  return {parse_prefix(prefix).value(), 0, std::move(address), "Name", "file.csv", read_us};
}

std::vector<StoredContact> all_of(SqliteStore& store) {
  std::vector<StoredContact> all;
  EXPECT_TRUE(SqliteContacts(store).walk([&](const StoredContact& each) -> Status {
    all.push_back(each);
    return {};
  }));
  return all;
}

std::string names_of(SqliteStore& store) {
  std::string text;
  EXPECT_TRUE(SqliteNameCache(store).walk([&](const NamePeriod& period) -> Status {
    text += std::to_string(period.first_us) + "-" + std::to_string(period.answer.asked_us) + " " + period.answer.name +
            "; ";
    return {};
  }));
  return text;
}

NameAnswer named(std::int64_t asked_us, std::string name) {
  return {.address = 7,
          .outcome = LookupOutcome::answered,
          .asked_us = asked_us,
          .expires_us = asked_us + 10,
          .name = std::move(name)};
}

TEST(SqliteContacts, ANetworkHasOneContactThatWasReadLast) {
  const Scratch scratch;
  const auto store = open_store(scratch.path());
  const StoredContact of_as{std::nullopt, 64500, "as@example.org", "", "r.json", 5};
  SqliteContacts contacts(*store);
  ASSERT_TRUE(contacts.put(
      std::vector{of_as, contact("192.0.2.0/24", "a@example.net", 5), contact("192.0.2.0/25", "b@example.net", 5)}));
  ASSERT_TRUE(contacts.put(std::vector{contact("192.0.2.0/24", "old@example.net", 4)}));
  ASSERT_TRUE(contacts.put(std::vector{contact("192.0.2.0/25", "new@example.net", 6)}));
  EXPECT_EQ(all_of(*store), (std::vector{contact("192.0.2.0/24", "a@example.net", 5),
                                         contact("192.0.2.0/25", "new@example.net", 6), of_as}));
  EXPECT_EQ(contacts.clear().value(), 3u);
  EXPECT_TRUE(all_of(*store).empty());
}

TEST(SqliteContacts, AStoreOfTheSecondVersionIsBroughtForward) {
  const Scratch scratch;
  { ASSERT_TRUE(open_store(scratch.path())->commit(commit_of("a.log", {}))); }
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open(scratch.path().c_str(), &database), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(database, "DROP TABLE contact; PRAGMA user_version=2", nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_close(database);
  const auto store = open_store(scratch.path());
  ASSERT_TRUE(SqliteContacts(*store).put(std::vector{contact("192.0.2.0/24", "a@example.net", 5)}));
  EXPECT_EQ(all_of(*store).size(), 1u);
  EXPECT_EQ(store->inputs()->size(), 1u);
}

TEST(StoresTogether, NamesAndContactsAreMergedAndGoneFromAnAnonymousCopy) {
  const Scratch scratch;
  const auto ours = open_store(scratch.path());
  {
    const auto theirs = open_store(scratch.path("b.db"));
    ASSERT_TRUE(SqliteNameCache(*theirs).put(
        std::vector{named(100, "a.example"), named(150, "a.example"), named(300, "c.example")}));
    ASSERT_TRUE(SqliteContacts(*theirs).put(std::vector{contact("192.0.2.0/24", "a@example.net", 5)}));
  }
  ASSERT_TRUE(SqliteNameCache(*ours).put(std::vector{named(200, "b.example")}));
  for (int time = 0; time < 2; ++time) {
    const Result<MergeReport> report = merge_store(*ours, scratch.path("b.db"));
    ASSERT_TRUE(report) << report.error().text();
    EXPECT_EQ(names_of(*ours), "100-150 a.example; 200-200 b.example; 300-300 c.example; ");
    EXPECT_EQ(all_of(*ours).size(), 1u);
  }
  AddressCipher cipher(std::array<unsigned char, AddressCipher::key_bytes>{1});
  ASSERT_TRUE(anonymise_store(*ours, scratch.path("c.db"), cipher));
  const auto copy = open_store(scratch.path("c.db"));
  EXPECT_EQ(names_of(*copy), "");
  EXPECT_TRUE(all_of(*copy).empty());
  EXPECT_EQ(SqliteNameCache(*ours).prune(250).value(), 2u);
  EXPECT_EQ(names_of(*ours), "300-300 c.example; ");
}

}  // namespace
}  // namespace secondwave
