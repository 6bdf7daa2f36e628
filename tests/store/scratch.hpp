// A folder that is gone after the test, and small inputs to put into a store.
#pragma once

#include <gtest/gtest.h>
#include <stdlib.h>

#include <filesystem>
#include <string>

#include "records/store.hpp"
#include "store/sqlite_store.hpp"

namespace secondwave {

struct Scratch {
  std::filesystem::path folder;
  Scratch() {
    std::string name = (std::filesystem::temp_directory_path() / "secondwave-store-XXXXXX").string();
    EXPECT_NE(::mkdtemp(name.data()), nullptr);
    folder = name;
  }
  Scratch(const Scratch&) = delete;
  Scratch& operator=(const Scratch&) = delete;
  ~Scratch() { std::filesystem::remove_all(folder); }
  [[nodiscard]] std::string path(const std::string& name = "a.db") const { return (folder / name).string(); }
};

inline std::unique_ptr<SqliteStore> open_store(const std::string& path) {
  Result<std::unique_ptr<SqliteStore>> store = SqliteStore::open(path, Database::Access::create);
  EXPECT_TRUE(store) << store.error().text();
  EXPECT_TRUE((*store)->put_book("book", {}));
  return std::move(*store);
}

inline std::vector<Block> blocks_of(const std::vector<SightingCell>& cells) {
  CellWriter writer;
  for (const SightingCell& cell : cells) writer.add(cell);
  return writer.take();
}

inline InputCommit commit_of(const std::string& path, const std::vector<SightingCell>& cells, InputId id = 0) {
  InputCommit commit;
  commit.input.id = id;
  commit.input.path = path;
  commit.input.sensor = "eye";
  commit.input.book = "book";
  commit.input.length = commit.input.offset = 100;
  commit.input.digest = commit.input.head = "digest of " + path;
  commit.blocks = blocks_of(cells);
  return commit;
}

/// Everything that a sweep gives: "source: input/minute/tag=sightings ..." a line.
inline std::string sweep_text(Store& store, const SweepFilter& filter = {}) {
  std::string text;
  const Status done = store.sweep(filter, [&](Ipv4 source, std::span<const InputCell> cells) -> Status {
    text += std::to_string(source) + ":";
    for (const InputCell& each : cells) {
      text += " " + std::to_string(each.input) + "/" + std::to_string(each.cell.minute) + "/" +
              std::to_string(each.cell.tag) + "=" + std::to_string(each.cell.sightings);
    }
    text += "\n";
    return {};
  });
  EXPECT_TRUE(done);
  return text;
}

}  // namespace secondwave
