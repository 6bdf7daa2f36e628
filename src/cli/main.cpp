// The command line: what the user typed to the function that does it, and what to say where it cannot be understood.
#include <algorithm>
#include <cstdio>
#include <sstream>

#include "base/text.hpp"
#include "cli/environment.hpp"
#include "cli/options.hpp"

namespace {

using namespace secondwave;

/// The first word that the parser could not place, options before others (what follows an unknown option is often its
/// value); empty where there is none.
std::string unknown_word(const CLI::App& app, int argc, char** argv) {
  const std::vector<std::string> left = app.remaining(true);
  std::string first;
  for (int i = 1; i < argc; ++i) {
    const std::string word = argv[i];
    if (std::find(left.begin(), left.end(), word) == left.end()) continue;
    if (word.starts_with('-')) return word;
    if (first.empty()) first = word;
  }
  return first;
}

/// What is wrong with `word`, which the parser could not place, and the nearest that exists.
Error unknown_error(const CLI::App& app, const std::string& word) {
  const CLI::App* command = &app;
  std::string name = app.get_name();
  for (auto deeper = app.get_subcommands(); !deeper.empty(); deeper = command->get_subcommands()) {
    command = deeper.front();
    name += " " + command->get_name();
  }
  std::vector<std::string> choices;
  const bool is_option = word.starts_with('-');
  const auto below = command->get_subcommands([](const CLI::App*) { return true; });
  if (is_option) {
    for (const CLI::Option* option : command->get_options()) {
      for (const std::string& choice : option->get_lnames()) choices.push_back("--" + choice);
    }
  } else {
    for (const CLI::App* each : below) choices.push_back(each->get_name());
  }
  const std::string known = is_option ? word.substr(0, word.find('=')) : word;
  const std::string_view near =
      known.size() <= 100 ? nearest_word(known, {choices.begin(), choices.end()}) : std::string_view();
  const std::string what = is_option       ? "there is no option '" + known.substr(0, 100) + "'"
                           : below.empty() ? "'" + word.substr(0, 100) + "' is one argument too many"
                                           : "there is no command '" + word.substr(0, 100) + "'";
  return {ErrorKind::usage,
          what,
          {},
          near.empty() ? name + " --help shows what there is" : "did you mean " + std::string(near) + "?"};
}

/// Help and version are data, on standard output; everything else is wrong usage.
int end_of_parsing(const CLI::App& app, const CLI::ParseError& error, int argc, char** argv) {
  std::ostringstream out;
  std::ostringstream err;
  if (app.exit(error, out, err) == 0) {
    const Status written = emit(out.str());
    return written ? 0 : report_error(written.error());
  }
  const auto is = [&](CLI::ExitCodes code) { return error.get_exit_code() == static_cast<int>(code); };
  const bool may_be_unknown = is(CLI::ExitCodes::ExtrasError) || is(CLI::ExitCodes::RequiredError);
  const std::string word = may_be_unknown ? unknown_word(app, argc, argv) : std::string();
  if (!word.empty()) return report_error(unknown_error(app, word));
  Error wrong;
  wrong.kind = ErrorKind::usage;
  wrong.message = error.what();
  wrong.remedy = "--help shows how it is used";
  return report_error(wrong);
}

int run(int argc, char** argv) {
  CLI::App app("secondwave: an outbreak laboratory for Internet worms", "secondwave");
  app.require_subcommand(1);
  app.set_version_flag("--version", "secondwave " SECONDWAVE_VERSION " (" SECONDWAVE_BUILD ", model version " +
                                        std::to_string(model_version) + ")");
  int code = 0;
  add_simulate(app, code);
  add_compare(app, code);
  add_verify(app, code);
  add_scenario(app, code);
  add_signatures(app, code);
  add_clock(app, code);
  add_observe(app, code);
  add_queries(app, code);
  add_census(app, code);
  add_notify(app, code);
  add_fit(app, code);
  add_forecast(app, code);
  add_score(app, code);
  add_hindcast(app, code);
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    return end_of_parsing(app, error, argc, argv);
  }
  return code;
}

}  // namespace

int main(int argc, char** argv) {
  hold_standard_streams();
  try {
    return run(argc, argv);
  } catch (const std::bad_alloc&) {
    std::fputs(
        "secondwave: out of memory\n  use fewer hosts or fewer replicates at a time (--jobs 1), or smaller files\n",
        stderr);
  } catch (const std::exception& error) {
    std::fprintf(stderr, "secondwave: unexpected failure: %s\n", error.what());
  }
  return 1;
}
