// Kinds of hosts by their names: names a second on the labelled sets, which have the mixture of shapes of real ones.
#include <benchmark/benchmark.h>

#include <fstream>
#include <sstream>
#include <string>
#include <vector>

#include "census/kind_classifier.hpp"

namespace {

using namespace secondwave;

void kinds_of_names(benchmark::State& state) {
  const std::string folder = SECONDWAVE_SOURCE_DIR;
  std::ifstream sheet(folder + "/tables/kinds.toml");
  std::stringstream rules;
  rules << sheet.rdbuf();
  const KindClassifier classifier(std::move(KindRules::parse(rules.str(), "kinds.toml").value()));
  std::vector<std::pair<Ipv4, std::string>> hosts;
  for (const char* set : {"open.tsv", "sealed.tsv"}) {
    std::ifstream file(folder + "/tests/census/names/" + set);
    for (std::string line; std::getline(file, line);) {
      if (line.starts_with('#')) continue;
      const std::size_t tab = line.find('\t');
      const std::size_t end = line.find('\t', tab + 1);
      hosts.emplace_back(try_parse_ipv4(line.substr(0, tab)).value_or(0), line.substr(tab + 1, end - tab - 1));
    }
  }
  for (auto _ : state) {
    for (const auto& [address, name] : hosts) {
      benchmark::DoNotOptimize(classifier.classify(name, {.address = address}));
    }
  }
  state.SetItemsProcessed(static_cast<std::int64_t>(state.iterations() * hosts.size()));
}
BENCHMARK(kinds_of_names)->Unit(benchmark::kMicrosecond);

}  // namespace
