// Any bytes as a scenario: reading never crashes and never takes long, and what reads is written to a text that reads
// back and is written the same. Bytes after a line "#set" are --set assignments, one a line.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "scenario/debate.hpp"
#include "scenario/expectations.hpp"
#include "scenario/explain.hpp"
#include "scenario/reader.hpp"
#include "scenario/writer.hpp"

namespace {

std::vector<std::string> lines_of(std::string_view text) {
  std::vector<std::string> lines;
  while (!text.empty() && lines.size() < 20) {
    const std::size_t end = text.find('\n');
    lines.emplace_back(text.substr(0, end));
    if (end == std::string_view::npos) break;
    text.remove_prefix(end + 1);
  }
  return lines;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace secondwave;
  std::string_view text(reinterpret_cast<const char*>(data), size);
  std::vector<std::string> sets;
  if (const std::size_t at = text.find("#set\n"); at != std::string_view::npos) {
    sets = lines_of(text.substr(at + 5));
    text = text.substr(0, at);
  }
  // A text that inherits, inherits from itself: one level down it must be refused.
  const ParentLoader itself = [&](const std::string&) -> Result<SourceText> {
    return SourceText{std::string(text), "parent.toml"};
  };
  for (const Error& error : scenario_errors(text, "fuzz.toml", sets, itself)) {
    if (error.text().empty()) std::abort();
  }
  (void)parse_expectations(text, "fuzz.toml");
  (void)parse_debate(text, "fuzz.toml");
  const Result<ScenarioSpec> spec = parse_scenario(text, "fuzz.toml", sets, itself);
  if (!spec) return 0;
  (void)explain_scenario(*spec);
  const std::string written = write_scenario(*spec);
  const Result<ScenarioSpec> again = parse_scenario(written, "canonical.toml", {}, no_parents());
  if (!again || write_scenario(*again) != written) std::abort();
  return 0;
}
