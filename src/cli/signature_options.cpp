#include "cli/options.hpp"

namespace secondwave {

void add_signature_folder(CLI::App& command, std::string& folder) {
  command
      .add_option(
          "--signatures", folder,
          "Folder of signatures, *.toml. Default: those that came with the program. Example: --signatures my-rules")
      ->type_name("DIR");
}

void add_signatures(CLI::App& app, int& code) {
  static SignatureOptions options;  // one for both: only one command is chosen
  CLI::App* signatures = app.add_subcommand("signatures", "List the rules that name worms, and try them on a file");
  signatures->require_subcommand(1);

  CLI::App* list =
      signatures->add_subcommand("list", "Every rule in the order in which they are tried, with its source");
  add_common(*list, options.common);
  add_signature_folder(*list, options.folder);
  list->callback([&code] { code = signatures_list_command(options); });

  CLI::App* test = signatures->add_subcommand("test", "Which rule hits which line or packet of a log or capture");
  add_common(*test, options.common);
  add_signature_folder(*test, options.folder);
  test->add_option("--year", options.year,
                   "Year of the first record of a log that names none (syslog). Default: from the time of the file. "
                   "Example: --year 2005")
      ->check(number_between(1970, 9999))
      ->type_name("Y");
  test->add_option("--limit", options.limit,
                   "Most hits that are shown, 1 to 1,000,000; all are counted. Default: 1000. Example: --limit 20")
      ->check(number_between(std::uint64_t{1}, std::uint64_t{1'000'000}))
      ->type_name("N");
  add_max_bad(*test, options.max_bad, "the records");
  test->add_option("FILE", options.input,
                   "A log or capture, packed or not; - is standard input. Example: access_log.gz")
      ->required();
  test->callback([&code] { code = signatures_test_command(options); });
}

}  // namespace secondwave
