#include "cli/census_kinds.hpp"

#include <fmt/format.h>

#include <memory>

#include "base/text.hpp"
#include "census/kind_lines.hpp"
#include "cli/environment.hpp"
#include "cli/json_text.hpp"
#include "cli/read_pieces.hpp"
#include "cli/table_output.hpp"
#include "ingest/byte_source.hpp"
#include "scenario/text_file.hpp"
#include "scenario/toml_tree.hpp"

namespace secondwave {
namespace {

constexpr std::size_t name_piece_bytes = std::size_t{1} << 18;
// An error is no data: what is written waits until this much is known to be good, or all of it.
constexpr std::size_t held_back_bytes = std::size_t{16} << 20;
constexpr std::size_t most_table_rows = 10'000;  // a table for people needs all its rows at once

/// Writes the classified lines in one of the three forms, a piece at a time.
class KindWriter {
 public:
  explicit KindWriter(Format format) : format_(format) {
    if (format_ == Format::json) text_ = "{\"hosts\": [";
    if (format_ == Format::csv) text_ = "address,name,access,assignment,role,owner,confidence,because\n";
  }

  Status add(const KindLine& line) {
    if (format_ == Format::json) add_json(line);
    if (format_ == Format::csv) add_csv(line);
    if (format_ == Format::table) add_row(line);
    ++lines_;
    return {};
  }
  /// Writes what has come together, once it is much.
  Status flush_much() {
    if (text_.size() < (writing_ ? name_piece_bytes : held_back_bytes)) return {};
    writing_ = true;
    return flush();
  }
  [[nodiscard]] bool writing() const { return writing_; }

  Status end() {
    if (format_ == Format::json) text_ += lines_ > 0 ? "\n]}\n" : "]}\n";
    if (format_ == Format::table) {
      text_ = table_text(table_, terminal_style());
      if (lines_ > table_.rows.size()) {
        text_ += fmt::format("\nthe first {} of {} hosts; --format csv shows all\n", table_.rows.size(), lines_);
      }
    }
    return flush();
  }

 private:
  void add_json(const KindLine& line) {
    std::string because;
    for (const std::string& token : line.kind.because) because += (because.empty() ? "" : ", ") + json_string(token);
    text_ += fmt::format(
        "{}\n{{\"address\": {}, \"name\": {}, \"access\": \"{}\", \"assignment\": \"{}\", \"role\": \"{}\", "
        "\"owner\": \"{}\", \"confidence\": {}, \"because\": [{}]}}",
        lines_ > 0 ? "," : "", json_string(line.address), json_string(line.name), to_string(line.kind.access),
        to_string(line.kind.assignment), to_string(line.kind.role), to_string(line.kind.owner), line.kind.confidence,
        because);
  }

  void add_csv(const KindLine& line) {
    text_ += fmt::format("{},{},{},{},{},{},{},{}\n", escape_for_csv(line.address), escape_for_csv(line.name),
                         to_string(line.kind.access), to_string(line.kind.assignment), to_string(line.kind.role),
                         to_string(line.kind.owner), line.kind.confidence,
                         escape_for_csv(fmt::format("{}", fmt::join(line.kind.because, " "))));
  }

  void add_row(const KindLine& line) {
    if (table_.rows.size() >= most_table_rows) return;
    table_.rows.push_back({std::string(line.address), std::string(line.name), std::string(to_string(line.kind.access)),
                           std::string(to_string(line.kind.assignment)), std::string(to_string(line.kind.role)),
                           std::string(to_string(line.kind.owner)), line.kind.confidence,
                           fmt::format("{}", fmt::join(line.kind.because, " "))});
  }

  Status flush() {
    const Status written = emit(text_);
    text_.clear();
    return written;
  }

  Format format_;
  std::string text_;
  bool writing_ = false;
  std::uint64_t lines_ = 0;
  Table table_{{"address", "name", "access", "assignment", "role", "owner", "confidence", "because"},
               {Align::left, Align::left, Align::left, Align::left, Align::left, Align::left, Align::right},
               {}};
};

/// An error where too many lines were bad so far.
Status check_bad(const ClassifyOptions& options, const ReadCounts& counts) {
  const double all = static_cast<double>(counts.sightings + counts.bad);
  if (counts.bad == 0 || static_cast<double>(counts.bad) <= options.max_bad * all) return {};
  return failure(ErrorKind::data,
                 fmt::format("{} of {:.0f} lines are bad; the first: {}", counts.bad, all, counts.bad_samples[0].why),
                 {.file = options.names, .line = static_cast<int>(counts.bad_samples[0].place)},
                 "lines are address<TAB>name; --max-bad sets how many may be bad");
}

Status read_all(const ClassifyOptions& options, ByteSource& source, KindLines& lines, KindWriter& writer) {
  const auto after = [&](bool last) -> Status {
    if (const Status good = check_bad(options, lines.counts()); !good && (last || !writer.writing())) {
      if (last || lines.counts().records() > 1000) return good;
    }
    return last ? Status() : writer.flush_much();
  };
  return read_pieces(source, lines, name_piece_bytes, "interrupted while reading names", after);
}

Status classify(const ClassifyOptions& options) {
  const Result<KindClassifier> classifier = open_kind_classifier();
  if (!classifier) return tl::unexpected(classifier.error());
  Result<std::unique_ptr<ByteSource>> source = open_source(options.names);
  if (!source) return tl::unexpected(source.error());
  KindWriter writer(options.common.format);
  KindLines lines(*classifier, [&](const KindLine& line) { return writer.add(line); });
  const Status read = read_all(options, **source, lines, writer);
  // Once something is written, it is ended, so that it can be read.
  if (read || writer.writing()) {
    if (const Status ended = writer.end(); !ended) return ended;
  }
  const ReadCounts& counts = lines.counts();
  if (read && counts.bad > 0) {
    tell(options.common, fmt::format("{}: {} bad lines skipped; the first, line {}: {}", options.names, counts.bad,
                                     counts.bad_samples[0].place, counts.bad_samples[0].why));
  }
  return read;
}

}  // namespace

Result<KindClassifier> open_kind_classifier() {
  const Result<std::filesystem::path> data = data_folder();
  if (!data) return tl::unexpected(data.error());
  const std::string path = (*data / "tables" / "kinds.toml").string();
  const Result<std::string> text = read_text_file(path, max_toml_bytes);
  if (!text) return tl::unexpected(text.error());
  Result<KindRules> rules = KindRules::parse(*text, path);
  if (!rules) return tl::unexpected(rules.error());
  return KindClassifier(std::move(*rules));
}

int classify_command(const ClassifyOptions& options) {
  return finish(classify(options));
}

}  // namespace secondwave
