#include "cli/sensor_files.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <memory>
#include <numeric>
#include <system_error>
#include <utility>

#include "base/text.hpp"
#include "cli/destination.hpp"
#include "cli/environment.hpp"
#include "cli/session.hpp"
#include "engine/watched_run.hpp"
#include "report/number_text.hpp"
#include "report/output_file.hpp"
#include "report/progress_bar.hpp"

namespace fs = std::filesystem;

namespace secondwave {
namespace {

constexpr std::size_t packets_at_a_time = 1 << 16;

/// One file of one sensor, called NAME.partial until it is whole.
class SensorFile {
 public:
  static Result<SensorFile> create(const fs::path& path, std::unique_ptr<SensorWriter> writer) {
    Result<OutputFile> file = OutputFile::create(path.string() + ".partial");
    if (!file) return tl::unexpected(file.error());
    SensorFile result(path, std::move(*file), std::move(writer));
    result.writer_->begin(result.bytes_);
    return result;
  }

  Status add(std::span<const SeenTarget> targets, std::span<const SeenPacket> packets) {
    writer_->add(targets, packets, bytes_);
    return flush();
  }

  Status finish() {
    writer_->end(bytes_);
    if (const Status flushed = flush(); !flushed) return flushed;
    if (const auto finished = file_.finish(); !finished) return tl::unexpected(finished.error());
    std::error_code error;
    fs::rename(file_.path(), path_, error);
    if (error) return file_failure(path_, "put the file in place", error.value());
    return {};
  }

  [[nodiscard]] const fs::path& path() const { return path_; }
  void remove() const {
    std::error_code ignored;
    fs::remove(file_.path(), ignored);
    fs::remove(path_, ignored);
  }

 private:
  SensorFile(fs::path path, OutputFile file, std::unique_ptr<SensorWriter> writer)
      : path_(std::move(path)), file_(std::move(file)), writer_(std::move(writer)) {}

  Status flush() {
    const Status written = file_.write(bytes_);
    bytes_.clear();
    return written;
  }

  fs::path path_;
  OutputFile file_;
  std::unique_ptr<SensorWriter> writer_;
  std::string bytes_;
};

std::string counts_csv(const SensorCounts& counts, UtcTime start) {
  std::string text = "time,count,bin_s,kind,sensor\n";
  const std::pair<const char*, const std::vector<std::uint64_t>&> kinds[] = {{"packets", counts.packets},
                                                                             {"targets", counts.targets},
                                                                             {"sources", counts.sources},
                                                                             {"new_sources", counts.new_sources}};
  for (const auto& [kind, values] : kinds) {
    for (std::size_t bin = 0; bin < values.size(); ++bin) {
      text += fmt::format("{},{},{},{},{}\n", to_string(start.plus_seconds(static_cast<double>(bin) * counts.bin_s)),
                          values[bin], number_for_machines(counts.bin_s), kind, counts.sensor);
    }
  }
  return text;
}

/// All files of one sensor, with what was begun removed where something goes wrong.
class SensorFiles {
 public:
  SensorFiles(const SensorFilePlan& plan, const WatchedRun& watched, UtcTime start)
      : plan_(plan), watched_(watched), start_(start) {}

  Status write(std::size_t sensor, Progress& progress) {
    const SensorCounts& counts = watched_.run().sensors.at(sensor);
    if (const Status begun = begin(sensor, counts.sensor); !begun) return begun;
    const WatchOptions options{
        .noise_per_h = plan_.noise_per_h, .cancel = &cancelled_by_signal(), .progress = &progress};
    const PacketTaker take = [&](std::span<const SeenTarget> targets, std::span<const SeenPacket> packets) -> Status {
      last_us_ = packets.back().time_us;
      for (; !packets.empty(); packets = packets.subspan(std::min(packets_at_a_time, packets.size()))) {
        for (SensorFile& file : files_) {
          const Status added = file.add(targets, packets.first(std::min(packets_at_a_time, packets.size())));
          if (!added) return added;
        }
        if (cancelled_by_signal().cancelled()) return failure(ErrorKind::interrupted, "the writing was interrupted");
      }
      return {};
    };
    if (const Status watched = watched_.watch(sensor, options, take); !watched) return watched;
    return end(counts);
  }

