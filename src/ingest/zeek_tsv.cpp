#include "ingest/zeek_tsv.hpp"

#include <cstring>
#include <vector>

#include "ingest/line_framing.hpp"
#include "ingest/number_text.hpp"
#include "ingest/zeek_record.hpp"

namespace secondwave {
namespace {

constexpr std::uint8_t state_version = 2;
/// A line of its own that simulated sensors write behind #separator.
constexpr std::string_view simulated_line = "#simulated by secondwave";
constexpr std::size_t most_columns = 1024;
constexpr std::size_t longest_word = 256;  // of a header's value that is kept

class ZeekTsvReader final : public Reader {
 public:
  [[nodiscard]] InputFormat format() const override { return InputFormat::zeek_tsv; }

  std::size_t read(std::string_view bytes, bool last, Batch& batch) override {
    SightingSink sink(batch);
    return framing_.cut(bytes, last, batch.counts, [&](std::string_view line, std::uint64_t number) {
      if (line.empty()) {
        ++sink.counts().other;
      } else if (line.front() == '#') {
        header(line, number, sink);
      } else {
        record(line, number, sink);
      }
    });
  }

  [[nodiscard]] std::string state() const override {
    StateWriter out(InputFormat::zeek_tsv, state_version);
    framing_.write_to(out);
    out.number(static_cast<unsigned char>(separator_));
    out.text(unset_);
    out.number(static_cast<std::uint64_t>(log_));
    out.text(std::string_view(reinterpret_cast<const char*>(columns_.data()), columns_.size()));
    out.number(simulated_ ? 1 : 0);
    return out.take();
  }

  [[nodiscard]] Status restore(std::string_view state) override {
    StateReader in(state, InputFormat::zeek_tsv, state_version);
    ZeekTsvReader fresh;
    fresh.framing_.read_from(in);
    fresh.separator_ = static_cast<char>(in.number());
    fresh.unset_ = in.text();
    const std::uint64_t log = in.number();
    in.require(log <= static_cast<std::uint64_t>(ZeekLog::other));
    fresh.log_ = static_cast<ZeekLog>(log);
    for (const char column : in.text()) {
      const auto field = static_cast<std::uint8_t>(column);
      in.require(field <= zeek_fields && fresh.columns_.size() < most_columns);
      fresh.columns_.push_back(static_cast<ZeekField>(field));
    }
    fresh.simulated_ = in.number() != 0;
    if (Status status = in.finish(); !status) return status;
    *this = std::move(fresh);
    return {};
  }

 private:
  /// The value of a header line behind its name; the separator's own line has a space there.
  static std::string_view value_of(std::string_view line, std::size_t name_size) {
    return line.size() > name_size ? line.substr(name_size + 1) : std::string_view{};
  }

  void header(std::string_view line, std::uint64_t number, SightingSink& sink) {
    if (line.starts_with("#separator ")) {
      // A new file begins here: what the old header said is over.
      const std::string_view value = value_of(line, 10);
      const auto code = value.starts_with("\\x") ? read_hex_byte(value.substr(2)) : std::nullopt;
      if (!code && value.size() != 1) return sink.bad(number, "a separator that is not one character", line);
      columns_.clear();
      unset_ = "-";
      log_ = ZeekLog::conn;
      simulated_ = false;
      separator_ = code ? static_cast<char>(*code) : value[0];
    } else if (line.starts_with("#unset_field")) {
      unset_ = value_of(line, 12).substr(0, longest_word);
    } else if (line.starts_with("#path")) {
      log_ = zeek_log_of(value_of(line, 5));
    } else if (line.starts_with("#fields")) {
      take_columns(value_of(line, 7));
    } else if (line == simulated_line) {
      simulated_ = true;
    }
    ++sink.counts().other;
  }

  void take_columns(std::string_view names) {
    columns_.clear();
    while (columns_.size() < most_columns) {
      const std::size_t end = names.find(separator_);
      columns_.push_back(zeek_field_of(names.substr(0, end)));
      if (end == std::string_view::npos) break;
      names.remove_prefix(end + 1);
    }
    while (!columns_.empty() && columns_.back() == zeek_fields) columns_.pop_back();
  }

  void record(std::string_view line, std::uint64_t number, SightingSink& sink) {
    if (log_ == ZeekLog::other) {
      ++sink.counts().other;
      return;
    }
    if (columns_.empty()) return sink.bad(number, "a record before any #fields line", line);
    ZeekValues values;
    const char* at = line.data();
    const char* const end = at + line.size();
    for (const ZeekField field : columns_) {
      if (at > end) return sink.bad(number, "missing columns", line);
      const auto* next = static_cast<const char*>(std::memchr(at, separator_, static_cast<std::size_t>(end - at)));
      if (next == nullptr) next = end;
      const std::string_view value(at, static_cast<std::size_t>(next - at));
      if (field != zeek_fields && value != unset_) values[field] = value;
      at = next + 1;
    }
    const std::size_t before = sink.batch().sightings.size();
    add_zeek(log_, values, number, sink);
    if (simulated_ && sink.batch().sightings.size() > before) sink.batch().sightings.back().simulated = true;
  }

  LineFraming framing_;
  std::vector<ZeekField> columns_;  ///< up to the last that matters
  std::string unset_ = "-";
  ZeekLog log_ = ZeekLog::conn;
  char separator_ = '\t';
  bool simulated_ = false;
};

}  // namespace

std::unique_ptr<Reader> make_zeek_tsv_reader(ReaderOptions /*options*/) {
  return std::make_unique<ZeekTsvReader>();
}

}  // namespace secondwave
