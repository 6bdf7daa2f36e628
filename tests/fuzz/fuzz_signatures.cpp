// Any bytes as a file of signatures: reading never crashes and never takes long. What reads is tried on texts and
// packets made of the same bytes: both matchers say the same, and no line that a rule hits is missed by the bulk
// search.
#include <algorithm>
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>
#include <vector>

#include "signature/labels.hpp"

namespace {

using namespace secondwave;

/// Requests, alerts and packets out of bytes.
std::vector<Sighting> sightings_of(const std::vector<std::string>& texts, std::string_view bytes) {
  std::vector<Sighting> sightings;
  for (const std::string& text : texts) {
    for (const Sighting::Kind kind : {Sighting::Kind::request, Sighting::Kind::alert}) {
      Sighting& sighting = sightings.emplace_back();
      sighting.kind = kind;
      sighting.text = text;
      sighting.alert_id = static_cast<std::uint32_t>(text.size());
    }
  }
  for (std::size_t i = 0; i + 8 < bytes.size() && i < 64; i += 8) {
    Sighting& sighting = sightings.emplace_back();
    const auto byte = [&](std::size_t at) { return static_cast<std::uint8_t>(bytes[i + at]); };
    sighting.protocol = byte(0) % 2 == 0 ? protocol_tcp : byte(0) % 4 == 1 ? protocol_udp : protocol_icmp;
    sighting.target_port = static_cast<std::uint16_t>(byte(1) * 256 + byte(2));
    sighting.ip_length = byte(3);
    sighting.tcp_flags = byte(4);
    sighting.tcp_sequence = byte(5);
    sighting.target = byte(6);
    sighting.ip_id = byte(7);
    sighting.known = 0x7F;
  }
  return sightings;
}

std::vector<Verdict> verdicts_of(const RuleBook& book, const std::vector<Sighting>& sightings) {
  std::vector<Verdict> verdicts(sightings.size());
  Labeller(book).label(sightings, verdicts);
  return verdicts;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view bytes(reinterpret_cast<const char*>(data), size);
  const std::vector<RuleBook::File> files = {{"fuzz.toml", std::string(bytes)}};
  const Result<RuleBook> re2 = RuleBook::parse(files, RuleBook::Matcher::re2);
  if (!re2) {
    if (re2.error().text().empty()) std::abort();
    return 0;
  }
  std::vector<std::string> texts = {"GET /default.ida?XXXXXXXX HTTP/1.0", "MS-SQL Worm propagation attempt"};
  for (std::size_t quote = bytes.find('"'); quote != bytes.npos && texts.size() < 20;
       quote = bytes.find('"', quote + 1)) {
    std::string text(bytes.substr(quote + 1, bytes.substr(quote + 1).find('"')));
    std::replace(text.begin(), text.end(), '\n', ' ');
    texts.push_back("GET " + text);
    texts.push_back(std::move(text));
  }
  const std::vector<Sighting> sightings = sightings_of(texts, bytes);
  const std::vector<Verdict> verdicts = verdicts_of(*re2, sightings);
  for (std::size_t i = 0; i < sightings.size(); ++i) {
    if (verdicts[i].rule == Verdict::no_rule || sightings[i].kind != Sighting::Kind::request) continue;
    std::vector<Labeller::Line> lines;
    Labeller(*re2).find_lines(sightings[i].text, lines);
    if (lines.size() != 1) std::abort();
  }
  if (!RuleBook::has_hyperscan()) return 0;
  const Result<RuleBook> hyperscan = RuleBook::parse(files, RuleBook::Matcher::hyperscan);
  if (!hyperscan) return 0;  // too much for it: said, not crashed
  const std::vector<Verdict> others = verdicts_of(*hyperscan, sightings);
  for (std::size_t i = 0; i < verdicts.size(); ++i) {
    if (verdicts[i].rule != others[i].rule || verdicts[i].step != others[i].step) std::abort();
  }
  return 0;
}
