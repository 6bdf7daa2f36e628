// Questions to a store: how many when, who, and what is the evidence. All answers are exact.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/prefix.hpp"
#include "observatory/judge.hpp"
#include "records/host_fact.hpp"
#include "records/series.hpp"
#include "records/store.hpp"

namespace secondwave {

/// Addresses that are shown apart from all others: one's own networks, and known scanners by name.
struct KnownSources {
  struct Named {
    Prefix prefix;
    std::string name;
  };
  std::vector<Named> all;
  /// The name of the first that holds the address, or nullptr.
  [[nodiscard]] const std::string* find(Ipv4 address) const;
};

/// Reads "PREFIX NAME" lines; # starts a comment. Errors: data, with file and line.
[[nodiscard]] Result<std::vector<KnownSources::Named>> parse_known_sources(std::string_view text,
                                                                           const std::string& file);

/// Which sightings a question is about. Times are whole minutes: the store keeps no finer ones.
struct Selection {
  std::optional<std::string> label;
  std::optional<std::string> sensor;
  std::optional<Minute> from;  ///< the first minute
  std::optional<Minute> to;    ///< the first minute that is not asked for
  KnownSources apart;
};

/// Errors: usage, where the store knows no such sensor.
[[nodiscard]] Status check_selection(const Judge& judge, const Selection& selection);

/// Whether a cell lies in the times and under the label of a selection.
[[nodiscard]] bool selected(const Selection& selection, const Judge& judge, const JudgedCell& each);

struct SeriesRequest {
  Selection selection;
  SeriesKind kind = SeriesKind::sources;  ///< not cumulative
  Minute bin_minutes = 60;
};

/// Bins from the first to the last with something in it, or those that were asked for.
struct StoredSeries {
  struct Bin {
    Minute start = 0;
    std::uint64_t count = 0;
    bool gap = false;  ///< no selected sensor watched all of the bin: the count is too low
  };
  std::vector<Bin> bins;
  std::string sensor;       ///< its name, or names joined by "+"
  std::uint64_t apart = 0;  ///< distinct sources that were left out because they are shown apart
};

/// One pass over the selected sensors. `sources` counts the distinct addresses of a bin, `new_sources` those that the
/// selection, whatever its times, never saw before the bin; a cell of repeats alone counts as its source being seen.
/// Errors: usage (times that do not fit the bins, more than 10 million bins).
[[nodiscard]] Result<StoredSeries> series_of(Store& store, const SeriesRequest& request);

struct SourceRow {
  Ipv4 address = 0;
  std::uint64_t sightings = 0;
  std::uint64_t packets = 0;
  std::uint64_t targets = 0;  ///< distinct addresses; a sensor whose records name none counts as one
  std::int64_t first_us = 0;
  std::int64_t last_us = 0;
  std::uint64_t labels = 0;   ///< bit n: label n of SourceList::labels
  std::uint64_t sensors = 0;  ///< bit n: sensor n of SourceList::sensors
  std::uint8_t spoof = 0;
};

enum class SourceOrder : std::uint8_t { sightings, packets, targets, first_seen, last_seen, address };

struct SourceRequest {
  Selection selection;
  SourceOrder order = SourceOrder::sightings;
  std::optional<std::uint64_t> top;
};

struct SourceList {
  std::uint64_t count = 0;  ///< all that the selection has, also beyond `top`
  std::vector<SourceRow> rows;
  struct Apart {
    SourceRow row;
    std::string name;
  };
  std::vector<Apart> apart;
  std::vector<std::string> labels;
  std::vector<std::string> sensors;
};

/// Most first (times and addresses: earliest, latest or lowest first), equal ones by address. 64 labels and 64 sensors
/// at most are told apart. Errors: usage.
[[nodiscard]] Result<SourceList> sources_of(Store& store, const SourceRequest& request);

/// The selected sources as the census wants them.
struct SeenHosts {
  std::vector<HostFact> hosts;                 ///< ascending by address
  std::vector<std::string> sensors;            ///< bit n of HostFact::sensors
  std::map<std::string, std::uint64_t> apart;  ///< sources that were left out because they are shown apart, by name
};

/// When each source was seen, how often, by which sensors, and whether a simulation wrote it. Memory: the sources and
/// the days of each. Errors: usage.
[[nodiscard]] Result<SeenHosts> hosts_of(Store& store, const Selection& selection);

struct SourceEvidence {
  struct Activity {  ///< at one sensor under one label
    std::string sensor;
    std::string label;
    std::string rule;
    std::string what;  ///< without a rule: protocol and port
    bool simulated = false;
    std::uint64_t sightings = 0;
    std::uint64_t packets = 0;
    std::uint64_t targets = 0;
    std::int64_t first_us = 0;
    std::int64_t last_us = 0;
  };
  struct Sample {
    std::string sensor;
    std::string label;
    std::string rule;
    std::string input;
    std::uint64_t place = 0;
    std::int64_t time_us = 0;
    std::string text;
  };
  struct Verdict {
    std::string sensor;
    std::string label;
    std::string reason;
    std::uint8_t spoof = 0;
  };
  std::vector<Activity> activity;
  std::vector<Verdict> behaviour;
  std::vector<Sample> samples;
};
[[nodiscard]] Result<SourceEvidence> evidence_of(Store& store, Ipv4 address);

}  // namespace secondwave
