#include "store/sqlite_store.hpp"

#include <gtest/gtest.h>
#include <sqlite3.h>

#include <fstream>
#include <map>
#include <random>

#include "scratch.hpp"
#include "store/schema.hpp"

namespace secondwave {
namespace {

SightingCell cell(Ipv4 source, Minute minute, std::uint64_t sightings = 1) {
  return {
      .source = source, .minute = minute, .tag = 5, .sightings = sightings, .packets = sightings, .targets = sightings};
}

void execute(const std::string& path, const char* sql) {
  sqlite3* database = nullptr;
  ASSERT_EQ(sqlite3_open(path.c_str(), &database), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(database, sql, nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_close(database);
}

TEST(SqliteStore, KeepsWhatWasCommitted) {
  const Scratch scratch;
  InputCommit commit = commit_of("a.log", {cell(1, 10), cell(2, 10, 3)});
  commit.input.state = std::string("st\0te", 5);
  commit.input.settings = "tz=UTC";
  commit.input.body = {.sightings = 4, .bad = 1, .first_us = 5, .last_us = 9, .bad_samples = {{3, "odd"}}};
  InputId id = 0;
  {
    const auto store = open_store(scratch.path());
    const Result<InputId> given = store->commit(commit);
    ASSERT_TRUE(given) << given.error().text();
    id = *given;
  }
  const auto store = open_store(scratch.path());
  const Result<StoredInput> input = store->input(id);
  ASSERT_TRUE(input);
  EXPECT_EQ(input->state, commit.input.state);
  EXPECT_EQ(input->settings, "tz=UTC");
  EXPECT_EQ(input->sensor, "eye");
  EXPECT_EQ(input->body, commit.input.body);
  EXPECT_EQ(input->tail, ReadTally());
  EXPECT_EQ(sweep_text(*store), "1: 1/10/5=1\n2: 1/10/5=3\n");
  EXPECT_EQ(sweep_text(*store, {.sensor = "eye"}), sweep_text(*store));
  EXPECT_EQ(sweep_text(*store, {.sensor = "other"}), "");
  EXPECT_EQ(sweep_text(*store, {.source = 2}), "2: 1/10/5=3\n");
  EXPECT_EQ(sweep_text(*store, {.inputs = {7}}), "");
}

TEST(SqliteStore, JoinsCommitsOfOneInputAndKeepsInputsApart) {
  const Scratch scratch;
  const auto store = open_store(scratch.path());
  const InputId a = *store->commit(commit_of("a", {cell(1, 10), cell(3, 10)}));
  ASSERT_TRUE(store->commit(commit_of("a", {cell(1, 10, 2), cell(2, 4)}, a)));
  const InputId b = *store->commit(commit_of("b", {cell(1, 10, 7)}));
  EXPECT_EQ(sweep_text(*store), "1: 1/10/5=3 2/10/5=7\n2: 1/4/5=1\n3: 1/10/5=1\n");
  ASSERT_TRUE(store->forget(a));
  EXPECT_EQ(sweep_text(*store), "1: 2/10/5=7\n");
  EXPECT_EQ(store->prefixes()->size(), 1u);
  const Status again = store->forget(a);
  ASSERT_FALSE(again);
  EXPECT_EQ(again.error().kind, ErrorKind::usage);
  ASSERT_TRUE(store->forget(b));
  EXPECT_EQ(store->size()->blocks, 0u);
}

TEST(SqliteStore, ATailIsTakenBackByTheNextCommit) {
  const Scratch scratch;
  const auto store = open_store(scratch.path());
  InputCommit commit = commit_of("a", {cell(1, 10)});
  commit.input.ended = true;
  commit.tail = blocks_of({cell(9, 11)});
  commit.input.tail.bad = 1;
  const InputId a = *store->commit(commit);
  EXPECT_EQ(sweep_text(*store), "1: 1/10/5=1\n9: 1/11/5=1\n");
  EXPECT_EQ(store->input(a)->tail.bad, 1u);
  ASSERT_TRUE(store->commit(commit_of("a", {cell(9, 11, 2)}, a)));
  EXPECT_EQ(sweep_text(*store), "1: 1/10/5=1\n9: 1/11/5=2\n");
  EXPECT_EQ(store->input(a)->tail.bad, 0u);
}

TEST(SqliteStore, APendingInputCountsOnlyOnceItReplaces) {
  const Scratch scratch;
  const auto store = open_store(scratch.path());
  const InputId a = *store->commit(commit_of("a", {cell(1, 10)}));
  InputCommit next = commit_of("a", {cell(2, 10)});
  next.pending = true;
  next.input.length = 50;
  const InputId b = *store->commit(next);
  EXPECT_EQ(sweep_text(*store), "1: 1/10/5=1\n");
  EXPECT_EQ(store->inputs()->size(), 1u);
  next.input.id = b;
  next.blocks = blocks_of({cell(3, 10)});
  next.pending = false;
  next.instead = {a};
  ASSERT_TRUE(store->commit(next));
  EXPECT_EQ(sweep_text(*store), "2: 2/10/5=1\n3: 2/10/5=1\n");
}

TEST(SqliteStore, ManyCommitsAreCompactedWithoutChangingAnything) {
  const Scratch scratch;
  const auto store = open_store(scratch.path());
  std::mt19937 random(1);
  std::map<std::pair<Ipv4, Minute>, std::uint64_t> expected;
  InputId id = 0;
  constexpr int commits = 300;
  for (int i = 0; i < commits; ++i) {
    std::map<std::pair<Ipv4, Minute>, std::uint64_t> part;
    for (int k = 0; k < 20; ++k) ++part[{random() % 50, random() % 5}];
    std::vector<SightingCell> cells;
    for (const auto& [key, n] : part) {
      cells.push_back(cell(key.first, key.second, n));
      expected[key] += n;
    }
    InputCommit commit = commit_of("a", cells, id);
    std::vector<EvidenceSample> samples;
    for (Ipv4 source = 0; source < 3; ++source)
      samples.push_back({source, 1, static_cast<std::uint64_t>(i), 0, "line " + std::to_string(i)});
    for (Block& block : evidence_blocks(samples)) commit.blocks.push_back(std::move(block));
    id = *store->commit(commit);
  }
  std::map<std::pair<Ipv4, Minute>, std::uint64_t> found;
  ASSERT_TRUE(store->sweep({}, [&](Ipv4 source, std::span<const InputCell> cells) -> Status {
    for (const InputCell& each : cells) found[{source, each.cell.minute}] += each.cell.sightings;
    return {};
  }));
  EXPECT_EQ(found, expected);
  EXPECT_LT(store->size()->blocks, 2u * 3 * 16);
  const auto evidence = store->evidence({.source = 2});
  ASSERT_TRUE(evidence);
  ASSERT_EQ(evidence->size(), 3u);
  EXPECT_EQ((*evidence)[2].sample.text, "line 2");
}

TEST(SqliteStore, PrunesByMinute) {
  const Scratch scratch;
  const auto store = open_store(scratch.path());
  InputCommit commit = commit_of("a", {cell(1, 10), cell(1, 20), cell(2, 5)});
  const std::vector<EvidenceSample> samples = {{1, 1, 1, 10 * minute_us, "old"}, {1, 1, 2, 20 * minute_us, "new"}};
  for (Block& block : evidence_blocks(samples)) commit.blocks.push_back(std::move(block));
  ASSERT_TRUE(store->commit(commit));
  EXPECT_EQ(*store->prune(20), 2u);
  EXPECT_EQ(sweep_text(*store), "1: 1/20/5=1\n");
  EXPECT_EQ(store->evidence({})->size(), 1u);
  EXPECT_EQ(store->inputs()->size(), 1u);
  EXPECT_EQ(*store->prune(20), 0u);
}

TEST(SqliteStore, KeepsRulesAndOutages) {
  const Scratch scratch;
  const auto store = open_store(scratch.path());
  const std::vector<StoredRule> rules = {{0, "code-red-ii", "code-red-2", "", 0, 0, 0},
                                         {1, "nimda", "nimda", "scan", 8, 16, 3600}};
  ASSERT_TRUE(store->put_book("b2", rules));
  ASSERT_TRUE(store->put_book("b2", {}));
  EXPECT_EQ(*store->book("b2"), rules);
  ASSERT_TRUE(store->put_outages("eye", std::vector<Outage>{{5, 9}, {1, 2}}));
  EXPECT_EQ(*store->outages("eye"), (std::vector<Outage>{{1, 2}, {5, 9}}));
  ASSERT_TRUE(store->put_outages("eye", {}));
  EXPECT_TRUE(store->outages("eye")->empty());
}

TEST(SqliteStore, RefusesWhatIsNotItsOwn) {
  const Scratch scratch;
  const auto kind = [&](Database::Access access) {
    const auto store = SqliteStore::open(scratch.path(), access);
    return store ? std::string("opened") : store.error().message;
  };
  EXPECT_NE(kind(Database::Access::read).find("there is no store"), std::string::npos);
  std::ofstream(scratch.path()) << std::string(4096, 'x');
  EXPECT_NE(kind(Database::Access::create).find("not a store"), std::string::npos);
  std::filesystem::remove(scratch.path());
  execute(scratch.path(), "CREATE TABLE t(x)");
  EXPECT_NE(kind(Database::Access::create).find("not made by secondwave"), std::string::npos);
  std::filesystem::remove(scratch.path());
  open_store(scratch.path());
  EXPECT_EQ(kind(Database::Access::read), "opened");
  execute(scratch.path(), ("PRAGMA user_version=" + std::to_string(schema_version + 1)).c_str());
  EXPECT_NE(kind(Database::Access::create).find("newer version"), std::string::npos);
  EXPECT_FALSE(SqliteStore::open("postgresql://host/db", Database::Access::create));
}

TEST(SqliteStore, ADamagedBlockIsAnError) {
  const Scratch scratch;
  {
    const auto store = open_store(scratch.path());
    ASSERT_TRUE(store->commit(commit_of("a", {cell(1, 10), cell(2, 20)})));
  }
  execute(scratch.path(), "UPDATE block SET bytes=x'FF00FF'");
  const auto store = open_store(scratch.path());
  const Status swept = store->sweep({}, [](Ipv4, std::span<const InputCell>) -> Status { return {}; });
  ASSERT_FALSE(swept);
  EXPECT_EQ(swept.error().kind, ErrorKind::data);
}

TEST(WriteLock, OneAtATime) {
  const Scratch scratch;
  {
    const Result<WriteLock> first = WriteLock::take(scratch.path());
    ASSERT_TRUE(first);
    EXPECT_FALSE(WriteLock::take(scratch.path()));
  }
  EXPECT_TRUE(WriteLock::take(scratch.path()));
}

}  // namespace
}  // namespace secondwave
