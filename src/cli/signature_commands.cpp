#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <string>
#include <tuple>
#include <vector>

#include "base/text.hpp"
#include "cli/commands.hpp"
#include "cli/environment.hpp"
#include "cli/signature_book.hpp"
#include "cli/table_output.hpp"
#include "ingest/byte_source.hpp"
#include "ingest/reader.hpp"
#include "signature/sequence.hpp"

namespace secondwave {
namespace {

constexpr std::size_t head_bytes = std::size_t{64} << 10;
constexpr std::size_t buffer_bytes = std::size_t{4} << 20;  // a record of Reader::longest_record fits well
constexpr std::size_t shown_bytes = 200;                    // of a text, in CSV and JSON
constexpr std::size_t shown_bytes_in_table = 72;            // so that a row stays a row
/// Most bins of sequences that are kept; what comes after them is not judged, and the user is told.
constexpr std::size_t most_sequence_bins = 1'000'000;

/// One hit, as it will be shown.
struct Hit {
  std::uint64_t place = 0;
  std::int64_t time_us = 0;
  Ipv4 source = 0;
  Verdict verdict;
  std::int64_t bin = 0;  ///< of a sequence
  std::string text;
};

/// Where a source stands with a rule: what decides whether a sequence is complete.
using SourceRule = std::tuple<std::uint16_t, Ipv4>;

/// A sighting in words, printable, `most` bytes at most.
std::string in_words(const Sighting& sighting, std::size_t most) {
  if (!sighting.text.empty()) {
    std::string text = to_valid_utf8(escape_for_terminal(sighting.text.substr(0, most)).substr(0, most));
    return sighting.text.size() <= most ? text : text + "...";
  }
  const char* protocol = sighting.protocol == protocol_tcp    ? "TCP"
                         : sighting.protocol == protocol_udp  ? "UDP"
                         : sighting.protocol == protocol_icmp ? "ICMP"
                                                              : "protocol";
  std::string text = protocol;
  if (sighting.knows(Sighting::ports_known)) {
    text += sighting.protocol == protocol_icmp
                ? fmt::format(" type {} code {}", sighting.target_port >> 8, sighting.target_port & 0xFF)
                : fmt::format(" {} to {}", sighting.source_port, sighting.target_port);
  }
  if (sighting.knows(Sighting::target_known)) text += " at " + to_string_ipv4(sighting.target);
  if (sighting.knows(Sighting::length_known)) text += fmt::format(", {} bytes", sighting.ip_length);
  return text;
}

/// Counts and keeps what the rules hit.
class HitCollector {
 public:
  HitCollector(const RuleBook& book, std::uint64_t limit, std::size_t most_text)
      : book_(book), labeller_(book), limit_(limit), most_text_(most_text), counts_(book.size()) {}

  void take(const std::vector<Sighting>& sightings) {
    verdicts_.resize(sightings.size());
    labeller_.label(sightings, verdicts_);
    for (std::size_t i = 0; i < sightings.size(); ++i) {
      if (verdicts_[i].rule != Verdict::no_rule && !sightings[i].takes_back) take_one(sightings[i], verdicts_[i]);
    }
  }

  /// All kept hits; a sequence has its label only now.
  Table table(const std::string& place) {
    std::map<SourceRule, std::vector<std::int64_t>> complete;
    for (const auto& [key, rows] : steps_) complete[key] = complete_bins(*book_.sequence(std::get<0>(key)), rows);
    Table table{{place, "time", "source", "rule", "label", "step", "text"}, {Align::right}, {}};
    for (const Hit& hit : hits_) {
      LabelId label = hit.verdict.label;
      if (const SequenceRule* sequence = book_.sequence(hit.verdict.rule)) {
        const std::vector<std::int64_t>& bins = complete[{hit.verdict.rule, hit.source}];
        if (!std::binary_search(bins.begin(), bins.end(), hit.bin)) label = sequence->otherwise;
      }
      Cell step;
      if (hit.verdict.step != 0) step = std::uint64_t{hit.verdict.step};
      table.rows.push_back({hit.place, to_string(UtcTime::from_microseconds(hit.time_us)), to_string_ipv4(hit.source),
                            std::string(book_.name(hit.verdict.rule)), std::string(label_names()[label]), step,
                            hit.text});
    }
    return table;
  }

