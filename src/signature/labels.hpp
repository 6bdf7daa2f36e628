// Which worm, or what else, is behind a sighting.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"
#include "records/sighting.hpp"

namespace secondwave {

/// A label by its number; the names are those of contracts.md, in its order (label_names()[id]).
using LabelId = std::uint8_t;
[[nodiscard]] std::span<const std::string_view> label_names();
[[nodiscard]] std::optional<LabelId> label_from(std::string_view name);

/// What the rules say about one sighting.
struct Verdict {
  /// No rule hits: the behaviour of the source decides later (behaviour.hpp).
  static constexpr std::uint16_t no_rule = 0xFFFF;
  std::uint16_t rule = no_rule;  ///< number of the rule in the book
  LabelId label = 0;             ///< its label; of a sequence rule: the label if the sequence completes
  std::uint8_t step = 0;         ///< of a sequence rule: 1 + the number of the step that was hit, else 0
};

/// A rule that needs several different steps from one source at one sensor within a time (judged in sequence.hpp).
struct SequenceRule {
  LabelId complete = 0;   ///< where at least `steps_needed` distinct steps fall within `within_s`
  LabelId otherwise = 0;  ///< what the hits are called where they do not
  std::uint8_t steps_needed = 0;
  std::uint8_t steps = 0;  ///< how many the rule has, 64 at most
  double within_s = 0;     ///< a whole number of seconds that divides an hour
};

/// What people want to know of a rule. The views live as long as the book.
struct RuleInfo {
  std::string_view name;
  std::string_view label;  ///< of a sequence rule: the label if it completes
  std::string_view kind;   ///< "request", "alert", "packet" or "sequence"
  std::string_view source;
  std::string_view why;
  std::string_view cannot_tell;  ///< what the evidence leaves open; may be empty
  std::string_view file;         ///< where it is written, and the line of its head
  int line = 0;
};

/// All rules, read from the texts of a folder of TOML files; immutable, shared by threads.
class RuleBook {
 public:
  struct File {
    std::string name;
    std::string text;
  };
  /// Which engine looks for texts. Both find the same; `fastest` is Hyperscan where it was built in, else RE2.
  enum class Matcher : std::uint8_t { fastest, hyperscan, re2 };

  /// Rules are numbered by file name, in byte order, then from top to bottom: that is the order of the book.
  /// Errors: data, with file, line, column and remedy; usage, where the matcher was not built in.
  [[nodiscard]] static Result<RuleBook> parse(std::span<const File> files, Matcher matcher = Matcher::fastest);
  [[nodiscard]] static bool has_hyperscan();

  RuleBook(RuleBook&&) noexcept;
  RuleBook& operator=(RuleBook&&) noexcept;
  ~RuleBook();

  [[nodiscard]] std::size_t size() const;
  [[nodiscard]] std::string_view name(std::uint16_t rule) const;
  [[nodiscard]] RuleInfo info(std::uint16_t rule) const;
  [[nodiscard]] const SequenceRule* sequence(std::uint16_t rule) const;  ///< nullptr where it is none
  /// 32 hex digits over all that decides: what was labelled under another value must be labelled anew.
  [[nodiscard]] std::string_view digest() const;

 private:
  friend class Labeller;
  struct Rules;
  explicit RuleBook(std::unique_ptr<const Rules> rules);
  std::unique_ptr<const Rules> rules_;
};

/// Applies a book, which must outlive it; one for each thread (it holds scratch space).
class Labeller {
 public:
  explicit Labeller(const RuleBook& book);
  Labeller(Labeller&&) noexcept;
  Labeller& operator=(Labeller&&) noexcept;
  ~Labeller();

  /// verdicts[i] for sightings[i]; where several rules hit, the first of the book. Requires equal sizes.
  void label(std::span<const Sighting> sightings, std::span<Verdict> verdicts);

  /// One line of a chunk: its bytes without the newline, and its number counted from 0 at the start of the chunk.
  struct Line {
    std::string_view text;
    std::uint64_t number = 0;
  };
  /// Appends the lines of a chunk that some request text might hit (a superset of those that hit: every rule has words
  /// that its requests must hold, and these are looked for in the whole line, whatever the case), in order, and gives
  /// how many newlines the chunk has. What follows the last newline counts as a line that may be found. Alerts and
  /// packets are not looked for: hand in logs of web servers only.
  std::uint64_t find_lines(std::string_view chunk, std::vector<Line>& lines);

 private:
  struct Engine;
  std::unique_ptr<Engine> engine_;
};

}  // namespace secondwave
