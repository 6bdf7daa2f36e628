#include "engine/thresholds.hpp"

#include <algorithm>

#include "random/batch.hpp"
#include "random/stream.hpp"

namespace secondwave {
namespace {

constexpr std::uint32_t batch = 4096;

/// A new block starts where the prefix of the address changes.
std::vector<std::uint32_t> find_blocks(const Setting& setting, std::size_t number) {
  const std::uint32_t hosts = setting.parameters.hosts;
  std::vector<std::uint32_t> first = {0};
  if (setting.law.scopes()[number].prefix_length > 0) {
    for (std::uint32_t host = 1; host < hosts; ++host) {
      const bool starts = setting.law.block_of(number, setting.address[host]) !=
                          setting.law.block_of(number, setting.address[host - 1]);
      if (starts) first.push_back(host);
    }
  }
  first.push_back(hosts);
  return first;
}

/// Sort keys: ascending like the thresholds -ln U, so descending like the words that U is made of.
std::vector<std::uint64_t> threshold_keys(const Setting& setting, std::size_t number) {
  const std::uint32_t hosts = setting.parameters.hosts;
  std::vector<std::uint64_t> keys(hosts);
  std::vector<std::uint64_t> words(2 * batch);
  for (std::uint32_t start = 0; start < hosts; start += batch) {
    const std::uint32_t count = std::min(batch, hosts - start);
    fill_entities(setting.seed, setting.stream(Purpose::threshold, start), static_cast<std::uint32_t>(number / 2),
                  std::span(words).first(2 * count));
    for (std::uint32_t i = 0; i < count; ++i) keys[start + i] = ~words[2 * i + number % 2] >> 11;
  }
  return keys;
}

/// Sorts the hosts from .. to-1 by their keys into order[from] .. order[to-1]: bucket sort, then an insertion sort that
/// finds nearly everything in place. Stable, so that equal keys stand by host number. `ends` is scratch space.
void sort_block(std::uint32_t from, std::uint32_t to, const std::vector<std::uint64_t>& keys,
                std::vector<std::uint32_t>& order, std::vector<std::uint32_t>& ends) {
  const std::uint64_t size = to - from;
  const auto bucket_of = [&](std::uint32_t host) { return ((keys[host] >> 21) * size) >> 32; };
  ends.assign(size + 1, 0);
  for (std::uint32_t host = from; host < to; ++host) ++ends[bucket_of(host) + 1];
  for (std::size_t i = 0; i < size; ++i) ends[i + 1] += ends[i];
  for (std::uint32_t host = from; host < to; ++host) order[from + ends[bucket_of(host)]++] = host;
  for (std::uint32_t i = from + 1; i < to; ++i) {
    const std::uint32_t host = order[i];
    std::uint32_t at = i;
    for (; at > from && keys[order[at - 1]] > keys[host]; --at) order[at] = order[at - 1];
    order[at] = host;
  }
}

}  // namespace

double threshold_of(const Setting& setting, std::uint32_t host, std::size_t level, std::uint32_t generation) {
  const StreamName name = setting.stream(Purpose::threshold, host, generation);
  const double threshold =
      to_exponential(philox_block(setting.seed, name, static_cast<std::uint32_t>(level / 2))[level % 2]);
  const bool lean = planted_fault == Fault::biased_target && host < setting.parameters.hosts / 2;
  return lean ? 0.9 * threshold : threshold;
}

std::uint32_t Level::block_of(std::uint32_t host) const {
  const auto after = std::upper_bound(first.begin(), first.end(), host);
  return static_cast<std::uint32_t>(after - first.begin() - 1);
}

std::vector<Level> make_levels(const Setting& setting) {
  std::vector<Level> levels(setting.law.scopes().size());
  std::vector<std::uint32_t> ends;
  for (std::size_t number = 0; number < levels.size(); ++number) {
    Level& level = levels[number];
    level.first = find_blocks(setting, number);
    level.order.resize(setting.parameters.hosts);
    const std::vector<std::uint64_t> keys = threshold_keys(setting, number);
    for (std::uint32_t block = 0; block < level.blocks(); ++block) {
      sort_block(level.first[block], level.first[block + 1], keys, level.order, ends);
      level.parent.push_back(number == 0 ? 0 : levels[number - 1].block_of(level.first[block]));
    }
  }
  return levels;
}

}  // namespace secondwave
