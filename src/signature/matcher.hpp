// Two engines that look for many texts at once, behind one face. What they find is the same.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/error.hpp"

namespace secondwave {

/// Looks for patterns (SafePattern::regex, anchored by ^ where they are) in one text at a time.
class TextMatcher {
 public:
  virtual ~TextMatcher() = default;
  /// Replaces `found` by the numbers of the patterns that are found in the text, ascending.
  virtual void find(std::string_view text, std::vector<std::uint32_t>& found) = 0;
};

/// Looks for needles (SafePattern::needles), whatever the case, in a block of any size.
class NeedleFinder {
 public:
  virtual ~NeedleFinder() = default;
  /// Appends, ascending, offsets into the block that lie within a needle: at least one for each line of the block that
  /// has a needle.
  virtual void find(std::string_view block, std::vector<std::size_t>& places) = 0;
};

/// The compiled form of a book's texts: immutable, shared by threads. What it makes must not outlive it.
class TextEngine {
 public:
  virtual ~TextEngine() = default;
  [[nodiscard]] virtual std::unique_ptr<TextMatcher> requests() const = 0;
  [[nodiscard]] virtual std::unique_ptr<TextMatcher> alerts() const = 0;
  [[nodiscard]] virtual std::unique_ptr<NeedleFinder> needles() const = 0;
};

/// What to look for. Any of the lists may be empty.
struct Texts {
  std::vector<std::string> requests;  ///< regular expressions
  std::vector<std::string> alerts;
  std::vector<std::string> needles;  ///< plain lower-case words, each once
};

/// Errors: data, where a pattern is too much for the engine. There is no make_hyperscan where it was not built in.
[[nodiscard]] Result<std::unique_ptr<const TextEngine>> make_re2(const Texts& texts);
[[nodiscard]] Result<std::unique_ptr<const TextEngine>> make_hyperscan(const Texts& texts);

}  // namespace secondwave
