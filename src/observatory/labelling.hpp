// The two things that reading asks of signatures, as an interface, so that reading can be tried without rules.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "ingest/byte_source.hpp"
#include "ingest/reader.hpp"
#include "records/sighting.hpp"
#include "records/store.hpp"
#include "signature/labels.hpp"

namespace secondwave {

/// As Labeller; one for each thread.
class Labelling {
 public:
  virtual ~Labelling() = default;
  virtual void label(std::span<const Sighting> sightings, std::span<Verdict> verdicts) = 0;
  virtual std::uint64_t find_lines(std::string_view chunk, std::vector<Labeller::Line>& lines) = 0;
};

/// What reading is done with: everything that touches the world outside.
struct Instruments {
  std::function<Result<std::unique_ptr<ByteSource>>(const std::string& path)> open;
  std::function<Result<InputFormat>(std::string_view head)> detect;
  std::function<std::unique_ptr<Reader>(InputFormat, ReaderOptions)> make_reader;
  std::function<std::unique_ptr<Labelling>()> make_labelling;
  /// Waits a little for standard input; true once it has something to say. Empty: reading itself waits.
  std::function<bool()> input_ready;
  std::function<double()> clock_s;  ///< seconds, never going back
  std::vector<StoredRule> rules;    ///< of the book
  std::string book;                 ///< its digest
};

/// The instruments of the program; the book must outlive them. Errors: data (a rule whose time a store cannot judge).
[[nodiscard]] Result<Instruments> instruments_of(const RuleBook& book, std::function<double()> clock_s);

}  // namespace secondwave
