// What all readers of lines have in common: framing, numbers, state.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "ingest/line_framing.hpp"
#include "ingest/reader.hpp"
#include "ingest/state_bytes.hpp"

namespace secondwave {

/// A reader that is done once it can take a line. What it remembers between lines goes into `write_more`; `version`
/// rises whenever that changes.
class LineReader : public Reader {
 public:
  LineReader(InputFormat format, std::uint8_t version) : format_(format), version_(version) {}

  [[nodiscard]] InputFormat format() const final { return format_; }

  std::size_t read(std::string_view bytes, bool last, Batch& batch) final {
    return framing_.cut(bytes, last, batch.counts, [&](std::string_view line, std::uint64_t number) {
      if (line.empty()) {
        ++batch.counts.other;
      } else {
        take(line, number, batch);
      }
    });
  }

  [[nodiscard]] std::string state() const final {
    StateWriter out(format_, version_);
    framing_.write_to(out);
    write_more(out);
    return out.take();
  }

  [[nodiscard]] Status restore(std::string_view state) final {
    StateReader in(state, format_, version_);
    framing_.read_from(in);
    read_more(in);
    return in.finish();
  }

  void skip_to_line(std::uint64_t line) final { framing_.skip_to_line(line); }

 protected:
  /// Counts the line in exactly one way. It is not empty.
  virtual void take(std::string_view line, std::uint64_t number, Batch& batch) = 0;
  virtual void write_more(StateWriter& /*state*/) const {}
  virtual void read_more(StateReader& /*state*/) {}

 private:
  InputFormat format_;
  std::uint8_t version_;
  LineFraming framing_;
};

/// A line of a web server: one request, of which the packets are not known.
[[nodiscard]] inline Sighting request_at(std::uint64_t place, std::int64_t time_us, Ipv4 source) {
  return {.time_us = time_us,
          .place = place,
          .packets = 0,
          .source = source,
          .protocol = protocol_tcp,
          .kind = Sighting::Kind::request};
}

}  // namespace secondwave
