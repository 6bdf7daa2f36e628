#include "ingest/counting.hpp"

#include <string>

#include "net/quoted.hpp"

namespace secondwave {
namespace {

constexpr std::size_t longest_sample = 200;

/// "why: 'shown'" with at most `bytes` of what is shown.
std::string sample_text(std::string_view why, std::string_view shown, std::size_t bytes) {
  std::string text(why.substr(0, 120));
  if (shown.empty()) return text;
  text += ": ";
  text += in_quotes(shown.substr(0, bytes));
  return text;
}

}  // namespace

void count_bad(ReadCounts& counts, std::uint64_t place, std::string_view why, std::string_view shown) {
  ++counts.bad;
  if (counts.bad_samples.size() >= bad_samples_kept) return;
  std::string text = sample_text(why, shown, shown.size());
  // An escaped byte takes four: what is all escapes is shown shorter.
  if (text.size() > longest_sample) text = sample_text(why, shown, 18);
  counts.bad_samples.push_back({place, std::move(text)});
}

}  // namespace secondwave