  /// After an error nothing half stays.
  void remove_all() const {
    for (const SensorFile& file : files_) file.remove();
  }

 private:
  Status begin(std::size_t sensor, const std::string& name) {
    files_.clear();
    last_us_ = 0;
    const auto first_target = first_written_target(watched_.addresses_of(sensor));
    SECONDWAVE_REQUIRE(first_target.has_value());
    for (const WrittenFormat format : plan_.formats) {
      auto file = SensorFile::create(fs::path(plan_.folder) / fmt::format("{}.{}", name, file_ending(format)),
                                     make_sensor_writer(format, {.start = start_,
                                                                 .sensor = name,
                                                                 .sources = watched_.sources(),
                                                                 .first_target = *first_target,
                                                                 .worm = plan_.worm}));
      if (!file) return tl::unexpected(file.error());
      files_.push_back(std::move(*file));
    }
    return {};
  }

  Status end(const SensorCounts& counts) {
    for (std::size_t i = 0; i < files_.size(); ++i) {
      if (const Status finished = files_[i].finish(); !finished) return finished;
      if (plan_.formats[i] == WrittenFormat::iptables) date_file(files_[i].path());
    }
    const auto written =
        write_file(fs::path(plan_.folder) / (counts.sensor + ".counts.csv"), counts_csv(counts, start_));
    if (!written) return tl::unexpected(written.error());
    return {};
  }

  /// Syslog says no year: readers take it from when the file was last changed, which is that of its last line.
  void date_file(const fs::path& path) const {
    using std::chrono::microseconds;
    const auto since_1970 = microseconds(start_.microseconds() + last_us_);
    const auto time = std::chrono::file_clock::from_sys(std::chrono::sys_time<microseconds>(since_1970));
    std::error_code ignored;
    fs::last_write_time(path, std::chrono::time_point_cast<fs::file_time_type::duration>(time), ignored);
  }

