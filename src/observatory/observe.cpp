#include "observatory/observe.hpp"

#include <algorithm>
#include <numeric>
#include <utility>

#include "observatory/content_digest.hpp"

namespace secondwave {
namespace {

/// What is known of a path before it is read.
struct Head {
  std::string bytes;
  std::uint64_t size = 0;  ///< of the file
};

Head look(const Instruments& instruments, const std::string& path) {
  Head head;
  if (path == "-") return head;
  Result<ByteFeed> feed = ByteFeed::open(instruments.open, path);
  if (!feed) return head;  // said by whoever reads it
  head.size = feed->source().size().value_or(0);
  if (const Result<std::string_view> bytes = feed->peek(ContentDigest::head_bytes, ContentDigest::head_bytes))
    head.bytes = *bytes;
  return head;
}

/// Inputs of which one may be the front of another, or its copy, are read one after another; all others side by side.
/// Standard input comes after everything else: it cannot be looked at beforehand.
std::vector<std::vector<std::size_t>> group(const std::vector<std::string>& paths, const std::vector<Head>& heads) {
  std::vector<std::size_t> order(paths.size());
  std::iota(order.begin(), order.end(), std::size_t{0});
  std::stable_sort(order.begin(), order.end(), [&](std::size_t a, std::size_t b) {
    return std::pair(paths[a] == "-", std::string_view(heads[a].bytes)) <
           std::pair(paths[b] == "-", std::string_view(heads[b].bytes));
  });
  std::vector<std::vector<std::size_t>> groups;
  for (const std::size_t i : order) {
    const bool alike = !groups.empty() && paths[i] != "-" && !heads[i].bytes.empty() &&
                       !heads[groups.back().front()].bytes.empty() &&
                       heads[i].bytes.starts_with(heads[groups.back().front()].bytes);
    if (alike) {
      groups.back().push_back(i);
    } else {
      groups.push_back({i});
    }
  }
  return groups;
}

/// Decompressed length; 0 where it cannot be read.
std::uint64_t length_of(const Instruments& instruments, const std::string& path, const CancelToken* cancel) {
  Result<ByteFeed> feed = ByteFeed::open(instruments.open, path);
  if (!feed) return 0;
  std::vector<char> chunk(std::size_t{256} << 10);
  std::uint64_t length = 0;
  while (cancel == nullptr || !cancel->cancelled()) {
    const Result<std::size_t> got = feed->read(chunk);
    if (!got || *got == 0) break;
    length += *got;
  }
  return length;
}

/// The shortest first: so that of an input and an earlier state of it nothing is counted twice.
void sort_by_length(std::vector<std::size_t>& group, const std::vector<std::string>& paths,
                    const Instruments& instruments, const CancelToken* cancel) {
  if (group.size() < 2) return;
  std::vector<std::pair<std::uint64_t, std::size_t>> lengths;
  for (const std::size_t i : group) lengths.emplace_back(length_of(instruments, paths[i], cancel), i);
  std::stable_sort(lengths.begin(), lengths.end(), [](const auto& a, const auto& b) { return a.first < b.first; });
  for (std::size_t i = 0; i < group.size(); ++i) group[i] = lengths[i].second;
}

}  // namespace

Status count_report(Store& store, ObserveReport& report) {
  std::vector<InputId> ids;
  for (InputReport& each : report.inputs) {
    if (each.input.id != 0) ids.push_back(each.input.id);
  }
  std::sort(ids.begin(), ids.end());
  ids.erase(std::unique(ids.begin(), ids.end()), ids.end());
  if (ids.empty()) return {};
  return store.sweep({.inputs = ids}, [&](Ipv4, std::span<const InputCell> cells) -> Status {
    ++report.sources;
    for (const InputCell& each : cells) report.sightings += each.cell.sightings;
    return {};
  });
}

Result<ObserveReport> observe(const Instruments& instruments, const ReadSettings& settings, Store& store,
                              const ObserveRequest& request, Executor& executor, const CancelToken* cancel,
                              Progress* progress) {
  if (const Status put = store.put_book(instruments.book, instruments.rules); !put) return tl::unexpected(put.error());
  const Result<std::vector<KnownPrefix>> known = store.prefixes();
  if (!known) return tl::unexpected(known.error());

  std::vector<Head> heads;
  for (const std::string& path : request.paths) heads.push_back(look(instruments, path));
  std::vector<std::vector<std::size_t>> groups = group(request.paths, heads);
  std::uint64_t total = 0;
  for (const Head& head : heads) total += head.size;

  std::mutex lock;
  std::mutex progress_lock;
  std::uint64_t done = 0;
  const auto taken = [&](std::uint64_t bytes) {
    if (progress == nullptr || total == 0) return;
    const std::scoped_lock one(progress_lock);
    done = std::min(done + bytes, total);
    progress->update(done, total);
  };
  const ReadingShared shared{&instruments, &settings, &store, &lock, cancel, taken};
  ObserveReport report;
  report.inputs.resize(request.paths.size());
  const auto read_group = [&](std::vector<std::size_t>& members) {
    sort_by_length(members, request.paths, instruments, cancel);
    std::vector<KnownPrefix> now = *known;
    for (const std::size_t i : members) {
      if (members.size() > 1 || request.paths[i] == "-") {
        const std::scoped_lock one(lock);
        if (Result<std::vector<KnownPrefix>> fresh = store.prefixes()) now = std::move(*fresh);
      }
      report.inputs[i] = observe_one(shared, request.paths[i], request.replace, now);
    }
  };
  const auto is_pipe = [&](const std::vector<std::size_t>& members) { return request.paths[members[0]] == "-"; };
  const auto pipes = std::find_if(groups.begin(), groups.end(), is_pipe);
  executor.run(static_cast<std::size_t>(pipes - groups.begin()),
               [&](std::size_t index, std::size_t) { read_group(groups[index]); });
  for (auto each = pipes; each != groups.end(); ++each) read_group(*each);
  for (const InputReport& each : report.inputs)
    report.interrupted = report.interrupted || (each.error && each.error->kind == ErrorKind::interrupted);
  if (const Status counted = count_report(store, report); !counted) return tl::unexpected(counted.error());
  return report;
}

}  // namespace secondwave
