// Any bytes are a file of names: each line counted once, names printable, and cutting the file anywhere changes
// nothing.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <vector>

#include "census/names_file.hpp"
#include "in_pieces.hpp"

namespace {

using namespace secondwave;

void require(bool condition) {
  if (!condition) std::abort();
}

std::vector<NameAnswer> read_all(std::string_view text, std::size_t piece, ReadCounts& counts) {
  std::vector<NameAnswer> answers;
  NamesReader reader(1000, [&](NameAnswer&& answer) -> Status {
    answers.push_back(std::move(answer));
    return {};
  });
  read_in_pieces(reader, text, piece);
  counts = reader.counts();
  return answers;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  ReadCounts whole;
  const std::vector<NameAnswer> answers = read_all(text, ~std::size_t{0}, whole);
  require(whole.sightings == answers.size());
  for (const NameAnswer& answer : answers) {
    require(answer.outcome != LookupOutcome::not_asked && answer.expires_us >= answer.asked_us);
    require(answer.name.empty() == (answer.outcome != LookupOutcome::answered));
    for (const std::string& each : {answer.name, answer.zone, answer.zone_owner})
      require(std::all_of(each.begin(), each.end(), [](char c) { return c > ' ' && c < 0x7F; }));
  }
  ReadCounts cut;
  require(read_all(text, 1 + size / 3, cut) == answers && cut.bad == whole.bad && cut.other == whole.other);
  return 0;
}