  /// "672 hits: slammer-packet 672", and what was left out.
  [[nodiscard]] std::string summary() const {
    std::uint64_t all = 0;
    std::string each;
    for (std::size_t rule = 0; rule < counts_.size(); ++rule) {
      if (counts_[rule] == 0) continue;
      all += counts_[rule];
      each += fmt::format("{}{} {}", each.empty() ? ": " : ", ", book_.name(static_cast<std::uint16_t>(rule)),
                          counts_[rule]);
    }
    std::string text = fmt::format("{} hits{}", all, each);
    if (all > hits_.size()) text += fmt::format("; the first {} are shown (--limit)", hits_.size());
    if (bins_ >= most_sequence_bins) text += "; too many sources ask for sequences: the later ones are not judged";
    return text;
  }

 private:
  void take_one(const Sighting& sighting, const Verdict& verdict) {
    ++counts_[verdict.rule];
    std::int64_t bin = 0;
    if (const SequenceRule* sequence = book_.sequence(verdict.rule)) {
      bin = sequence_bin(*sequence, sighting.time_us);
      take_step({bin, verdict.step, sighting.time_us, sighting.time_us, 1}, {verdict.rule, sighting.source});
    }
    if (hits_.size() < limit_) {
      hits_.push_back(
          {sighting.place, sighting.time_us, sighting.source, verdict, bin, in_words(sighting, most_text_)});
    }
  }

  void take_step(const SequenceHits& step, const SourceRule& key) {
    std::vector<SequenceHits>& rows = steps_[key];
    const auto same = std::find_if(rows.begin(), rows.end(), [&](const SequenceHits& row) {
      return row.bin == step.bin && row.step == step.step;
    });
    if (same != rows.end()) {
      same->first_us = std::min(same->first_us, step.first_us);
      same->last_us = std::max(same->last_us, step.last_us);
      ++same->count;
    } else if (bins_ < most_sequence_bins) {
      ++bins_;
      rows.push_back(step);
    }
  }

  const RuleBook& book_;
  Labeller labeller_;
  std::uint64_t limit_;
  std::size_t most_text_;
  std::vector<std::uint64_t> counts_;  ///< by rule
  std::vector<Verdict> verdicts_;
  std::vector<Hit> hits_;
  std::map<SourceRule, std::vector<SequenceHits>> steps_;
  std::size_t bins_ = 0;
};

/// Bytes of a source, as a reader wants them: whole records off the front, the rest kept.
class Feed {
 public:
  explicit Feed(ByteSource& source) : source_(source), buffer_(buffer_bytes) {}

  /// Reads on until there are `wanted` bytes or the end. Errors: those of the source.
  Status fill(std::size_t wanted) {
    while (held_ < wanted && !ended_) {
      const Result<std::size_t> read = source_.read(std::span(buffer_).subspan(held_));
      if (!read) return tl::unexpected(read.error());
      ended_ = *read == 0;
      held_ += *read;
    }
    return {};
  }
  [[nodiscard]] std::string_view bytes() const { return {buffer_.data(), held_}; }
  [[nodiscard]] bool ended() const { return ended_; }
  void take(std::size_t size) {
    std::copy(buffer_.begin() + static_cast<std::ptrdiff_t>(size), buffer_.begin() + static_cast<std::ptrdiff_t>(held_),
              buffer_.begin());
    held_ -= size;
  }

