// The run hash alone, from the rooms that make it: scripts/one_result.sh runs it where building the whole program with
// one more compiler would prove nothing more. It takes the arguments of `secondwave simulate` that the hash depends on.
//   run_hash simulate SCENARIO [--runs N] [--seed S] [--jobs J] [--construction NAME] [--set KEY=VALUE]...
// Scenarios and the project's own country table are found below SECONDWAVE_DATA.
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <iostream>
#include <iterator>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "engine/model.hpp"
#include "ensemble/ensemble.hpp"
#include "ensemble/thread_executor.hpp"
#include "scenario/library.hpp"
#include "scenario/reader.hpp"

namespace {

using namespace secondwave;

struct Request {
  std::string scenario;
  std::vector<std::string> sets = {};
  std::uint64_t runs = 100;
  std::uint64_t seed = 1;
  std::uint64_t jobs = 1;
  std::optional<Construction> construction = {};
};

std::optional<Request> read_arguments(const std::vector<std::string_view>& words) {
  if (words.size() < 2 || words[0] != "simulate") return std::nullopt;
  Request request{.scenario = std::string(words[1])};
  for (std::size_t i = 2; i < words.size(); ++i) {
    if (words[i] == "--quiet") continue;
    if (i + 1 == words.size()) return std::nullopt;
    const std::string_view option = words[i];
    const std::string_view value = words[++i];
    const auto number = [&](std::uint64_t& into) {
      return std::from_chars(value.data(), value.data() + value.size(), into).ec == std::errc();
    };
    bool good = true;
    if (option == "--runs") {
      good = number(request.runs);
    } else if (option == "--seed") {
      good = number(request.seed);
    } else if (option == "--jobs") {
      good = number(request.jobs);
    } else if (option == "--construction") {
      request.construction = construction_from(value);
      good = request.construction.has_value();
    } else if (option == "--set") {
      request.sets.emplace_back(value);
    } else {
      good = option == "--format" && value == "json";
    }
    if (!good) return std::nullopt;
  }
  return request;
}

Result<std::shared_ptr<const CountryTable>> plan(const std::string& data) {
  const std::string path = data + "/tables/plan.csv";
  std::ifstream file(path);
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  Result<CountryTable> table = CountryTable::parse(text, path, 0);
  if (!table) return tl::unexpected(table.error());
  return std::make_shared<const CountryTable>(std::move(*table));
}

Result<std::string> run_hash(const Request& request) {
  const char* variable = std::getenv("SECONDWAVE_DATA");
  const std::string data = variable == nullptr ? "." : variable;
  const std::string folder = data + "/scenarios";
  const Result<std::string> path = ScenarioLibrary(folder).find(request.scenario);
  if (!path) return tl::unexpected(path.error());
  Result<ScenarioSpec> spec = read_scenario(*path, request.sets, folder);
  if (!spec) return tl::unexpected(spec.error());
  std::shared_ptr<const CountryTable> table;
  if (Model::needs_addresses(*spec) && Model::places_by_country(*spec)) {
    if (spec->population.placement.table != "plan") return failure(ErrorKind::usage, "knows no table but 'plan'");
    const auto loaded = plan(data);
    if (!loaded) return tl::unexpected(loaded.error());
    table = *loaded;
  }
  const Result<Model> model = Model::make(std::move(*spec), table);
  if (!model) return tl::unexpected(model.error());
  const Result<Construction> construction = model->choose(request.construction);
  if (!construction) return tl::unexpected(construction.error());
  ThreadExecutor executor(static_cast<std::uint32_t>(request.jobs));
  const EnsembleOptions options{.runs = static_cast<std::uint32_t>(request.runs),
                                .seed = request.seed,
                                .construction = *construction,
                                .addresses = false,
                                .cancel = nullptr,
                                .progress = nullptr,
                                .each_run = {}};
  const Result<EnsembleResult> result = run_ensemble(*model, executor, options);
  if (!result) return tl::unexpected(result.error());
  return result->run_hash;
}

}  // namespace

int main(int argc, char** argv) {
  const std::optional<Request> request = read_arguments({argv + 1, argv + argc});
  if (!request) {
    std::cerr << "usage: run_hash simulate SCENARIO [--runs N] [--seed S] [--jobs J] [--construction NAME] "
                 "[--set KEY=VALUE]...\n";
    return 2;
  }
  const Result<std::string> hash = run_hash(*request);
  if (!hash) {
    std::cerr << hash.error().text() << "\n";
    return 1;
  }
  std::cout << "{\"run_hash\": \"" << *hash << "\"}\n";
  return 0;
}
