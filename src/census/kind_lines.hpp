// Lines "address<TAB>name", classified one by one.
#pragma once

#include <cstdint>
#include <functional>
#include <string_view>

#include "base/error.hpp"
#include "census/kind_classifier.hpp"
#include "ingest/line_framing.hpp"

namespace secondwave {

/// A line and what was made of it; the views hold during the call.
struct KindLine {
  std::string_view address;
  std::string_view name;  ///< as written, any bytes
  const KindOfHost& kind;
};

/// Takes a file piece by piece. What stands behind a second tab, empty lines and lines that begin with # are ignored.
/// An address is IPv4 or looks like IPv6 (which says nothing); a name may be empty. Bad are: a line without a tab,
/// another address, a name of more than max_name_bytes, a line of 1 MB. Memory: one line.
class KindLines {
 public:
  using Take = std::function<Status(const KindLine&)>;
  KindLines(const KindClassifier& classifier, Take take) : classifier_(classifier), take_(std::move(take)) {}

  /// Takes whole lines from the front of `bytes` and gives how many bytes that was; with `last`, all. Errors: those of
  /// `take`.
  [[nodiscard]] Result<std::size_t> read(std::string_view bytes, bool last);

  /// Lines classified (`sightings`), left out (`other`), bad.
  [[nodiscard]] const ReadCounts& counts() const { return counts_; }

 private:
  void on_line(std::string_view line, std::uint64_t number);

  const KindClassifier& classifier_;
  Take take_;
  LineFraming framing_;
  ReadCounts counts_;
  Status failed_;
};

}  // namespace secondwave
