#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <map>
#include <utility>

#include "cli/destination.hpp"
#include "cli/environment.hpp"
#include "cli/hindcast_files.hpp"
#include "cli/inference_commands.hpp"
#include "inference/score.hpp"
#include "report/hindcast_fan.hpp"
#include "report/output_file.hpp"
#include "report/table.hpp"

namespace secondwave {
namespace {

constexpr double issue_hours[] = {3, 6, 9, 12, 15, 18};

/// What came, by the record: half of the 150,000 of 27 h at 18 h; CAIDA's 130,000 at 24 h; SANS' 150,000 at 27 h.
struct Target {
  const char* name;
  const char* unit;
  double truth;
  int hour;  ///< 0: the midpoint
};
constexpr Target targets[] = {
    {"midpoint", "h", 18.0, 0}, {"seen_by_24h", "addresses", 130'000, 24}, {"seen_by_27h", "addresses", 150'000, 27}};

std::vector<double> draws_of(const Hindcast& made, const Target& target) {
  if (target.hour == 0) return made.midpoint_h;
  std::vector<double> out;
  for (const auto& seen : made.seen) out.push_back(seen[static_cast<std::size_t>(target.hour)]);
  return out;
}

double quantile(std::vector<double>& sorted, double p) {
  return sorted[static_cast<std::size_t>(std::lround(p * static_cast<double>(sorted.size() - 1)))];
}

/// Hours as they are, addresses by their logarithm: an error of a factor counts alike in both directions.
double score_of(std::vector<double> draws, const Target& target) {
  if (target.hour != 0) {
    for (double& x : draws) x = std::log(std::max(x, 1.0));
  }
  return crps({.samples = std::move(draws)}, target.hour == 0 ? target.truth : std::log(target.truth));
}

struct Sum {
  double scores = 0;
  double held = 0;
  double count = 0;
};

/// A row for each target of one forecast; adds its scores.
void add_rows(const Hindcast& made, Table& table, std::map<std::pair<std::string, std::string>, Sum>& sums) {
  for (const Target& target : targets) {
    std::vector<double> draws = draws_of(made, target);
    std::sort(draws.begin(), draws.end());
    const double low = quantile(draws, 0.05);
    const double high = quantile(draws, 0.95);
    const double score = score_of(draws, target);
    const bool holds = low <= target.truth && target.truth <= high;
    table.rows.push_back({fmt::format("2001-08-01T{:02.0f}:00:00Z", made.issued_h), to_string(made.model),
                          std::string(target.name), std::string(target.unit), low, quantile(draws, 0.5), high,
                          target.truth, holds, score});
    Sum& sum = sums[{target.name, to_string(made.model)}];
    sum.scores += score;
    sum.held += holds ? 1 : 0;
    sum.count += 1;
  }
}

/// What people said, scored in the same way: their lower and upper end are read as the 5% and 95% points of a normal
/// law of the logarithm, one number as itself.
Result<Table> people(const std::vector<RecordedCount>& said, const std::vector<RecordedCount>& came) {
  Table table{.headers = {"who", "for", "low", "high", "record", "holds", "crps_ln"}};
  std::map<std::string, std::vector<double>> by_name;
  for (const RecordedCount& row : said) {
    std::vector<double>& ends = by_name[row.series];
    if (ends.empty()) ends.push_back(row.hour);
    ends.push_back(row.count);
  }
  for (const auto& [name, ends] : by_name) {
    if (ends.size() != 3) continue;
    // The record's last count by that hour; before the first one there is none.
    double truth = 0;
    for (const RecordedCount& row : came) {
      if (row.hour <= ends[0] + 0.5 && (row.series == "press" || row.series == "caida"))
        truth = std::max(truth, row.count);
    }
    const std::string when = to_string(UtcTime::from_seconds(996'624'000).plus_seconds(ends[0] * 3600));
    if (truth == 0) {
      table.rows.push_back({name, when, ends[1], ends[2], std::monostate{}, std::monostate{}, std::monostate{}});
      continue;
    }
    std::vector<double> law;
    for (int i = 0; i < 200; ++i) {
      const double z = -std::log(1.0 / ((i + 0.5) / 200) - 1.0) * 0.5513;  // logistic, nearly normal
      const double middle = 0.5 * std::log(ends[1] * ends[2]);
      law.push_back(middle + z * std::log(ends[2] / ends[1]) / 3.29);
    }
    table.rows.push_back({name, when, ends[1], ends[2], truth, ends[1] <= truth && truth <= ends[2],
                          crps({.samples = std::move(law)}, std::log(truth))});
  }
  return table;
}

Status write_file(const std::filesystem::path& path, std::string_view text) {
  Result<OutputFile> file = OutputFile::create(path);
  if (!file) return tl::unexpected(file.error());
  if (const Status ok = file->write(text); !ok) return ok;
  const auto done = file->finish();
  if (!done) return tl::unexpected(done.error());
  return {};
}

Status write_out(const HindcastOptions& options, const std::vector<Hindcast>& all,
                 const std::vector<RecordedCount>& came) {
  std::error_code error;
  std::filesystem::create_directories(options.out, error);
  if (error) return file_failure(options.out, "create the folder", error.value());
  Table curves{.headers = {"issued", "model", "hour", "p05", "p25", "median", "p75", "p95"}};
  std::vector<FanPanel> panels;
  for (const Hindcast& made : all) {
    FanPanel panel{.title = fmt::format("issued {:02.0f} h", made.issued_h), .issued_h = made.issued_h};
    for (std::size_t h = 0; h <= hindcast_hours; ++h) {
      std::vector<double> draws;
      for (const auto& seen : made.seen) draws.push_back(seen[h]);
      std::sort(draws.begin(), draws.end());
      std::array<double, 5> q{};
      const double levels[] = {0.05, 0.25, 0.5, 0.75, 0.95};
      for (std::size_t k = 0; k < 5; ++k) q[k] = quantile(draws, levels[k]);
      panel.bands.push_back(q);
      curves.rows.push_back(
          {made.issued_h, to_string(made.model), static_cast<double>(h), q[0], q[1], q[2], q[3], q[4]});
    }
    if (made.model == HindcastModel::engine) panels.push_back(std::move(panel));
  }
  std::vector<std::pair<double, double>> truth;
  for (const RecordedCount& row : came) {
    if (row.series == "press" || row.series == "caida") truth.emplace_back(row.hour, row.count);
  }
  const std::filesystem::path folder(options.out);
  if (const Status ok = write_file(folder / "hindcast.csv", table_csv(curves)); !ok) return ok;
  return write_file(folder / "fan.svg", fan_svg(panels, truth));
}

Result<int> hindcast(const HindcastOptions& options) {
  if (!options.out.empty()) {
    if (const Status good = check_folder_to_write(options.out); !good) return tl::unexpected(good.error());
  }
  const Result<std::filesystem::path> data = data_folder();
  if (!data) return tl::unexpected(data.error());
  // Beside the checkout's sources the folders have another parent.
  const auto place = [&](const char* folder, const char* name) {
    const std::filesystem::path installed = *data / folder / name;
    return std::filesystem::exists(installed) ? installed : *data / "data" / folder / name;
  };
  const std::string path =
      options.priors.empty() ? place("priors", "code-red-2001-07-31.toml").string() : options.priors;
  const Result<PriorsFile> priors = read_priors(path);
  if (!priors) return tl::unexpected(priors.error());
  std::vector<RecordedCount> rows;
  for (const char* name : {"intelsat-16.csv", "incidents-org.csv"}) {
    Result<std::vector<RecordedCount>> read = read_record(place("record", name).string());
    if (!read) return tl::unexpected(read.error());
    rows.insert(rows.end(), read->begin(), read->end());
  }
  const Result<std::vector<RecordedCount>> came = read_record(place("record", "august-world.csv").string());
  if (!came) return tl::unexpected(came.error());
  const Result<std::vector<RecordedCount>> said = read_record(place("record", "predictions.csv").string());
  if (!said) return tl::unexpected(said.error());
  tell(options.common, fmt::format("priors {} sha256 {}, seed {}", path, priors->sha256, options.seed));
  Table table{.headers = {"issued", "model", "target", "unit", "p05", "median", "p95", "record", "holds", "crps"}};
  std::map<std::pair<std::string, std::string>, Sum> sums;
  std::vector<Hindcast> all;
  for (const double hour : issue_hours) {
    const HindcastData known = known_at_hour(rows, hour, options.known == "owner");
    for (const HindcastModel model :
         {HindcastModel::engine, HindcastModel::logistic, HindcastModel::exponential, HindcastModel::persistence}) {
      Result<Hindcast> made = make_hindcast(known, priors->priors, model, hour, options.draws, options.seed);
      if (!made) {
        tell(options.common, fmt::format("{:02.0f} h, {}: {}", hour, to_string(model), made.error().message));
        continue;
      }
      add_rows(*made, table, sums);
      all.push_back(std::move(*made));
    }
  }
  Table means{.headers = {"target", "model", "mean_crps", "held_90", "forecasts"}};
  for (const auto& [key, sum] : sums) {
    means.rows.push_back({key.first, key.second, sum.scores / sum.count, sum.held, sum.count});
  }
  Result<Table> others = people(*said, *came);
  if (!others) return tl::unexpected(others.error());
  std::string text;
  if (options.common.format == Format::json) {
    const auto inner = [](const std::string& json) { return json.substr(1, json.find_last_of('}') - 1); };
    text = fmt::format("{{\"priors_sha256\": \"{}\", \"seed\": {}, {}, {}, {}}}\n", priors->sha256, options.seed,
                       inner(table_json(table, "forecasts")), inner(table_json(means, "scores")),
                       inner(table_json(*others, "people")));
  } else if (options.common.format == Format::csv) {
    text = table_csv(table);
  } else {
    text = table_text(table, terminal_style()) + "\n" + table_text(means, terminal_style()) + "\n" +
           table_text(*others, terminal_style());
  }
  if (!options.out.empty()) {
    if (const Status ok = write_out(options, all, *came); !ok) return tl::unexpected(ok.error());
  }
  if (const Status ok = emit(text); !ok) return tl::unexpected(ok.error());
  return 0;
}

}  // namespace

int hindcast_command(const HindcastOptions& options) {
  const Result<int> code = hindcast(options);
  return code ? *code : report_error(code.error());
}

}  // namespace secondwave
