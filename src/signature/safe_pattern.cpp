#include "signature/safe_pattern.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <bitset>
#include <optional>
#include <set>
#include <utility>

namespace secondwave {
namespace {

using Bytes = std::bitset<256>;
constexpr std::size_t max_atoms = 2000;
constexpr int max_groups = 8;
constexpr std::size_t max_repeat = 100;
constexpr std::size_t max_needles = 64;

bool is_letter(unsigned byte) {
  return (byte >= 'a' && byte <= 'z') || (byte >= 'A' && byte <= 'Z');
}

bool is_digit(unsigned byte) {
  return byte >= '0' && byte <= '9';
}

bool may_be_in_needle(unsigned byte) {
  return is_letter(byte) || is_digit(byte) || byte == '-' || byte == '.' || byte == '_';
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

/// With a letter, its other case.
Bytes both_cases(Bytes bytes) {
  for (unsigned c = 'a'; c <= 'z'; ++c) {
    const unsigned upper = c - 'a' + 'A';
    if (bytes[c] || bytes[upper]) bytes.set(c).set(upper);
  }
  return bytes;
}

/// The spelling of a set of bytes; both cases of each letter where case does not matter.
std::string spell(Bytes bytes, bool case_matters) {
  if (!case_matters) bytes = both_cases(bytes);
  if (bytes.count() == 1) {
    for (unsigned c = 0; c < 256; ++c) {
      if (bytes[c]) return fmt::format("\\x{:02x}", c);
    }
  }
  std::string text = "[";
  for (unsigned c = 0; c < 256; ++c) {
    if (!bytes[c]) continue;
    unsigned end = c;
    while (end < 255 && bytes[end + 1]) ++end;
    text += end == c ? fmt::format("\\x{:02x}", c) : fmt::format("\\x{:02x}-\\x{:02x}", c, end);
    c = end;
  }
  return text + "]";
}

std::size_t distinct_bytes(std::string_view text) {
  return std::set<char>(text.begin(), text.end()).size();
}

/// The best needle of a run of literal bytes: the piece with the most different bytes, for these are the rarest.
std::optional<std::string> best_needle(std::string_view run) {
  std::optional<std::string> best;
  std::size_t start = 0;
  while (start < run.size()) {
    std::size_t end = start;
    while (end < run.size() && may_be_in_needle(static_cast<unsigned char>(run[end]))) ++end;
    const std::string_view piece = run.substr(start, end - start);
    if (piece.size() >= shortest_needle && (!best || distinct_bytes(piece) > distinct_bytes(*best))) best = piece;
    start = end + 1;
  }
  if (best) std::transform(best->begin(), best->end(), best->begin(), lower);
  return best;
}

/// Needles are the better the more different bytes the poorest of them has.
std::size_t worth(const std::vector<std::string>& needles) {
  std::size_t least = needles.empty() ? 0 : 256;
  for (const std::string& needle : needles) least = std::min(least, distinct_bytes(needle));
  return least;
}

/// A part of a pattern.
struct Part {
  std::string regex;
  std::vector<std::string> needles;  ///< none: nothing is known to be in it
  std::optional<char> literal;       ///< it is this byte alone
  std::size_t atoms = 0;
};

/// Parts in a row.
class Row {
 public:
  void add(const Part& part) {
    regex_ += part.regex;
    atoms_ += part.atoms;
    if (part.literal) {
      run_ += *part.literal;
      return;
    }
    end_run();
    take(part.needles);
  }

  Part finish() {
    end_run();
    return {regex_, needles_, std::nullopt, atoms_};
  }

 private:
  void end_run() {
    if (const std::optional<std::string> needle = best_needle(run_)) take({*needle});
    run_.clear();
  }
  void take(const std::vector<std::string>& needles) {
    if (worth(needles) > worth(needles_)) needles_ = needles;
  }

  std::string regex_;
  std::string run_;
  std::vector<std::string> needles_;
  std::size_t atoms_ = 0;
};

/// Reads the small language of regex_pattern. The first fault ends the reading; why_ says it.
class PatternReader {
 public:
  PatternReader(std::string_view text, bool case_matters) : text_(text), case_matters_(case_matters) {}

  OrWhy<SafePattern> read() {
    Part whole = alternatives(0);
    if (why_.empty() && at_ != text_.size()) fail("there is a ) without a (");
    if (why_.empty() && whole.needles.empty()) {
      fail(
          "nothing in it can be searched for in bulk: each alternative needs four or more letters, digits, - . _ in a "
          "row");
    }
    if (!why_.empty()) return tl::unexpected(why_);
    return SafePattern{"(?:" + whole.regex + ")", std::move(whole.needles), whole.atoms};
  }

 private:
  Part alternatives(int depth) {
    Part all = row(depth);
    bool everywhere = !all.needles.empty();
    while (why_.empty() && take('|')) {
      Part next = row(depth);
      everywhere = everywhere && !next.needles.empty();
      all.regex += "|" + next.regex;
      all.atoms += next.atoms;
      all.needles.insert(all.needles.end(), next.needles.begin(), next.needles.end());
      all.literal.reset();
    }
    if (!everywhere || all.needles.size() > max_needles) all.needles.clear();
    return all;
  }

  Part row(int depth) {
    Row row;
    while (why_.empty() && at_ < text_.size() && text_[at_] != '|' && text_[at_] != ')') {
      row.add(repeated(atom(depth)));
    }
    Part part = row.finish();
    if (why_.empty() && part.regex.empty()) fail("an alternative is empty");
    if (why_.empty() && part.atoms > max_atoms) fail(fmt::format("it expands to more than {} atoms", max_atoms));
    return part;
  }

  Part atom(int depth) {
    const char c = text_[at_++];
    switch (c) {
      case '(':
        return group(depth);
      case '[':
        return set_part(set());
      case '.':
        return set_part(~Bytes().set('\n'));
      case '\\':
        return set_part(escape());
      case '*':
      case '+':
      case '?':
      case '{':
        fail(fmt::format("there is nothing before the {} to repeat", c));
        return {};
      case '^':
      case '$':
        fail(fmt::format("there are no anchors: write \\{} for the character itself", c));
        return {};
      default:
        if (c == '\n') fail("a newline is never part of a line");
        return set_part(Bytes().set(static_cast<unsigned char>(c)));
    }
  }

  Part group(int depth) {
    if (depth >= max_groups) fail(fmt::format("groups are nested deeper than {}", max_groups));
    if (at_ < text_.size() && text_[at_] == '?') fail("groups are plain: ( ... ), without ?");
    if (!why_.empty()) return {};
    Part inside = alternatives(depth + 1);
    if (why_.empty() && !take(')')) fail("a ( has no )");
    inside.regex = "(?:" + inside.regex + ")";
    inside.literal.reset();
    return inside;
  }

  Part set_part(const Bytes& bytes) {
    if (bytes.none()) {
      fail("a set is empty");
      return {};
    }
    Part part;
    part.regex = spell(bytes, case_matters_);
    part.atoms = 1;
    if (bytes.count() == 1) {
      for (unsigned c = 0; c < 256; ++c) {
        if (bytes[c]) part.literal = static_cast<char>(c);
      }
    }
    return part;
  }

  Part repeated(Part part) {
    if (!why_.empty() || at_ >= text_.size()) return part;
    std::size_t least = 0;
    std::size_t most = 0;
    if (take('?')) {
      part.regex += "?";
    } else if (take('*')) {
      part.regex += "*";
    } else if (take('+')) {
      least = 1;
      part.regex += "+";
    } else if (text_[at_] == '{') {
      const std::size_t start = at_;
      if (!counts(least, most)) return {};
      part.regex += text_.substr(start, at_ - start);
      part.atoms *= std::max<std::size_t>(1, most);
    } else {
      return part;
    }
    if (at_ < text_.size() && std::string_view("?*+{").find(text_[at_]) != std::string_view::npos) {
      fail("a repetition cannot be repeated, and there are no lazy ones");
    }
    part.literal.reset();
    if (least == 0) part.needles.clear();
    return part;
  }

  /// {m} or {m,n}
  bool counts(std::size_t& least, std::size_t& most) {
    ++at_;
    bool good = number(least);
    most = least;
    if (good && take(',')) good = number(most);
    if (good && take('}') && least <= most && most >= 1) return true;
    fail(fmt::format("after {{ come one or two numbers from 0 to {} and a }}, the first not above the second",
                     max_repeat));
    return false;
  }

  bool number(std::size_t& value) {
    value = 0;
    const std::size_t start = at_;
    while (at_ < text_.size() && is_digit(static_cast<unsigned char>(text_[at_])) && value <= max_repeat) {
      value = value * 10 + static_cast<std::size_t>(text_[at_++] - '0');
    }
    return at_ > start && value <= max_repeat;
  }

  Bytes set() {
    Bytes bytes;
    const bool inverted = take('^');
    bool first = true;
    while (why_.empty() && at_ < text_.size() && (text_[at_] != ']' || first)) {
      first = false;
      const Bytes low = set_member();
      if (at_ + 1 < text_.size() && text_[at_] == '-' && text_[at_ + 1] != ']') {
        ++at_;
        add_range(bytes, low, set_member());
      } else {
        bytes |= low;
      }
    }
    if (!take(']')) fail("a [ has no ]");
    if (inverted && !case_matters_) bytes = both_cases(bytes);  // [^a] is neither a nor A
    // As with the dot: a newline is never part of a line.
    return inverted ? ~bytes & ~Bytes().set('\n') : bytes;
  }

  Bytes set_member() {
    if (at_ >= text_.size()) return {};
    const char c = text_[at_++];
    if (c == '[') fail("write \\[ for a [ within a set");
    return c == '\\' ? escape() : Bytes().set(static_cast<unsigned char>(c));
  }

  void add_range(Bytes& bytes, const Bytes& low, const Bytes& high) {
    std::size_t from = 0;
    std::size_t to = 0;
    while (from < 256 && !low[from]) ++from;
    while (to < 256 && !high[to]) ++to;
    if (low.count() != 1 || high.count() != 1 || from > to) {
      fail("a range in a set goes from one character up to another");
      return;
    }
    for (std::size_t c = from; c <= to; ++c) bytes.set(c);
  }

  Bytes escape() {
    Bytes bytes;
    const char c = at_ < text_.size() ? text_[at_++] : '\0';
    const auto byte = static_cast<unsigned char>(c);
    if (c == 'x') return hex();
    if (c == 's') return bytes.set(' ').set('\t').set('\r').set('\f').set('\v');
    if (c == 'd' || c == 'w') {
      for (unsigned each = 0; each < 256; ++each) {
        bytes[each] = is_digit(each) || (c == 'w' && (is_letter(each) || each == '_'));
      }
      return bytes;
    }
    if (byte <= 0x20 || byte >= 0x7F || is_letter(byte) || is_digit(byte)) {
      fail("\\ stands before punctuation, or in \\d \\w \\s \\xNN");
    }
    return bytes.set(byte);
  }

  Bytes hex() {
    const auto digit = [](char c) -> unsigned {
      const char l = lower(c);
      return is_digit(static_cast<unsigned char>(l)) ? static_cast<unsigned>(l - '0')
             : l >= 'a' && l <= 'f'                  ? static_cast<unsigned>(l - 'a' + 10)
                                                     : 16U;
    };
    const unsigned high = at_ < text_.size() ? digit(text_[at_]) : 16;
    const unsigned low = at_ + 1 < text_.size() ? digit(text_[at_ + 1]) : 16;
    if (high > 15 || low > 15 || high * 16 + low == '\n') {
      fail("after \\x come two hexadecimal digits, and no newline");
      return {};
    }
    at_ += 2;
    return Bytes().set(high * 16 + low);
  }

  bool take(char c) {
    if (at_ >= text_.size() || text_[at_] != c) return false;
    ++at_;
    return true;
  }

  void fail(std::string why) {
    if (why_.empty()) why_ = fmt::format("{} (near character {})", why, at_);
  }

  std::string_view text_;
  bool case_matters_;
  std::size_t at_ = 0;
  std::string why_;
};

std::string size_fault(std::string_view text) {
  if (text.empty()) return "it is empty";
  if (text.size() > max_pattern_bytes) return fmt::format("it has more than {} bytes", max_pattern_bytes);
  return {};
}

}  // namespace

OrWhy<SafePattern> literal_pattern(std::string_view text, bool case_matters) {
  if (const std::string fault = size_fault(text); !fault.empty()) return tl::unexpected(fault);
  if (text.find('\n') != std::string_view::npos)
    return tl::unexpected(std::string("a newline is never part of a line"));
  const std::optional<std::string> needle = best_needle(text);
  if (!needle) {
    return tl::unexpected(
        std::string("it needs four or more letters, digits, - . _ in a row, to be searched for in bulk"));
  }
  SafePattern pattern;
  for (const char c : text) pattern.regex += spell(Bytes().set(static_cast<unsigned char>(c)), case_matters);
  pattern.needles = {*needle};
  pattern.atoms = text.size();
  return pattern;
}

OrWhy<SafePattern> regex_pattern(std::string_view text, bool case_matters) {
  if (const std::string fault = size_fault(text); !fault.empty()) return tl::unexpected(fault);
  return PatternReader(text, case_matters).read();
}

}  // namespace secondwave
