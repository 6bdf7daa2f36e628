#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <unordered_map>

#include "observatory/query.hpp"

namespace secondwave {
namespace {

constexpr std::uint64_t most_bins = 10'000'000;

/// Adds up counts by bin as sources go by.
class BinCounts {
 public:
  explicit BinCounts(const SeriesRequest& request) : request_(request) {}

  /// The selected cells of one source, in order of time.
  void start_source() {
    last_bin_ = none;
    seen_ = false;
  }
  void add(const SightingCell& cell) {
    const bool first = !seen_;
    seen_ = true;
    const Selection& s = request_.selection;
    if ((s.from && cell.minute < *s.from) || (s.to && cell.minute >= *s.to)) return;
    const std::uint64_t bin = cell.minute / request_.bin_minutes;
    switch (request_.kind) {
      case SeriesKind::sources:
        if (bin != last_bin_) ++counts_[bin];
        break;
      case SeriesKind::new_sources:
        counts_[bin] += first ? 1 : 0;
        break;
      case SeriesKind::sightings:
        counts_[bin] += cell.sightings;
        break;
      case SeriesKind::packets:
        counts_[bin] += cell.packets;
        break;
      case SeriesKind::targets:
        counts_[bin] += cell.targets;
        break;
      case SeriesKind::cumulative:
        break;
    }
    last_bin_ = bin;
  }
  [[nodiscard]] const std::unordered_map<std::uint64_t, std::uint64_t>& counts() const { return counts_; }

 private:
  static constexpr std::uint64_t none = ~std::uint64_t{0};
  const SeriesRequest& request_;
  std::unordered_map<std::uint64_t, std::uint64_t> counts_;
  std::uint64_t last_bin_ = none;
  bool seen_ = false;
};

Status check_times(const SeriesRequest& request) {
  const Selection& s = request.selection;
  for (const std::optional<Minute>& time : {s.from, s.to}) {
    if (time && *time % request.bin_minutes != 0) {
      return failure(ErrorKind::usage,
                     fmt::format("{} is not the start of a bin: its count would cover a part of it only",
                                 to_string(UtcTime::from_seconds(std::int64_t{*time} * 60))),
                     {}, "bins start at full minutes, hours or days of UTC");
    }
  }
  return {};
}

/// Marks the bins of which no selected sensor watched all.
Status mark_gaps(Store& store, const std::vector<std::string>& sensors, Minute bin_minutes, StoredSeries& series) {
  std::vector<std::uint32_t> out(series.bins.size());
  if (series.bins.empty()) return {};
  const std::int64_t bin_us = std::int64_t{bin_minutes} * minute_us;
  const std::int64_t start_us = std::int64_t{series.bins[0].start} * minute_us;
  for (const std::string& sensor : sensors) {
    const Result<std::vector<Outage>> outages = store.outages(sensor);
    if (!outages) return tl::unexpected(outages.error());
    std::vector<bool> marked(series.bins.size());
    for (const Outage& outage : *outages) {
      const std::int64_t end_us = start_us + bin_us * static_cast<std::int64_t>(series.bins.size());
      const std::int64_t from = std::max(outage.from_us, start_us);
      const std::int64_t to = std::min(outage.to_us, end_us);
      for (std::int64_t at = from; at < to; at = start_us + ((at - start_us) / bin_us + 1) * bin_us)
        marked[static_cast<std::size_t>((at - start_us) / bin_us)] = true;
    }
    for (std::size_t i = 0; i < marked.size(); ++i) out[i] += marked[i] ? 1 : 0;
  }
  for (std::size_t i = 0; i < out.size(); ++i) series.bins[i].gap = out[i] == sensors.size();
  return {};
}

Result<std::vector<StoredSeries::Bin>> bins_of(const BinCounts& found, const SeriesRequest& request) {
  std::vector<StoredSeries::Bin> bins;
  std::uint64_t first = ~std::uint64_t{0};
  std::uint64_t end = 0;
  for (const auto& [bin, count] : found.counts()) {
    first = std::min(first, bin);
    end = std::max(end, bin + 1);
  }
  if (request.selection.from) first = *request.selection.from / request.bin_minutes;
  if (request.selection.to) end = *request.selection.to / request.bin_minutes;
  if (first >= end) return bins;
  if (end - first > most_bins) {
    return failure(ErrorKind::usage, fmt::format("that would be {} bins, of which most are empty", end - first), {},
                   "ask for a part with --from and --to, or for longer bins with --by");
  }
  bins.reserve(end - first);
  for (std::uint64_t bin = first; bin < end; ++bin) {
    const auto count = found.counts().find(bin);
    bins.push_back({static_cast<Minute>(bin * request.bin_minutes), count == found.counts().end() ? 0 : count->second});
  }
  return bins;
}

}  // namespace

Result<StoredSeries> series_of(Store& store, const SeriesRequest& request) {
  SECONDWAVE_REQUIRE(request.kind != SeriesKind::cumulative);
  if (const Status good = check_times(request); !good) return tl::unexpected(good.error());
  Result<Judge> judge = Judge::make(store);
  if (!judge) return tl::unexpected(judge.error());
  const Selection& selection = request.selection;
  if (const Status good = check_selection(*judge, selection); !good) return tl::unexpected(good.error());
  StoredSeries series;
  BinCounts counts(request);
  const Status swept =
      judge->sweep({.sensor = selection.sensor}, selection.label.has_value(),
                   [&](Ipv4 source, std::span<const JudgedCell> cells) -> Status {
                     const bool apart = selection.apart.find(source) != nullptr;
                     series.apart += apart ? 1 : 0;
                     counts.start_source();
                     for (const JudgedCell& each : cells) {
                       if (apart || (selection.label && judge->labels()[each.label] != *selection.label)) continue;
                       counts.add(*each.cell);
                     }
                     return {};
                   });
  if (!swept) return tl::unexpected(swept.error());
  Result<std::vector<StoredSeries::Bin>> bins = bins_of(counts, request);
  if (!bins) return tl::unexpected(bins.error());
  series.bins = std::move(*bins);
  const std::vector<std::string> sensors =
      selection.sensor ? std::vector<std::string>{*selection.sensor} : judge->sensors();
  series.sensor = fmt::format("{}", fmt::join(sensors, "+"));
  if (const Status marked = mark_gaps(store, sensors, request.bin_minutes, series); !marked)
    return tl::unexpected(marked.error());
  return series;
}

}  // namespace secondwave
