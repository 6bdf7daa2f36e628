#include "cli/reading_setup.hpp"

#include <glob.h>
#include <unistd.h>

#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <utility>

#include "cli/signature_book.hpp"
#include "ingest/sensor_file.hpp"
#include "ingest/time_zone.hpp"
#include "report/progress_bar.hpp"
#include "report/sha256.hpp"
#include "scenario/table_reader.hpp"
#include "scenario/text_file.hpp"

namespace secondwave {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t largest_sensor_file = std::size_t{1} << 20;

/// What a sensor file says; the command line goes before it.
Status use_sensor_file(const ObserveOptions& options, ReadSettings& settings, std::vector<Outage>& outages) {
  if (options.sensor_file.empty()) return {};
  const Result<std::string> text = read_text_file(options.sensor_file, largest_sensor_file);
  if (!text) return tl::unexpected(text.error());
  const Result<SensorFile> file = parse_sensor_file(*text, options.sensor_file);
  if (!file) return tl::unexpected(file.error());
  settings.sensor = file->name;
  settings.time_zone = file->time_zone;
  settings.dark = file->dark;
  settings.sensor_file = sha256_of(*text).substr(0, 16);
  for (const SensorOutage& each : file->outages) outages.push_back({each.from.microseconds(), each.to.microseconds()});
  if (file->clock.empty()) return {};
  settings.true_time_us = [sensor = *file](std::int64_t shown_us) {
    return sensor.true_time(UtcTime::from_microseconds(shown_us)).microseconds();
  };
  return {};
}

Status use_options(const ObserveOptions& options, ReadSettings& settings) {
  if (!options.sensor.empty()) settings.sensor = options.sensor;
  if (settings.sensor.empty())
    return failure(ErrorKind::usage, "which sensor is it?", {},
                   "name it with --sensor, or describe it with --sensor-file");
  if (!is_name(settings.sensor)) {
    return failure(ErrorKind::usage, "'" + settings.sensor.substr(0, 100) + "' is no name for a sensor", {},
                   "a name is made of letters, digits, - and _, a letter first, 64 at most: --sensor bridge");
  }
  if (!options.time_zone.empty()) settings.time_zone = options.time_zone;
  Result<LocalToUtc> zone = make_local_to_utc(settings.time_zone);
  if (!zone) {
    Error error = zone.error();
    if (error.kind == ErrorKind::data) error.kind = ErrorKind::usage;
    return tl::unexpected(error);
  }
  settings.local_to_utc = std::move(*zone);
  settings.year = options.year;
  settings.labelled_only = options.labelled_only;
  settings.origin = options.origin == "simulated" ? Origin::simulated : Origin::observed;
  if (!options.dark.empty()) settings.dark.clear();
  for (const std::string& text : options.dark) {
    Result<Prefix> prefix = parse_prefix(text);
    if (!prefix) {
      Error error = prefix.error();
      error.kind = ErrorKind::usage;
      return tl::unexpected(error);
    }
    settings.dark.push_back(*prefix);
  }
  std::sort(settings.dark.begin(), settings.dark.end());
  return {};
}

/// All regular files below a folder, by name.
Result<std::vector<std::string>> files_below(const std::string& folder) {
  std::vector<std::string> files;
  std::error_code fault;
  for (fs::recursive_directory_iterator at(folder, fs::directory_options::skip_permission_denied, fault), end;
       !fault && at != end; at.increment(fault)) {
    std::error_code ignored;
    if (at->is_regular_file(ignored)) files.push_back(at->path().string());
  }
  if (fault) return failure(ErrorKind::machine, "the folder cannot be read: " + fault.message(), {.file = folder});
  std::sort(files.begin(), files.end());
  return files;
}

}  // namespace

NewStore::NewStore(const std::string& path) {
  if (::access(path.c_str(), F_OK) != 0 && errno == ENOENT) path_ = path;
}

NewStore::~NewStore() {
  if (path_.empty()) return;
  std::error_code ignored;
  for (const char* part : {"", "-wal", "-shm"}) fs::remove(path_ + part, ignored);
}

void keep_store(ReadingSetup& setup, const ObserveReport& report, int code) {
  const auto stored = [](const InputReport& each) { return each.input.id != 0; };
  if (setup.new_store && (code == 0 || std::any_of(report.inputs.begin(), report.inputs.end(), stored)))
    setup.new_store->keep();
}

Result<std::vector<std::string>> expand_inputs(const std::vector<std::string>& inputs) {
  std::vector<std::string> paths;
  for (const std::string& input : inputs) {
    std::error_code ignored;
    if (fs::is_directory(input, ignored)) {
      const Result<std::vector<std::string>> files = files_below(input);
      if (!files) return files;
      if (files->empty()) return failure(ErrorKind::usage, "the folder holds no files", {.file = input});
      paths.insert(paths.end(), files->begin(), files->end());
      continue;
    }
    glob_t found{};
    const bool pattern = input.find_first_of("*?[") != std::string::npos && !fs::exists(input, ignored);
    if (pattern && glob(input.c_str(), 0, nullptr, &found) == 0) {
      for (std::size_t i = 0; i < found.gl_pathc; ++i) paths.emplace_back(found.gl_pathv[i]);
    } else {
      paths.push_back(input);
    }
    if (pattern) globfree(&found);
  }
  if (std::count(paths.begin(), paths.end(), "-") > 1)
    return failure(ErrorKind::usage, "standard input ('-') can be read once only");
  return paths;
}

Result<std::unique_ptr<ReadingSetup>> open_reading(const ObserveOptions& options) {
  auto setup = std::make_unique<ReadingSetup>();
  std::vector<Outage> outages;
  if (const Status used = use_sensor_file(options, setup->settings, outages); !used)
    return tl::unexpected(used.error());
  if (const Status used = use_options(options, setup->settings); !used) return tl::unexpected(used.error());
  Result<RuleBook> book = open_signatures(options.signatures);
  if (!book) return tl::unexpected(book.error());
  setup->book = std::make_unique<RuleBook>(std::move(*book));
  Result<Instruments> instruments = instruments_of(*setup->book, steady_seconds);
  if (!instruments) return tl::unexpected(instruments.error());
  setup->instruments = std::move(*instruments);
  if (options.store.find("://") == std::string::npos) {
    setup->new_store.emplace(options.store);
    Result<WriteLock> lock = WriteLock::take(options.store);
    if (!lock) return tl::unexpected(lock.error());
    setup->lock.emplace(std::move(*lock));
  }
  Result<std::unique_ptr<SqliteStore>> store = SqliteStore::open(options.store, Database::Access::create);
  if (!store) return tl::unexpected(store.error());
  setup->store = std::move(*store);
  if (!options.sensor_file.empty()) {
    const Status put = setup->store->put_outages(setup->settings.sensor, outages);
    if (!put) return tl::unexpected(put.error());
  }
  return setup;
}

}  // namespace secondwave
