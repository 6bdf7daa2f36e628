// Names from files, so that nobody has to be asked: ZDNS results, and lines "address<TAB>name".
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string_view>

#include "base/error.hpp"
#include "ingest/reader.hpp"
#include "records/name_cache.hpp"

namespace secondwave {

/// Takes a file of names piece by piece. A line that begins with { is a result of ZDNS, module PTR (the forms of
/// version 1 and 2); any other is an address, a tab and a name; what follows a second tab, empty lines and # comments
/// are ignored. ZDNS says when it asked and how it ended; of other lines that is `file_time_us`, kept for a day. A line
/// that cannot be read is counted and sampled. A line of ZDNS without a name is its outcome, TIMEOUT never "no such
/// name"; a tab without a name behind it is a bad line, as it does not say why there is none. Memory: one line (64 KiB
/// at most) and its JSON tree.
class NamesReader {
 public:
  using Take = std::function<Status(NameAnswer&&)>;
  NamesReader(std::int64_t file_time_us, Take take);
  ~NamesReader();

  /// Takes whole lines from the front of `bytes` and gives how many bytes that was; with `last`, all. Call again with
  /// what is left and more. Errors: those of `take`.
  [[nodiscard]] Result<std::size_t> read(std::string_view bytes, bool last);

  /// How many lines named an address, did not, or were bad (as `sightings`, `other`, `bad` of a log).
  [[nodiscard]] const ReadCounts& counts() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace secondwave
