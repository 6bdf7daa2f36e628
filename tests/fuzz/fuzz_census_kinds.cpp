// Any bytes are lines of addresses and names: no crash, answers that stand in the tables, tokens that stand in the
// name, and cutting the file anywhere changes nothing. The same bytes as a sheet of rules are rules or an error.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "census/kind_lines.hpp"
#include "in_pieces.hpp"

namespace {

using namespace secondwave;

void require(bool condition) {
  if (!condition) std::abort();
}

const KindClassifier& classifier() {
  static const KindClassifier made = [] {
    std::ifstream file(std::string(SECONDWAVE_SOURCE_DIR) + "/tables/kinds.toml");
    std::stringstream text;
    text << file.rdbuf();
    return KindClassifier(std::move(KindRules::parse(text.str(), "kinds.toml").value()));
  }();
  return made;
}

std::string lower(std::string_view text) {
  std::string out(text);
  std::transform(out.begin(), out.end(), out.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return out;
}

std::vector<std::string> classify(std::string_view text, std::size_t piece, ReadCounts& counts) {
  std::vector<std::string> answers;
  KindLines lines(classifier(), [&](const KindLine& line) -> Status {
    const KindOfHost& kind = line.kind;
    require(kind.confidence >= 0 && kind.confidence <= 1);
    const std::string name = lower(line.name);
    for (const std::string& token : kind.because) require(!token.empty() && name.find(token) != std::string::npos);
    std::string answer(line.name);
    for (const std::string_view word :
         {to_string(kind.access), to_string(kind.assignment), to_string(kind.role), to_string(kind.owner)}) {
      require(!word.empty());
      answer += " " + std::string(word);
    }
    answers.push_back(std::move(answer));
    return {};
  });
  read_in_pieces(lines, text, piece);
  counts = lines.counts();
  return answers;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  ReadCounts whole;
  const std::vector<std::string> answers = classify(text, ~std::size_t{0}, whole);
  require(whole.sightings == answers.size());
  ReadCounts cut;
  require(classify(text, 1 + size / 3, cut) == answers && cut.bad == whole.bad && cut.other == whole.other);
  const Result<KindRules> rules = KindRules::parse(text, "rules.toml");
  require(rules ? rules->size() > 0 : !rules.error().text().empty());
  return 0;
}
