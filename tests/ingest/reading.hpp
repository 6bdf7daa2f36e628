// What the tests of readers share: reading at one go and in pieces, comparing, real logs where they are there.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/reader.hpp"

namespace secondwave::ingest_test {

using MakeReader = std::function<std::unique_ptr<Reader>()>;

/// A sighting with a text of its own.
struct Seen {
  Sighting sighting;
  std::string text;
};

struct Outcome {
  std::vector<Seen> seen;
  ReadCounts counts;
};

/// All at one go.
Outcome read_all(Reader& reader, std::string_view bytes);
Outcome read_all(const MakeReader& make, std::string_view bytes);

/// The one sighting of a text of one line; expects that there is one.
Seen one_sighting(const MakeReader& make, std::string_view line);
/// Why the one bad record of a text is bad; expects that there is one and nothing else.
std::string why_bad(const MakeReader& make, std::string_view text);

/// In pieces of random length (from `seed`), as a caller with a growing buffer would; between the pieces, half of the
/// time, the state is taken and a new reader goes on from it.
Outcome read_in_pieces(const MakeReader& make, std::string_view bytes, std::uint64_t seed, std::size_t longest_piece);

/// Empty where both are the same in every field, or what differs first.
std::string difference(const Outcome& a, const Outcome& b);

/// Expects that pieces of all sizes give what one go gives; `rounds` seeds.
void expect_pieces_do_not_matter(const MakeReader& make, std::string_view bytes, int rounds = 20);

/// The folder of real logs, or nothing where it is not there.
std::optional<std::filesystem::path> real_logs();
std::string file_bytes(const std::filesystem::path& path);
/// All bytes of a file through open_source.
std::string unpacked(const std::filesystem::path& path);

/// UTC microseconds of a time like "2005-02-13T11:07:38Z".
std::int64_t us(std::string_view time);

}  // namespace secondwave::ingest_test
