// What the fuzz targets of readers share: however an input is cut into pieces, and wherever a new reader goes on from
// the state of the one before, the same sightings and counts come out.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/reader.hpp"

namespace secondwave::fuzz {

using MakeReader = std::function<std::unique_ptr<Reader>()>;

inline void require(bool condition) {
  if (!condition) std::abort();
}

/// Sightings with texts of their own, and counts.
struct Outcome {
  std::vector<Sighting> sightings;
  std::vector<std::string> texts;
  ReadCounts counts;

  void take(Batch& batch) {
    for (Sighting& sighting : batch.sightings) {
      texts.emplace_back(sighting.text);
      sighting.text = {};
      sightings.push_back(sighting);
    }
    batch.clear();
  }
};

inline bool same(const Sighting& a, const Sighting& b) {
  return a.time_us == b.time_us && a.place == b.place && a.packets == b.packets && a.targets == b.targets &&
         a.source == b.source && a.target == b.target && a.alert_id == b.alert_id && a.tcp_sequence == b.tcp_sequence &&
         a.source_port == b.source_port && a.target_port == b.target_port && a.ip_length == b.ip_length &&
         a.ip_id == b.ip_id && a.tcp_window == b.tcp_window && a.protocol == b.protocol && a.tcp_flags == b.tcp_flags &&
         a.known == b.known && a.kind == b.kind && a.repeats == b.repeats && a.simulated == b.simulated &&
         a.takes_back == b.takes_back;
}

inline void require_same(const Outcome& a, const Outcome& b) {
  require(a.sightings.size() == b.sightings.size() && a.texts == b.texts);
  for (std::size_t i = 0; i < a.sightings.size(); ++i) require(same(a.sightings[i], b.sightings[i]));
  require(a.counts.sightings == b.counts.sightings && a.counts.other == b.counts.other);
  require(a.counts.ipv6 == b.counts.ipv6 && a.counts.bad == b.counts.bad);
  require(a.counts.first_us == b.counts.first_us && a.counts.last_us == b.counts.last_us);
  require(a.counts.bad_samples.size() == b.counts.bad_samples.size());
  for (std::size_t i = 0; i < a.counts.bad_samples.size(); ++i) {
    require(a.counts.bad_samples[i].place == b.counts.bad_samples[i].place);
    require(a.counts.bad_samples[i].why == b.counts.bad_samples[i].why);
  }
}

/// What holds of every outcome: counted once each, samples bounded and printable, times inside their bounds.
inline void check_counts(const Outcome& outcome) {
  const ReadCounts& counts = outcome.counts;
  std::uint64_t taken_back = 0;  // these are no records
  for (std::size_t i = 0; i < outcome.sightings.size(); ++i) {
    if (!outcome.sightings[i].takes_back) continue;
    ++taken_back;
    require(i + 1 < outcome.sightings.size() && outcome.sightings[i + 1].kind == Sighting::Kind::request);
  }
  require(counts.sightings == outcome.sightings.size() - taken_back);
  require(counts.bad_samples.size() <= 5 && counts.bad_samples.size() <= counts.bad);
  for (const ReadCounts::Sample& sample : counts.bad_samples) {
    require(!sample.why.empty() && sample.why.size() <= 200);
    for (const char c : sample.why) require(static_cast<unsigned char>(c) >= 0x20 && c != 0x7F);
  }
  for (const Sighting& sighting : outcome.sightings) {
    require(sighting.time_us >= *counts.first_us && sighting.time_us <= *counts.last_us);
    require(!sighting.repeats || sighting.targets == 0);
  }
}

/// Takes a small number off the front of what steers the pieces; 1 where there is none left.
class Steering {
 public:
  explicit Steering(std::string_view bytes) : bytes_(bytes) {}
  std::size_t next() {
    if (bytes_.empty()) return 1;
    const auto value = static_cast<unsigned char>(bytes_[at_++ % bytes_.size()]);
    return value == 0 ? 1 : value;
  }

 private:
  std::string_view bytes_;
  std::size_t at_ = 0;
};

inline Outcome read_whole(const MakeReader& make, std::string_view text) {
  Outcome outcome;
  Batch batch;
  require(make()->read(text, true, batch) == text.size());
  outcome.take(batch);
  outcome.counts = batch.counts;
  return outcome;
}

inline Outcome read_in_pieces(const MakeReader& make, std::string_view text, Steering steering) {
  Outcome outcome;
  Batch batch;
  auto reader = make();
  std::size_t taken = 0;
  std::size_t arrived = 0;
  while (true) {
    const std::size_t step = steering.next();
    arrived += std::min(step, text.size() - arrived);
    const bool last = arrived == text.size();
    const std::string window(text.substr(taken, arrived - taken));
    const std::size_t took = reader->read(window, last, batch);
    require(took <= window.size());
    taken += took;
    outcome.take(batch);
    if (last) break;
    if (step % 4 != 0) continue;
    const std::string state = reader->state();
    require(state.size() <= Reader::longest_state);
    reader = make();
    require(reader->restore(state).has_value());
    require(reader->state() == state);
  }
  require(taken == text.size());
  outcome.counts = batch.counts;
  return outcome;
}

/// For logs without a year: one bit of the input decides between a stated year and a file time.
inline ReaderOptions year_options(std::string_view input) {
  ReaderOptions options;
  if (!input.empty() && (input[0] & 1) != 0) {
    options.year = 2004;
  } else {
    options.file_time = UtcTime::from_seconds(1'109'635'200);  // 2005-03-01
  }
  return options;
}

/// The whole check of a text reader: the last 8 bytes of the input steer how the rest is cut; those bytes are a state
/// too.
inline void check_reader(const MakeReader& make, std::string_view input) {
  const std::size_t steering_bytes = std::min<std::size_t>(8, input.size());
  const std::string_view text = input.substr(0, input.size() - steering_bytes);
  const Outcome whole = read_whole(make, text);
  check_counts(whole);
  require_same(whole, read_in_pieces(make, text, Steering(input.substr(text.size()))));
  const auto any = make();
  if (any->restore(input)) {
    Batch batch;
    any->read(text, true, batch);
  }
  (void)detect_format(text);
}

}  // namespace secondwave::fuzz
