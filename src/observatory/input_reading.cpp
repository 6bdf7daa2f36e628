#include "observatory/input_reading.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "records/varint.hpp"

namespace secondwave {
namespace {

constexpr std::size_t chunk_bytes = std::size_t{256} << 10;
constexpr std::size_t detect_bytes = std::size_t{64} << 10;
constexpr std::uint64_t most_between_commits = std::uint64_t{64} << 20;
constexpr std::uint64_t least_between_commits = std::uint64_t{256} << 10;
constexpr std::uint64_t commits_per_file = 16;
constexpr double longest_of_pipe_s = 0.5;
constexpr std::int64_t latest_time_us = std::int64_t{253'402'300'800} * 1'000'000;  // the year 10000

}  // namespace

std::string ReadSettings::text() const {
  std::string prefixes;
  for (const Prefix& prefix : dark) prefixes += (prefixes.empty() ? "" : " ") + to_string(prefix);
  return fmt::format("tz={}; year={}; dark={}; labelled-only={}; origin={}; sensor-file={}", time_zone,
                     year ? std::to_string(*year) : "inferred", prefixes.empty() ? "all" : prefixes,
                     labelled_only ? "yes" : "no", origin == Origin::simulated ? "simulated" : "observed",
                     sensor_file.empty() ? "none" : sensor_file);
}

Result<std::unique_ptr<InputReading>> InputReading::begin(const ReadingShared& shared, ByteFeed feed, StoredInput start,
                                                          std::vector<InputId> instead) {
  std::unique_ptr<InputReading> reading(new InputReading(shared, std::move(feed)));
  StoredInput& input = reading->input_;
  input = std::move(start);
  input.sensor = shared.settings->sensor;
  input.book = shared.instruments->book;
  input.settings = shared.settings->text();
  input.dark = !shared.settings->dark.empty();
  input.compression = to_string(reading->feed_.source().compression());
  input.ended = false;
  input.tail = {};
  reading->instead_ = std::move(instead);
  reading->tally_ = input.body;
  if (const Status opened = reading->open_reader(); !opened) return tl::unexpected(opened.error());
  if (const Status skipped = reading->skip_to(input.offset); !skipped) return tl::unexpected(skipped.error());
  reading->started_at_ = reading->committed_ = reading->consumed_;
  reading->committed_at_s_ = shared.instruments->clock_s();
  return reading;
}

Status InputReading::open_reader() {
  Result<std::string_view> head = feed_.peek(detect_bytes, 1);
  if (!head) return tl::unexpected(head.error());
  Result<InputFormat> format = shared_.instruments->detect(*head);
  // A pipe that has paused may tell with more.
  for (std::size_t seen = 0; !format && head->size() > seen && head->size() < detect_bytes;) {
    seen = head->size();
    head = feed_.peek(detect_bytes, seen + 1);
    if (!head) return tl::unexpected(head.error());
    format = shared_.instruments->detect(*head);
  }
  if (!format) return tl::unexpected(format.error());
  if (*format == InputFormat::counts_csv)
    return failure(ErrorKind::data, "this is a series of counts: it holds no sightings of sources");
  input_.format = to_string(*format);
  reader_ = shared_.instruments->make_reader(*format, {.local_to_utc = shared_.settings->local_to_utc,
                                                       .year = shared_.settings->year,
                                                       .file_time = feed_.source().file_time()});
  labelling_ = shared_.instruments->make_labelling();
  by_lines_ = shared_.settings->labelled_only && reader_->lines_are_independent();
  return input_.offset > 0 ? restore(input_.state) : Status();
}

Status InputReading::skip_to(std::uint64_t offset) {
  buffer_.resize(chunk_bytes);
  while (consumed_ < offset) {
    if (shared_.cancel != nullptr && shared_.cancel->cancelled()) return failure(ErrorKind::interrupted, "interrupted");
    const auto want = static_cast<std::size_t>(std::min<std::uint64_t>(buffer_.size(), offset - consumed_));
    const Result<std::size_t> got = feed_.read(std::span(buffer_).first(want));
    if (!got) return tl::unexpected(got.error());
    if (*got == 0) return failure(ErrorKind::machine, "the input became shorter while it was read");
    digest_.add({buffer_.data(), *got});
    consumed_ += *got;
  }
  return {};
}

std::string InputReading::state() const {
  if (by_lines_) reader_->skip_to_line(lines_before_ + 1);
  std::string text;
  put_varint(text, lines_before_);
  put_varint(text, skipping_line_ ? 1 : 0);
  return text + reader_->state();
}

Status InputReading::restore(std::string_view state) {
  const char* at = state.data();
  const char* const end = at + state.size();
  std::uint64_t skipping = 0;
  if (!get_varint(at, end, lines_before_) || !get_varint(at, end, skipping))
    return failure(ErrorKind::data, "the store holds a reader's state that cannot be read", {.file = input_.path});
  skipping_line_ = skipping != 0;
  return reader_->restore({at, static_cast<std::size_t>(end - at)});
}

Status InputReading::wait_for_input() {
  while (!feed_.ready()) {
    if (shared_.cancel != nullptr && shared_.cancel->cancelled()) return {};
    if (consumed_ == committed_) continue;
    if (const Status done = commit_body(); !done) return done;
  }
  return {};
}

Status InputReading::pump() {
  for (;;) {
    if (const Status ready = wait_for_input(); !ready) return ready;
    if (shared_.cancel != nullptr && shared_.cancel->cancelled()) {
      if (const Status done = commit_body(); !done) return done;
      return failure(ErrorKind::interrupted, "interrupted");
    }
    if (buffer_.size() < held_ + chunk_bytes) buffer_.resize(held_ + chunk_bytes);
    const Result<std::size_t> got = feed_.read(std::span(buffer_).subspan(held_, chunk_bytes));
    if (!got) {
      if (const Status done = commit_body(); !done) return done;
      return tl::unexpected(got.error());
    }
    if (*got == 0) return {};
    held_ += *got;
    consume(false);
    const std::uint64_t taken = feed_.source().taken();
    if (shared_.taken) shared_.taken(taken - std::exchange(told_taken_, std::max(taken, told_taken_)));
    if (!commit_is_due()) continue;
    if (const Status done = commit_body(); !done) return done;
  }
}

bool InputReading::commit_is_due() const {
  if (accumulator_.full()) return true;
  const std::uint64_t read = consumed_ - committed_;
  if (read >= most_between_commits) return true;
  if (read == 0) return false;
  if (feed_.is_pipe()) return shared_.instruments->clock_s() - committed_at_s_ > longest_of_pipe_s;
  const std::optional<std::uint64_t> size = feed_.source().size();
  return read >= least_between_commits && size && feed_.source().taken() - committed_taken_ >= *size / commits_per_file;
}

void InputReading::consume(bool last) {
  const std::string_view bytes(buffer_.data(), held_);
  const std::size_t taken = by_lines_ ? read_lines(bytes, last) : reader_->read(bytes, last, batch_);
  SECONDWAVE_REQUIRE(taken <= bytes.size() && (!last || taken == bytes.size()));
  count_batch();
  digest_.add(bytes.substr(0, taken));
  consumed_ += taken;
  held_ -= taken;
  if (held_ > 0) std::memmove(buffer_.data(), buffer_.data() + taken, held_);
}

std::size_t InputReading::skip_long_line(std::string_view bytes) {
  const std::size_t newline = bytes.find('\n');
  skipping_line_ = newline == std::string_view::npos;
  if (!skipping_line_) ++lines_before_;
  return skipping_line_ ? bytes.size() : newline + 1;
}

std::size_t InputReading::read_lines(std::string_view bytes, bool last) {
  std::size_t skipped = 0;
  if (skipping_line_) {
    skipped = skip_long_line(bytes);
    bytes.remove_prefix(skipped);
  }
  const std::size_t newline = bytes.rfind('\n');
  std::size_t size = newline == std::string_view::npos ? 0 : newline + 1;
  if (last) size = bytes.size();
  if (size == 0 && bytes.size() >= Reader::longest_record) {
    ReadTally bad{.bad = 1, .bad_samples = {{lines_before_ + 1, "the line is longer than a record may be"}}};
    tally_.add(bad);
    ++records_;
    skipping_line_ = true;
    return skipped + bytes.size();
  }
  const std::string_view chunk = bytes.substr(0, size);
  lines_.clear();
  std::uint64_t count = labelling_->find_lines(chunk, lines_);
  if (!chunk.empty() && chunk.back() != '\n') ++count;
  hand_in(lines_, last);
  tally_.unmatched += count - std::min<std::uint64_t>(count, lines_.size());
  records_ += count - std::min<std::uint64_t>(count, lines_.size());
  lines_before_ += count;
  return skipped + size;
}

void InputReading::hand_in(const std::vector<Labeller::Line>& lines, bool last) {
  for (const Labeller::Line& line : lines) {
    reader_->skip_to_line(lines_before_ + line.number + 1);
    const char* const behind = line.text.data() + line.text.size();
    const bool ends = behind != buffer_.data() + held_;  // a newline stands there
    const std::string_view text(line.text.data(), line.text.size() + (ends ? 1 : 0));
    static_cast<void>(reader_->read(text, last && !ends, batch_));
  }
}

void InputReading::count_batch() {
  const ReadCounts& now = batch_.counts;
  ReadTally more{.sightings = now.sightings - counted_.sightings,
                 .other = now.other - counted_.other,
                 .ipv6 = now.ipv6 - counted_.ipv6,
                 .bad = now.bad - counted_.bad};
  for (std::size_t i = counted_.bad_samples.size(); i < now.bad_samples.size(); ++i)
    more.bad_samples.push_back({now.bad_samples[i].place, now.bad_samples[i].why});
  records_ += more.records();
  tally_.add(more);
  counted_ = now;
  if (shared_.settings->true_time_us) {
    for (Sighting& sighting : batch_.sightings) sighting.time_us = shared_.settings->true_time_us(sighting.time_us);
  }
  keep_valid();
  verdicts_.assign(batch_.sightings.size(), Verdict());
  labelling_->label(batch_.sightings, verdicts_);
  if (shared_.settings->labelled_only) drop_unlabelled();
  for (const Sighting& sighting : batch_.sightings) {
    if (sighting.takes_back) {  // the next one, which stands for it, is about a target that was counted before
      --added_;
      --tally_.sightings;
      ++tally_.repeats;
    } else if (sighting.repeats) {
      --tally_.sightings;
      ++tally_.repeats;
    } else {
      ++added_;
    }
    if (!tally_.first_us || sighting.time_us < *tally_.first_us) tally_.first_us = sighting.time_us;
    if (!tally_.last_us || sighting.time_us > *tally_.last_us) tally_.last_us = sighting.time_us;
  }
  accumulator_.add(batch_.sightings, verdicts_, shared_.settings->origin);
  batch_.clear();
}

void InputReading::keep_valid() {
  const std::vector<Prefix>& dark = shared_.settings->dark;
  const auto useless = [&](const Sighting& sighting) {
    const bool impossible = sighting.time_us < 0 || sighting.time_us >= latest_time_us;
    const bool light =
        !dark.empty() && sighting.knows(Sighting::target_known) &&
        std::none_of(dark.begin(), dark.end(), [&](const Prefix& p) { return p.contains(sighting.target); });
    if (sighting.takes_back) return impossible || light;  // what it would take back was not counted either
    if (impossible) {
      tally_.add({.bad = 1, .bad_samples = {{sighting.place, "its time does not lie in the years 1970 to 9999"}}});
    } else if (light) {
      ++tally_.outside;
    } else {
      return false;
    }
    --tally_.sightings;
    return true;
  };
  std::erase_if(batch_.sightings, useless);
}

void InputReading::drop_unlabelled() {
  std::size_t kept = 0;
  std::size_t taken_back = 0;  // what was never counted, as no rule knew it
  for (std::size_t i = 0; i < verdicts_.size(); ++i) {
    if (verdicts_[i].rule == Verdict::no_rule) {
      taken_back += batch_.sightings[i].takes_back ? 1 : 0;
      continue;
    }
    batch_.sightings[kept] = batch_.sightings[i];
    verdicts_[kept++] = verdicts_[i];
  }
  const std::uint64_t dropped = verdicts_.size() - kept - taken_back;
  tally_.sightings -= dropped;
  tally_.unmatched += dropped;
  batch_.sightings.resize(kept);
  verdicts_.resize(kept);
}

Status InputReading::commit(InputCommit commit) {
  commit.pending = !commit.input.ended && !instead_.empty();
  if (commit.input.ended) commit.instead = instead_;
  const std::scoped_lock lock(*shared_.store_lock);
  const Result<InputId> id = shared_.store->commit(commit);
  if (!id) return tl::unexpected(id.error());
  input_ = std::move(commit.input);
  input_.id = *id;
  committed_ = consumed_;
  committed_taken_ = feed_.source().taken();
  committed_at_s_ = shared_.instruments->clock_s();
  return {};
}

Status InputReading::commit_body() {
  if (consumed_ == committed_) return {};
  InputCommit body;
  body.input = input_;
  body.input.offset = body.input.length = consumed_;
  body.input.digest = digest_.hex();
  body.input.head = digest_.head_hex();
  body.input.state = state();
  body.input.body = tally_;
  body.blocks = accumulator_.take();
  return commit(std::move(body));
}

Status InputReading::finish() {
  InputCommit end;
  end.input = input_;
  end.input.offset = consumed_;
  end.input.state = state();
  end.input.ended = true;
  end.input.body = std::exchange(tally_, {});
  end.blocks = accumulator_.take();
  consume(true);
  end.input.tail = tally_;
  end.tail = accumulator_.take();
  end.input.length = consumed_;
  end.input.digest = digest_.hex();
  end.input.head = digest_.head_hex();
  return commit(std::move(end));
}

}  // namespace secondwave
