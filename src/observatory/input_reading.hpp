// Reads one input into the store, from where it was left, in transactions.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/cancel.hpp"
#include "net/prefix.hpp"
#include "observatory/accumulator.hpp"
#include "observatory/byte_feed.hpp"
#include "observatory/content_digest.hpp"
#include "observatory/labelling.hpp"
#include "records/store.hpp"

namespace secondwave {

/// What the user said about an input: together with the book it decides what is counted.
struct ReadSettings {
  std::string sensor;
  std::string time_zone = "UTC";  ///< as the user wrote it
  LocalToUtc local_to_utc;
  std::optional<int> year;
  std::vector<Prefix> dark;  ///< only targets in here count, where a record names its target; empty: all
  bool labelled_only = false;
  Origin origin = Origin::observed;
  std::string sensor_file;  ///< digest of what describes the sensor, or empty
  /// What the true time was when the sensor's clock showed a time; empty: the same.
  std::function<std::int64_t(std::int64_t shown_us)> true_time_us;

  /// All that decides counts, but sensor and book, as text: inputs may go on only under an equal one.
  [[nodiscard]] std::string text() const;
};

/// What the readings of one command share. Only `store` is written by several threads, under `store_lock`.
struct ReadingShared {
  const Instruments* instruments;
  const ReadSettings* settings;
  Store* store;
  std::mutex* store_lock;
  const CancelToken* cancel = nullptr;
  std::function<void(std::uint64_t bytes)> taken;  ///< told how many bytes of the files were taken, from any thread
};

class InputReading {
 public:
  /// `start`: an input that the store knows, to go on with (id not 0), or a new one with its path. `instead` is
  /// forgotten, and the input comes to count, with the last commit. Errors: data (no known format), machine.
  [[nodiscard]] static Result<std::unique_ptr<InputReading>> begin(const ReadingShared& shared, ByteFeed feed,
                                                                   StoredInput start, std::vector<InputId> instead);

  /// Reads until the source has no more, with a commit at least every 64 MB and every sixteenth of a known size. After
  /// an error everything before it is committed. Errors: machine, data, interrupted.
  [[nodiscard]] Status pump();
  /// Commits what was read, without an end.
  [[nodiscard]] Status commit_body();
  /// The end of the input: what stands behind the last whole record is its tail. Commits.
  [[nodiscard]] Status finish();

  /// From now on with this in place of what `begin` was given.
  void share(const ReadingShared& shared) { shared_ = shared; }
  [[nodiscard]] const StoredInput& input() const { return input_; }
  /// Bytes and records that were read anew, by this process.
  [[nodiscard]] std::uint64_t bytes_read() const { return consumed_ - started_at_; }
  [[nodiscard]] std::uint64_t records_read() const { return records_; }
  [[nodiscard]] std::uint64_t sightings_added() const { return added_; }

 private:
  InputReading(const ReadingShared& shared, ByteFeed feed) : shared_(shared), feed_(std::move(feed)) {}
  [[nodiscard]] Status open_reader();
  [[nodiscard]] Status skip_to(std::uint64_t offset);
  [[nodiscard]] Status wait_for_input();
  void consume(bool last);
  [[nodiscard]] std::size_t read_lines(std::string_view bytes, bool last);
  void hand_in(const std::vector<Labeller::Line>& lines, bool last);
  [[nodiscard]] std::size_t skip_long_line(std::string_view bytes);
  void count_batch();
  void keep_valid();
  void drop_unlabelled();
  [[nodiscard]] bool commit_is_due() const;
  [[nodiscard]] Status commit(InputCommit commit);
  [[nodiscard]] std::string state() const;
  [[nodiscard]] Status restore(std::string_view state);

  ReadingShared shared_;
  ByteFeed feed_;
  StoredInput input_;
  std::vector<InputId> instead_;
  std::unique_ptr<Reader> reader_;
  std::unique_ptr<Labelling> labelling_;
  bool by_lines_ = false;  // only lines that a rule may hit are parsed
  Batch batch_;
  ReadCounts counted_;  // of the batch's counts, what is in the tally
  ReadTally tally_;
  Accumulator accumulator_;
  std::vector<Verdict> verdicts_;
  std::vector<Labeller::Line> lines_;
  ContentDigest digest_;
  std::vector<char> buffer_;
  std::size_t held_ = 0;  // bytes in the buffer
  std::uint64_t consumed_ = 0;
  std::uint64_t started_at_ = 0;
  std::uint64_t committed_ = 0;  // as consumed_, at the last commit
  std::uint64_t committed_taken_ = 0;
  std::uint64_t told_taken_ = 0;
  std::uint64_t records_ = 0;
  std::uint64_t added_ = 0;
  std::uint64_t lines_before_ = 0;
  bool skipping_line_ = false;
  double committed_at_s_ = 0;
};

}  // namespace secondwave
