#include <algorithm>
#include <utility>

#include "signature/newline_count.hpp"
#include "signature/rule_book.hpp"

namespace secondwave {
namespace {

/// Of a chunk at a time: small enough to stay in the cache between looking for needles and counting newlines.
constexpr std::size_t block_bytes = std::size_t{256} << 10;

bool in_time(const Rule& rule, std::int64_t time_us) {
  return time_us >= rule.from_us && time_us < rule.until_us;
}

}  // namespace

struct Labeller::Engine {
  explicit Engine(const RuleBook::Rules& rules)
      : book(rules),
        requests(rules.engine->requests()),
        alerts(rules.engine->alerts()),
        needles(rules.engine->needles()) {}

  Verdict judge(const Sighting& sighting) {
    Verdict verdict;
    if (sighting.kind == Sighting::Kind::alert) {
      take_text(*alerts, book.alert_hits, sighting, verdict);
      const auto listed = book.by_alert_id.find(sighting.alert_id);
      if (listed != book.by_alert_id.end()) take_alert_id(listed->second, sighting, verdict);
      return verdict;
    }
    if (!sighting.text.empty()) take_text(*requests, book.request_hits, sighting, verdict);
    if (sighting.kind != Sighting::Kind::request) take_packet(sighting, verdict);
    return verdict;
  }

  void hit(std::uint16_t rule, std::uint8_t step, Verdict& verdict) const {
    verdict.rule = rule;
    verdict.label = book.rules[rule].label;
    verdict.step = step;
  }

  // Each keeps what comes first in the book: `verdict` holds what was hit already, and numbers ascend.

  void take_alert_id(const std::vector<std::uint16_t>& rules, const Sighting& sighting, Verdict& verdict) const {
    for (const std::uint16_t number : rules) {
      if (number >= verdict.rule) return;
      if (in_time(book.rules[number], sighting.time_us)) return hit(number, 0, verdict);
    }
  }

  void take_packet(const Sighting& sighting, Verdict& verdict) const {
    for (const PacketGate& gate : book.by_protocol[sighting.protocol]) {
      if (gate.rule >= verdict.rule) return;
      if (!gate.passes(sighting)) continue;
      const Rule& rule = book.rules[gate.rule];
      if (in_time(rule, sighting.time_us) && rule.shape.holds(sighting)) return hit(gate.rule, 0, verdict);
    }
  }

  void take_text(TextMatcher& matcher, const std::vector<RuleBook::Rules::Hit>& hits, const Sighting& sighting,
                 Verdict& verdict) {
    matcher.find(sighting.text, found);
    for (const std::uint32_t number : found) {
      const RuleBook::Rules::Hit& of = hits[number];
      if (!in_time(book.rules[of.rule], sighting.time_us)) continue;
      hit(of.rule, of.step, verdict);
      return;
    }
  }

  /// The lines of one block with a needle in them.
  void find_in(std::string_view block, std::uint64_t lines_before, std::vector<Line>& lines) {
    places.clear();
    needles->find(block, places);
    std::uint64_t number = lines_before;
    std::size_t counted = 0;  // newlines before this offset are in `number`
    std::size_t line_end = 0;
    bool any = false;
    for (const std::size_t place : places) {
      if (any && place <= line_end) continue;
      const std::size_t newline = block.rfind('\n', place);
      const std::size_t start = newline == std::string_view::npos ? 0 : newline + 1;
      line_end = std::min(block.find('\n', place), block.size());
      number += count_newlines(block.substr(counted, start - counted));
      counted = start;
      lines.push_back({block.substr(start, line_end - start), number});
      any = true;
    }
  }

  const RuleBook::Rules& book;
  std::unique_ptr<TextMatcher> requests;
  std::unique_ptr<TextMatcher> alerts;
  std::unique_ptr<NeedleFinder> needles;
  std::vector<std::uint32_t> found;
  std::vector<std::size_t> places;
};

Labeller::Labeller(const RuleBook& book) : engine_(std::make_unique<Engine>(*book.rules_)) {}
Labeller::Labeller(Labeller&&) noexcept = default;
Labeller& Labeller::operator=(Labeller&&) noexcept = default;
Labeller::~Labeller() = default;

void Labeller::label(std::span<const Sighting> sightings, std::span<Verdict> verdicts) {
  SECONDWAVE_REQUIRE(sightings.size() == verdicts.size());
  for (std::size_t i = 0; i < sightings.size(); ++i) verdicts[i] = engine_->judge(sightings[i]);
}

std::uint64_t Labeller::find_lines(std::string_view chunk, std::vector<Line>& lines) {
  std::uint64_t count = 0;
  while (!chunk.empty()) {
    std::size_t size = chunk.size();
    if (size > block_bytes) {
      // Blocks end with a line; one that is longer than a block makes the block longer.
      const std::size_t newline = chunk.rfind('\n', block_bytes - 1);
      const std::size_t end = newline != std::string_view::npos ? newline : chunk.find('\n', block_bytes);
      if (end != std::string_view::npos) size = end + 1;
    }
    const std::string_view block = chunk.substr(0, size);
    engine_->find_in(block, count, lines);
    count += count_newlines(block);
    chunk.remove_prefix(size);
  }
  return count;
}

}  // namespace secondwave
