#include "reading.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <random>
#include <sstream>

#include "base/time.hpp"
#include "ingest/byte_source.hpp"

namespace secondwave::ingest_test {
namespace {

void keep(Batch& batch, std::vector<Seen>& seen) {
  for (const Sighting& sighting : batch.sightings) {
    seen.push_back({sighting, std::string(sighting.text)});
    seen.back().sighting.text = {};
  }
  batch.clear();
}

std::string described(const Seen& one) {
  const Sighting& s = one.sighting;
  std::ostringstream out;
  out << "place " << s.place << " time_us " << s.time_us << " packets " << s.packets << " targets " << s.targets
      << " source " << s.source << " target " << s.target << " alert " << s.alert_id << " sequence " << s.tcp_sequence
      << " ports " << s.source_port << " " << s.target_port << " length " << s.ip_length << " id " << s.ip_id
      << " window " << s.tcp_window << " protocol " << int(s.protocol) << " flags " << int(s.tcp_flags) << " known "
      << int(s.known) << " kind " << int(s.kind) << " repeats " << s.repeats << " simulated " << s.simulated << " text "
      << one.text;
  return out.str();
}

std::string described(const ReadCounts& counts) {
  std::ostringstream out;
  out << counts.sightings << " sightings, " << counts.other << " other, " << counts.ipv6 << " ipv6, " << counts.bad
      << " bad";
  for (const ReadCounts::Sample& sample : counts.bad_samples) out << "; " << sample.place << ": " << sample.why;
  out << "; from " << counts.first_us.value_or(0) << " to " << counts.last_us.value_or(0);
  return out.str();
}

}  // namespace

Outcome read_all(Reader& reader, std::string_view bytes) {
  Outcome outcome;
  Batch batch;
  EXPECT_EQ(reader.read(bytes, true, batch), bytes.size());
  keep(batch, outcome.seen);
  outcome.counts = batch.counts;
  return outcome;
}

Outcome read_all(const MakeReader& make, std::string_view bytes) {
  return read_all(*make(), bytes);
}

Seen one_sighting(const MakeReader& make, std::string_view line) {
  const Outcome outcome = read_all(make, line);
  EXPECT_EQ(outcome.seen.size(), 1u) << line << described(outcome.counts);
  return outcome.seen.empty() ? Seen{} : outcome.seen[0];
}

std::string why_bad(const MakeReader& make, std::string_view text) {
  const Outcome outcome = read_all(make, text);
  EXPECT_EQ(outcome.counts.bad, 1u) << text;
  EXPECT_EQ(outcome.counts.sightings, 0u) << text;
  return outcome.counts.bad_samples.empty() ? "" : outcome.counts.bad_samples[0].why;
}

Outcome read_in_pieces(const MakeReader& make, std::string_view bytes, std::uint64_t seed, std::size_t longest_piece) {
  std::mt19937_64 random(seed);
  std::unique_ptr<Reader> reader = make();
  Outcome outcome;
  Batch batch;
  std::size_t taken = 0;
  std::size_t arrived = 0;
  while (true) {
    arrived = std::min(bytes.size(), arrived + random() % (longest_piece + 1));
    const bool last = arrived == bytes.size();
    // A copy of its own, so that reading behind what has arrived is caught by the sanitizers.
    const std::string window(bytes.substr(taken, arrived - taken));
    taken += reader->read(window, last, batch);
    EXPECT_LE(taken, arrived);
    keep(batch, outcome.seen);
    if (last) break;
    if (random() % 2 == 0) continue;
    const std::string state = reader->state();
    EXPECT_LE(state.size(), Reader::longest_state);
    reader = make();
    const Status restored = reader->restore(state);
    EXPECT_TRUE(restored.has_value());
    EXPECT_EQ(reader->state(), state);
  }
  EXPECT_EQ(taken, bytes.size());
  outcome.counts = batch.counts;
  return outcome;
}

std::string difference(const Outcome& a, const Outcome& b) {
  for (std::size_t i = 0; i < std::min(a.seen.size(), b.seen.size()); ++i) {
    const std::string one = described(a.seen[i]);
    const std::string other = described(b.seen[i]);
    if (one != other) return one + "\n  against\n" + other;
  }
  const std::string one = described(a.counts);
  const std::string other = described(b.counts);
  return one == other ? std::string() : one + "\n  against\n" + other;
}

void expect_pieces_do_not_matter(const MakeReader& make, std::string_view bytes, int rounds) {
  const Outcome whole = read_all(make, bytes);
  for (int round = 0; round < rounds; ++round) {
    const std::size_t longest_piece = std::size_t{1} << (round % 10);
    const Outcome pieces = read_in_pieces(make, bytes, static_cast<std::uint64_t>(round), longest_piece);
    ASSERT_EQ(difference(whole, pieces), "") << "round " << round;
  }
}

std::optional<std::filesystem::path> real_logs() {
  const char* given = std::getenv("SECONDWAVE_SHARED");
  const std::filesystem::path shared =
      given != nullptr ? std::filesystem::path(given) : std::filesystem::path(SECONDWAVE_SOURCE_DIR) / "../shared/data";
  const std::filesystem::path folder = shared / "honeynet-2005";
  if (!std::filesystem::exists(folder / "access_log.4")) return std::nullopt;
  return folder;
}

std::string file_bytes(const std::filesystem::path& path) {
  std::ifstream in(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

std::string unpacked(const std::filesystem::path& path) {
  auto source = open_source(path);
  if (!source) {
    ADD_FAILURE() << source.error().text();
    return {};
  }
  std::string all;
  std::vector<char> buffer(std::size_t{1} << 16);
  while (true) {
    const auto got = (*source)->read(buffer);
    if (!got) {
      ADD_FAILURE() << got.error().text();
      break;
    }
    if (*got == 0) break;
    all.append(buffer.data(), *got);
  }
  return all;
}

std::int64_t us(std::string_view time) {
  return parse_utc(time).value().microseconds();
}

}  // namespace secondwave::ingest_test