 private:
  ByteSource& source_;
  std::vector<char> buffer_;
  std::size_t held_ = 0;
  bool ended_ = false;
};

/// What reading a whole input came to.
struct Reading {
  InputFormat format = InputFormat::web_log;
  ReadCounts counts;
  Status end;  ///< why it ended early, if it did; what came before counts
};

Result<Reading> read_input(const SignatureOptions& options, HitCollector& hits) {
  const Result<std::unique_ptr<ByteSource>> source = open_source(options.input);
  if (!source) return tl::unexpected(source.error());
  Feed feed(**source);
  Reading reading;
  reading.end = feed.fill(head_bytes);
  const Result<InputFormat> format = detect_format(feed.bytes().substr(0, head_bytes));
  if (!format) {
    Error error = reading.end ? format.error() : reading.end.error();
    if (error.place.file.empty()) error.place.file = options.input;
    return tl::unexpected(std::move(error));
  }
  reading.format = *format;
  const std::unique_ptr<Reader> reader =
      make_reader(*format, {.local_to_utc = {}, .year = options.year, .file_time = (*source)->file_time()});
  Batch batch;
  while (true) {
    const bool last = feed.ended() || !reading.end;
    const std::size_t taken = reader->read(feed.bytes(), last, batch);
    hits.take(batch.sightings);
    batch.clear();
    feed.take(taken);
    if (last) break;
    if (cancelled_by_signal().cancelled())
      reading.end = failure(ErrorKind::interrupted, "interrupted: the rest was not read");
    if (reading.end) reading.end = feed.fill(feed.bytes().size() + 1);
  }
  reading.counts = std::move(batch.counts);
  return reading;
}

bool counts_bytes(InputFormat format) {
  return format == InputFormat::pcap || format == InputFormat::pcapng || format == InputFormat::flowtuple_avro;
}

/// Tells how the reading went. The error where there is too little to be shown as a result.
Status judge_reading(const SignatureOptions& options, const Reading& reading, const HitCollector& hits) {
  const ReadCounts& counts = reading.counts;
  tell(options.common, fmt::format("{}: {}, {} records, {} of them bad; {}", options.input, to_string(reading.format),
                                   counts.records(), counts.bad, hits.summary()));
  for (const ReadCounts::Sample& bad : counts.bad_samples) {
    tell(options.common,
         fmt::format("  bad: {} {}: {}", counts_bytes(reading.format) ? "offset" : "line", bad.place, bad.why));
  }
  if (!reading.end) return reading.end;
  if (static_cast<double>(counts.bad) <= options.max_bad * static_cast<double>(counts.records())) return {};
  return failure(
      ErrorKind::data,
      fmt::format("{} of {} records are bad, more than {:.4g}%", counts.bad, counts.records(), 100 * options.max_bad),
      {options.input, 0, 0}, "--max-bad allows a larger share");
}

}  // namespace

int signatures_list_command(const SignatureOptions& options) {
  const Result<RuleBook> book = open_signatures(options.folder);
  if (!book) return report_error(book.error());
  const bool all = options.common.format != Format::table;
  Table table{{"rule", "label", "kind", "source"}, {}, {}};
  if (all) table.headers.insert(table.headers.end(), {"why", "cannot_tell", "file", "line"});
  for (std::uint16_t rule = 0; rule < book->size(); ++rule) {
    const RuleInfo info = book->info(rule);
    std::vector<Cell> row = {std::string(info.name), std::string(info.label), std::string(info.kind),
                             std::string(info.source)};
    if (all) {
      row.insert(row.end(), {std::string(info.why), std::string(info.cannot_tell), std::string(info.file),
                             static_cast<std::uint64_t>(info.line)});
    }
    table.rows.push_back(std::move(row));
  }
  tell(options.common, fmt::format("{} rules, looked for with {}, digest {}", book->size(),
                                   RuleBook::has_hyperscan() ? "Hyperscan" : "RE2", book->digest()));
  return finish(emit_table(table, "signatures", options.common.format));
}

int signatures_test_command(const SignatureOptions& options) {
  const Result<RuleBook> book = open_signatures(options.folder);
  if (!book) return report_error(book.error());
  const bool for_people = options.common.format == Format::table;
  HitCollector hits(*book, options.limit, for_people ? shown_bytes_in_table : shown_bytes);
  const Result<Reading> reading = read_input(options, hits);
  if (!reading) return report_error(reading.error());
  const Status judged = judge_reading(options, *reading, hits);
  const bool interrupted = !judged && judged.error().kind == ErrorKind::interrupted;
  if (!judged && !interrupted) return report_error(judged.error());
  const Table table = hits.table(counts_bytes(reading->format) ? "offset" : "line");
  const Status shown = emit_table(table, "hits", options.common.format);
  return shown ? finish(judged) : finish(shown);
}

}  // namespace secondwave
