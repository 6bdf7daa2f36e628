// Runs the battery on an engine with one fault planted, seed after seed, and tells which check rejects it.
//   law_mutant [--fault NAME] [--seeds N] [--first SEED] [--quiet] [--distributions] [--group NAME] [--all]
//              CONSTRUCTION...
// Exit code 0 when every battery rejects. Without --fault the engine is sound. --distributions leaves out the checks
// that something impossible did not happen. --group runs only groups whose name begins so, with the limit of the whole
// battery: what they find, the battery finds. --all runs all checks and prints their p-values instead.
#include <fmt/format.h>

#include <array>
#include <charconv>
#include <chrono>
#include <iostream>
#include <map>
#include <string_view>

#include "engine/fault.hpp"
#include "law_battery.hpp"

namespace {

using namespace secondwave;

std::uint64_t number_of(std::string_view text) {
  std::uint64_t value = 0;
  std::from_chars(text.data(), text.data() + text.size(), value);
  return value;
}

constexpr std::array<std::pair<std::string_view, Fault>, 17> fault_names{{
    {"none", Fault::none},
    {"rate_2_percent_high", Fault::rate_2_percent_high},
    {"removal_off_by_one", Fault::removal_off_by_one},
    {"reused_stream", Fault::reused_stream},
    {"biased_target", Fault::biased_target},
    {"forgotten_latency", Fault::forgotten_latency},
    {"immune_reinfected", Fault::immune_reinfected},
    {"kept_threshold", Fault::kept_threshold},
    {"phase_a_day_late", Fault::phase_a_day_late},
    {"sleeper_wakes", Fault::sleeper_wakes},
    {"offline_host_hit", Fault::offline_host_hit},
    {"lease_never_renewed", Fault::lease_never_renewed},
    {"reach_forgotten", Fault::reach_forgotten},
    {"list_not_split", Fault::list_not_split},
    {"walk_enters_at_own", Fault::walk_enters_at_own},
    {"walk_never_anew", Fault::walk_never_anew},
    {"one_copy_too_many", Fault::one_copy_too_many},
}};

/// Plants the fault of that name; false if there is none.
bool plant(std::string_view name) {
  for (const auto& [known, fault] : fault_names) {
    if (known != name) continue;
    planted_fault = fault;
    return true;
  }
  return false;
}

struct Options {
  std::uint64_t seeds = 3;
  std::uint64_t first = 1;
  bool quiet = false;
  bool all = false;
  bool distributions = false;
  std::string_view group = {};
  std::vector<Construction> constructions = {};
};

int usage() {
  std::cerr << "usage: law_mutant [--fault NAME] [--seeds N] [--first SEED] [--quiet] [--distributions] "
               "[--group NAME] [--all] "
               "order|pressure|reference...\n";
  return 2;
}

/// How many of the seeds are rejected.
std::uint64_t count_rejections(Construction construction, const Options& options) {
  std::uint64_t rejected = 0;
  std::map<std::string, std::uint64_t> by_check;
  for (std::uint64_t i = 0; i < options.seeds; ++i) {
    const Check check = law::first_rejection(construction, options.first + i, options.distributions, options.group);
    const bool rejects = check.p < 1;
    rejected += rejects ? 1 : 0;
    ++by_check[check.name];
    if (!options.quiet) {
      std::cout << fmt::format("{} seed {}: {} p = {:.2g}\n", to_string(construction), options.first + i,
                               rejects ? "rejected by " + check.name + "," : "not rejected,", check.p);
    }
  }
  std::cout << fmt::format("{}: {} of {} seeds rejected", to_string(construction), rejected, options.seeds);
  for (const auto& [name, count] : by_check) std::cout << fmt::format("; {}: {}", name, count);
  std::cout << std::endl;
  return rejected;
}

void print_all(Construction construction, const Options& options) {
  const auto start = std::chrono::steady_clock::now();
  for (std::uint64_t i = 0; i < options.seeds; ++i) {
    const std::vector<Check> checks = law::law_battery(construction, options.first + i);
    std::cout << fmt::format("{} seed {}: {} checks, {} of them reject\n", to_string(construction), options.first + i,
                             checks.size(), holm_rejections(checks, law::family_alpha).size());
    if (!options.quiet) std::cout << describe(checks);
  }
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  std::cout << fmt::format("{:.1f} s\n", took.count());
}

}  // namespace

int main(int argc, char** argv) {
  Options options;
  for (int i = 1; i < argc; ++i) {
    const std::string_view argument = argv[i];
    if (argument == "--fault" && i + 1 < argc) {
      if (!plant(argv[++i])) return usage();
    } else if (argument == "--seeds" && i + 1 < argc) {
      options.seeds = number_of(argv[++i]);
    } else if (argument == "--first" && i + 1 < argc) {
      options.first = number_of(argv[++i]);
    } else if (argument == "--quiet") {
      options.quiet = true;
    } else if (argument == "--distributions") {
      options.distributions = true;
    } else if (argument == "--group" && i + 1 < argc) {
      options.group = argv[++i];
    } else if (argument == "--all") {
      options.all = true;
    } else if (const auto construction = construction_from(argument)) {
      options.constructions.push_back(*construction);
    } else {
      return usage();
    }
  }
  if (options.constructions.empty()) return usage();
  bool every = true;
  for (const Construction construction : options.constructions) {
    if (options.all) {
      print_all(construction, options);
    } else {
      every = count_rejections(construction, options) == options.seeds && every;
    }
  }
  return every ? 0 : 1;
}
