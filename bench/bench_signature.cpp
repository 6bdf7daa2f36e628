// How fast texts are found in bulk, beside a plain count of lines over the same bytes, and what a verdict costs.
#include <benchmark/benchmark.h>

#include <cstdlib>
#include <cstring>
#include <string>
#include <vector>

#include "signature/labels.hpp"
#include "signature/rule_folder.hpp"

namespace {

using namespace secondwave;

RuleBook book(RuleBook::Matcher matcher) {
  const auto files = read_rule_folder(SECONDWAVE_SOURCE_DIR "/signatures");
  if (!files) std::abort();
  Result<RuleBook> parsed = RuleBook::parse(*files, matcher);
  if (!parsed) std::abort();
  return std::move(*parsed);
}

std::string request_line(std::uint32_t i) {
  if (i % 100 == 17) {
    return i % 200 == 17 ? "GET /default.ida?" + std::string(224, 'N') + "%u9090%u6858 HTTP/1.0"
                         : "GET /scripts/..%255c../winnt/system32/cmd.exe?/c+dir HTTP/1.0";
  }
  const std::uint32_t mixed = i * 2654435761U;
  return "GET /articles/" + std::to_string(mixed % 100000) + "/images/header-" + std::to_string(mixed >> 20) +
         ".png HTTP/1.1";
}

/// 256 MB of combined log, 1 line in 100 with a signature: larger than any cache.
const std::string& web_log() {
  static const std::string log = [] {
    std::string text;
    text.reserve(std::size_t{257} << 20);
    for (std::uint32_t i = 0; text.size() < std::size_t{256} << 20; ++i) {
      text += std::to_string(i % 223) + ".17." + std::to_string(i % 251) +
              ".9 - - [19/Jul/2001:14:" + std::to_string(10 + i % 50) + ":03 +0000] \"" + request_line(i) + "\" 200 " +
              std::to_string(i % 65536) +
              " \"http://www.example.org/index.html\" \"Mozilla/4.0 (compatible; MSIE 5.5; Windows NT 5.0)\"\n";
    }
    return text;
  }();
  return log;
}

/// As a reader hands them over.
constexpr std::size_t chunk_bytes = std::size_t{4} << 20;

template <class Act>
void over_chunks(const Act& act) {
  std::string_view left = web_log();
  while (!left.empty()) {
    const std::size_t end = left.size() > chunk_bytes ? left.rfind('\n', chunk_bytes) + 1 : left.size();
    act(left.substr(0, end));
    left.remove_prefix(end);
  }
}

void count_lines_by_memchr(benchmark::State& state) {
  std::uint64_t lines = 0;
  for (auto _ : state) {
    over_chunks([&](std::string_view chunk) {
      const char* at = chunk.data();
      const char* end = at + chunk.size();
      while (const void* newline = std::memchr(at, '\n', static_cast<std::size_t>(end - at))) {
        ++lines;
        at = static_cast<const char*>(newline) + 1;
      }
    });
  }
  benchmark::DoNotOptimize(lines);
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * web_log().size()));
}
BENCHMARK(count_lines_by_memchr)->Unit(benchmark::kMillisecond);

void find_lines(benchmark::State& state, RuleBook::Matcher matcher) {
  if (matcher == RuleBook::Matcher::hyperscan && !RuleBook::has_hyperscan()) {
    state.SkipWithError("built without Hyperscan");
    return;
  }
  const RuleBook rules = book(matcher);
  Labeller labeller(rules);
  std::vector<Labeller::Line> found;
  std::uint64_t lines = 0;
  std::size_t hits = 0;
  for (auto _ : state) {
    over_chunks([&](std::string_view chunk) {
      found.clear();
      lines += labeller.find_lines(chunk, found);
      hits += found.size();
    });
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * web_log().size()));
  state.counters["share_found"] = static_cast<double>(hits) / static_cast<double>(lines);
}
BENCHMARK_CAPTURE(find_lines, hyperscan, RuleBook::Matcher::hyperscan)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(find_lines, re2, RuleBook::Matcher::re2)->Unit(benchmark::kMillisecond);

void label_all(benchmark::State& state, RuleBook::Matcher matcher, const std::vector<Sighting>& sightings) {
  const RuleBook rules = book(matcher);
  Labeller labeller(rules);
  std::vector<Verdict> verdicts(sightings.size());
  for (auto _ : state) labeller.label(sightings, verdicts);
  std::size_t hits = 0;
  for (const Verdict& verdict : verdicts) hits += verdict.rule != Verdict::no_rule ? 1 : 0;
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * sightings.size()));
  state.counters["share_hit"] = static_cast<double>(hits) / static_cast<double>(sightings.size());
}

void label_requests(benchmark::State& state, RuleBook::Matcher matcher) {
  if (matcher == RuleBook::Matcher::hyperscan && !RuleBook::has_hyperscan()) {
    state.SkipWithError("built without Hyperscan");
    return;
  }
  std::vector<std::string> texts;
  for (std::uint32_t i = 0; i < 100'000; ++i) texts.push_back(request_line(i));
  std::vector<Sighting> sightings(texts.size());
  for (std::size_t i = 0; i < texts.size(); ++i) {
    sightings[i].kind = Sighting::Kind::request;
    sightings[i].text = texts[i];
  }
  label_all(state, matcher, sightings);
}
BENCHMARK_CAPTURE(label_requests, hyperscan, RuleBook::Matcher::hyperscan)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(label_requests, re2, RuleBook::Matcher::re2)->Unit(benchmark::kMillisecond);

void label_packets(benchmark::State& state) {
  std::vector<Sighting> sightings(100'000);
  for (std::uint32_t i = 0; i < sightings.size(); ++i) {
    Sighting& sighting = sightings[i];
    const std::uint32_t mixed = i * 2654435761U;
    const bool udp = i % 4 == 0;
    sighting.time_us = std::int64_t{1'100'000'000} * 1'000'000;
    sighting.protocol = udp ? protocol_udp : protocol_tcp;
    sighting.target = mixed;
    sighting.target_port = static_cast<std::uint16_t>(i % 3 == 0 ? 445 : i % 16 == 4 ? 1434 : mixed >> 16);
    sighting.ip_length = static_cast<std::uint16_t>(udp ? 404 : 48);
    sighting.tcp_flags = 2;
    sighting.tcp_sequence = mixed ^ 0x5BD1E995;
    sighting.ip_id = static_cast<std::uint16_t>(mixed >> 8);
    sighting.known = 0x7F;
  }
  label_all(state, RuleBook::Matcher::fastest, sightings);
}
BENCHMARK(label_packets)->Unit(benchmark::kMillisecond);

void compile_the_book(benchmark::State& state, RuleBook::Matcher matcher) {
  if (matcher == RuleBook::Matcher::hyperscan && !RuleBook::has_hyperscan()) {
    state.SkipWithError("built without Hyperscan");
    return;
  }
  for (auto _ : state) benchmark::DoNotOptimize(book(matcher).size());
}
BENCHMARK_CAPTURE(compile_the_book, hyperscan, RuleBook::Matcher::hyperscan)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(compile_the_book, re2, RuleBook::Matcher::re2)->Unit(benchmark::kMillisecond);

}  // namespace