  const SensorFilePlan& plan_;
  const WatchedRun& watched_;
  UtcTime start_;
  std::int64_t last_us_ = 0;
  std::vector<SensorFile> files_;
};

tl::unexpected<Error> wrong_use(std::string message, std::string remedy) {
  return failure(ErrorKind::usage, std::move(message), {}, std::move(remedy));
}

Result<const Appearance*> worm_of(const SensorFileOptions& options, const std::string& scenario) {
  if (options.worm.empty()) return &appearance_for(scenario);
  if (const Appearance* worm = find_appearance(options.worm)) return worm;
  std::vector<std::string_view> names;
  for (const Appearance& each : appearances()) names.push_back(each.name);
  const std::string_view near = nearest_word(options.worm, names);
  return wrong_use(
      fmt::format("--sensor-worm: there is no worm '{}'", options.worm.substr(0, 80)),
      near.empty() ? fmt::format("one of {}", fmt::join(names, ", ")) : fmt::format("did you mean {}?", near));
}

Result<std::vector<WrittenFormat>> formats_of(const SensorFileOptions& options, const Appearance& worm) {
  std::vector<WrittenFormat> formats;
  for (const std::string& name : options.formats) {
    const auto format = written_format_from(name);
    if (!format) {
      return wrong_use(fmt::format("--sensor-format: there is no format '{}'", name.substr(0, 80)),
                       "one or more of pcap, apache, iis, iptables, zeek, separated by commas");
    }
    if (of_web_server(*format) && worm.requests.empty()) {
      return wrong_use(fmt::format("--sensor-format {}: a web server does not see {}", name, worm.name),
                       "use pcap, iptables or zeek, or name a web worm with --sensor-worm");
    }
    if (std::find(formats.begin(), formats.end(), *format) == formats.end()) formats.push_back(*format);
  }
  if (formats.empty()) formats.push_back(WrittenFormat::pcap);
  return formats;
}

Status check_sensors(const ScenarioSpec& spec, const Appearance& worm) {
  if (spec.sensors.empty()) {
    return wrong_use(fmt::format("--sensor-files: {} has no sensor", spec.name), "add a [[sensor]] to the scenario");
  }
  if (!spec.time.end) return wrong_use("--sensor-files: the scenario has no end", "set time.end");
  if (spec.time.start.microseconds() < 0) return wrong_use("--sensor-files: the scenario begins before 1970", "");
  for (const SensorSpec& sensor : spec.sensors) {
    std::uint64_t addresses = 0;
    for (const Prefix& prefix : sensor.prefixes) addresses += prefix.size();
    if (!first_written_target(addresses)) {
      return wrong_use(
          fmt::format("--sensor-files: {} has more addresses than 10.0.0.0/8, to which they are written", sensor.name),
          "give the sensor a smaller prefix");
    }
    if (worm.protocol != protocol_tcp &&
        (sensor.packets_per_target.law != Quantity::Law::fixed || sensor.packets_per_target.a != 1)) {
      return wrong_use(
          fmt::format("--sensor-files: {} sends one packet to a target, and {} counts several", worm.name, sensor.name),
          fmt::format("--set sensor.{}.packets_per_target=1", sensor.name));
    }
  }
  return {};
}

}  // namespace

Result<SensorFilePlan> plan_sensor_files(const SensorFileOptions& options, const Session& session,
                                         const RunRequest& request) {
  SensorFilePlan plan{.folder = options.folder, .noise_per_h = options.noise_per_h, .replicate = options.replicate};
  if (options.folder.empty()) {
    if (options.formats.empty() && options.worm.empty() && options.noise_per_h == 0) return plan;
    return wrong_use(
        "--sensor-format, --sensor-worm and --sensor-noise are about files of sensors, but no folder is named",
        "add --sensor-files DIR");
  }
  const ScenarioSpec& spec = session.model->spec();
  const auto worm = worm_of(options, spec.name);
  if (!worm) return tl::unexpected(worm.error());
  plan.worm = *worm;
  auto formats = formats_of(options, **worm);
  if (!formats) return tl::unexpected(formats.error());
  plan.formats = std::move(*formats);
  if (const Status good = check_sensors(spec, **worm); !good) return tl::unexpected(good.error());
  if (session.construction == Construction::reference) {
    return wrong_use("--sensor-files: the reference construction keeps only counts", "use another --construction");
  }
  if (options.replicate >= request.runs) {
    return wrong_use(
        fmt::format("--sensor-replicate {}: there are {} replicates, counted from 0", options.replicate, request.runs),
        "");
  }
  std::error_code error;
  if (fs::exists(options.folder, error) &&
      (!fs::is_directory(options.folder, error) ||
       fs::directory_iterator(options.folder, error) != fs::directory_iterator())) {
    return failure(ErrorKind::usage, "this is not an empty folder", {.file = options.folder},
                   "name a new folder; nothing was changed");
  }
  if (const Status good = check_folder_to_write(options.folder); !good) return tl::unexpected(good.error());
  return plan;
}

Status write_sensor_files(const SensorFilePlan& plan, const Session& session, const RunRequest& request,
                          const Common& common) {
  if (plan.folder.empty()) return {};
  std::error_code error;
  const bool made = fs::create_directories(plan.folder, error);
  if (error) return file_failure(plan.folder, "create the folder", error.value());
  const Result<WatchedRun> watched = WatchedRun::make(*session.model, {.seed = request.seed,
                                                                       .replicate = plan.replicate,
                                                                       .construction = session.construction,
                                                                       .cancel = &cancelled_by_signal()});
  if (!watched) return tl::unexpected(watched.error());
  SensorFiles files(plan, *watched, session.model->spec().time.start);
  for (std::size_t i = 0; i < watched->run().sensors.size(); ++i) {
    ProgressBar bar({.terminal = stderr_is_terminal() && !common.quiet,
                     .utf8 = terminal_style().utf8,
                     .unit = "packets",
                     .clock_s = steady_seconds,
                     .sink = write_to_stderr});
    const Status written = files.write(i, bar);
    bar.finish();
    if (!written && written.error().kind != ErrorKind::interrupted) {
      files.remove_all();
      if (made) fs::remove(plan.folder, error);  // only where it is empty
    }
    if (!written) return written;
    const SensorCounts& counts = watched->run().sensors[i];
    const auto sum = [](const std::vector<std::uint64_t>& values) {
      return std::accumulate(values.begin(), values.end(), std::uint64_t{0});
    };
    tell(common, fmt::format("{}: {} packets, {} targets, {} sources of {} in {}", counts.sensor, sum(counts.packets),
                             sum(counts.targets), sum(counts.new_sources), plan.worm->name, plan.folder));
  }
  return {};
}

}  // namespace secondwave
