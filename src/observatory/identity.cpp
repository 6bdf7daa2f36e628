#include "observatory/identity.hpp"

#include <algorithm>
#include <vector>

#include "observatory/content_digest.hpp"

namespace secondwave {
namespace {

constexpr std::size_t hashed_at_once = std::size_t{256} << 10;

/// Those that may be the front of an input with this head, by length.
std::vector<KnownPrefix> with_head(std::span<const KnownPrefix> known, std::string_view head) {
  const std::string digest = content_digest(head.substr(0, ContentDigest::head_bytes));
  const bool whole_head = head.size() >= ContentDigest::head_bytes;
  std::vector<KnownPrefix> candidates;
  for (const KnownPrefix& each : known) {
    const bool may_be = each.length >= ContentDigest::head_bytes
                            ? whole_head && each.head == digest
                            : head.size() >= each.length && content_digest(head.substr(0, each.length)) == each.digest;
    if (may_be && each.length > 0) candidates.push_back(each);
  }
  std::stable_sort(candidates.begin(), candidates.end(),
                   [](const KnownPrefix& a, const KnownPrefix& b) { return a.length < b.length; });
  return candidates;
}

}  // namespace

Result<Identity> identify(ByteFeed& feed, std::span<const KnownPrefix> known, const CancelToken* cancel) {
  Identity identity;
  const Result<std::string_view> head = feed.peek(ContentDigest::head_bytes, ContentDigest::head_bytes);
  if (!head) return tl::unexpected(head.error());
  const std::vector<KnownPrefix> candidates = with_head(known, *head);
  if (candidates.empty()) return identity;
  identity.beyond_head = true;
  if (const Status kept = feed.keep(); !kept) return tl::unexpected(kept.error());
  ContentDigest digest;
  std::vector<char> chunk(hashed_at_once);
  std::size_t next = 0;
  std::optional<KnownPrefix> here;  // the candidate that ends at the current place
  for (;;) {
    while (next < candidates.size() && candidates[next].length == digest.length()) {
      const KnownPrefix& candidate = candidates[next++];
      if (candidate.digest != digest.hex()) continue;
      if (candidate.pending) {
        identity.pending = candidate;
      } else {
        here = identity.longest = candidate;
      }
    }
    if (cancel != nullptr && cancel->cancelled()) return failure(ErrorKind::interrupted, "interrupted");
    // One byte beyond the last candidate says whether the input goes on.
    const std::uint64_t until = next < candidates.size() ? candidates[next].length - digest.length() : 1;
    const Result<std::size_t> got = feed.read(std::span(chunk).first(std::min<std::uint64_t>(chunk.size(), until)));
    // A broken end is met again by whoever reads on.
    if (!got || *got == 0) {
      if (got) identity.whole = here;
      break;
    }
    digest.add({chunk.data(), *got});
    here.reset();
    if (next == candidates.size()) break;
  }
  identity.read = digest.length();
  return identity;
}

}  // namespace secondwave
