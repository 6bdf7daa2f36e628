#include "census/name_stage.hpp"

#include <algorithm>
#include <limits>
#include <map>
#include <random>
#include <utility>

#include "random/stream.hpp"

namespace secondwave {
namespace {

constexpr std::int64_t second_us = 1'000'000;
constexpr std::int64_t shortest_s = 60;
constexpr std::int64_t longest_name_s = 7 * 86'400;
constexpr std::int64_t longest_none_s = 86'400;
constexpr std::int64_t usual_none_s = 3'600;
constexpr std::int64_t passing_s = 900;
constexpr std::size_t most_unwritten = 8192;
constexpr std::int64_t longest_unwritten_us = second_us / 2;

std::int64_t holds_us(const DnsAnswer& answer) {
  const std::int64_t ttl_s = answer.ttl_s;
  if (answer.outcome == LookupOutcome::answered) return std::clamp(ttl_s, shortest_s, longest_name_s) * second_us;
  if (is_passing(answer.outcome)) return passing_s * second_us;
  return std::clamp(ttl_s == 0 ? usual_none_s : ttl_s, shortest_s, longest_none_s) * second_us;
}

/// What an answer says of a host, on top of what was known.
void apply(const NameAnswer& answer, HostFact& host) {
  host.lookup = answer.outcome;
  if (is_passing(answer.outcome)) return;
  host.zone = answer.zone;
  host.zone_owner = answer.zone_owner;
  if (answer.confirmed || answer.name != host.name) host.confirmed = answer.confirmed;
  host.name = answer.name;
  host.named_us = answer.outcome == LookupOutcome::answered ? answer.asked_us : 0;
}

/// Answers on their way into the cache.
class CacheWriter {
 public:
  explicit CacheWriter(const NameQuestions& questions) : questions_(questions) {}
  Status add(NameAnswer answer) {
    if (unwritten_.empty()) since_us_ = answer.asked_us;
    unwritten_.push_back(std::move(answer));
    const bool enough =
        unwritten_.size() >= most_unwritten || unwritten_.back().asked_us - since_us_ >= longest_unwritten_us;
    return enough ? flush() : Status();
  }
  Status flush() {
    // In the order of the cache: neighbours lie on one page of the file.
    std::sort(unwritten_.begin(), unwritten_.end(),
              [](const NameAnswer& a, const NameAnswer& b) { return a.address < b.address; });
    const Status done = questions_.cache->put(unwritten_);
    unwritten_.clear();
    return done;
  }

 private:
  const NameQuestions& questions_;
  std::vector<NameAnswer> unwritten_;
  std::int64_t since_us_ = 0;
};

/// Runs one kind of question over all of them; what was answered before an error is in the cache all the same.
Status run(const NameQuestions& questions, std::uint64_t count, NameTraffic& traffic, CacheWriter& writer,
           const std::function<DnsQuestion(std::uint64_t)>& ask,
           const std::function<Status(std::uint64_t, DnsAnswer&&)>& told) {
  if (count == 0) return {};
  const Result<LookupTraffic> done = look_up(questions.lookup, count, ask, told, questions.progress, questions.cancel);
  const Status written = writer.flush();
  if (!done) return tl::unexpected(done.error());
  traffic.sent += done->sent;
  traffic.repeated += done->repeated;
  traffic.seconds += done->seconds;
  return written;
}

void shuffle(std::vector<std::uint32_t>& numbers, std::uint64_t seed) {
  // No result depends on this order.
  std::mt19937_64 random(seed);
  for (std::size_t i = numbers.size(); i > 1; --i) std::swap(numbers[i - 1], numbers[multiply_high(random(), i)]);
}

NameAnswer known_answer(const HostFact& host, std::int64_t asked_us, std::int64_t expires_us) {
  return {.address = host.address,
          .outcome = host.lookup,
          .asked_us = asked_us,
          .expires_us = expires_us,
          .name = host.name,
          .zone = host.zone,
          .zone_owner = host.zone_owner,
          .confirmed = host.confirmed};
}

/// Hosts without a name, by /24, whose answers did not tell who keeps the zone.
Status ask_zones(const NameQuestions& questions, std::span<HostFact> hosts, const std::vector<std::uint32_t>& asked,
                 const std::vector<std::int64_t>& expires_us, NameTraffic& traffic, CacheWriter& writer) {
  std::map<Ipv4, std::vector<std::size_t>> blocks;
  for (std::size_t i = 0; i < asked.size(); ++i) {
    const HostFact& host = hosts[asked[i]];
    const bool nameless = host.lookup == LookupOutcome::no_such_name || host.lookup == LookupOutcome::no_data;
    if (nameless && host.zone.empty()) blocks[host.address >> 8].push_back(i);
  }
  std::vector<const std::pair<const Ipv4, std::vector<std::size_t>>*> list;
  for (const auto& block : blocks) list.push_back(&block);
  traffic.zones = list.size();
  const auto ask = [&](std::uint64_t i) { return DnsQuestion{reverse_zone_24(list[i]->first << 8), RecordType::soa}; };
  const auto told = [&](std::uint64_t i, DnsAnswer&& answer) -> Status {
    if (answer.zone.empty()) return {};
    const std::int64_t now_us = questions.now_us();
    for (const std::size_t each : list[i]->second) {
      HostFact& host = hosts[asked[each]];
      host.zone = answer.zone;
      host.zone_owner = answer.zone_owner;
      if (const Status added = writer.add(known_answer(host, now_us, expires_us[each])); !added) return added;
    }
    return {};
  };
  return run(questions, list.size(), traffic, writer, ask, told);
}

/// Names that can be asked for: labels of letters, digits, hyphens and underscores.
bool can_be_asked(const std::string& name) {
  return !name.empty() && std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
  });
}

Status confirm(const NameQuestions& questions, std::span<HostFact> hosts, NameTraffic& traffic, CacheWriter& writer) {
  std::vector<std::uint32_t> list;
  for (std::uint32_t i = 0; i < hosts.size(); ++i) {
    const HostFact& host = hosts[i];
    if (host.lookup == LookupOutcome::answered && !host.confirmed && can_be_asked(host.name)) list.push_back(i);
  }
  shuffle(list, questions.seed + 1);
  traffic.confirmed = list.size();
  const auto ask = [&](std::uint64_t i) { return DnsQuestion{hosts[list[i]].name, RecordType::a}; };
  const auto told = [&](std::uint64_t i, DnsAnswer&& answer) -> Status {
    if (is_passing(answer.outcome)) return {};  // nobody knows
    HostFact& host = hosts[list[i]];
    const auto& found = answer.addresses;
    host.confirmed = std::find(found.begin(), found.end(), host.address) != found.end();
    // At the time of the name itself: how long that holds does not change.
    return writer.add(known_answer(host, host.named_us, 0));
  };
  return run(questions, list.size(), traffic, writer, ask, told);
}

}  // namespace

Result<std::vector<std::int64_t>> names_from_cache(NameCache& cache, std::span<HostFact> hosts) {
  std::vector<std::int64_t> expires_us(hosts.size(), std::numeric_limits<std::int64_t>::min());
  std::size_t at = 0;
  const Status walked = cache.walk([&](const NamePeriod& period) -> Status {
    while (at < hosts.size() && hosts[at].address < period.answer.address) ++at;
    if (at == hosts.size() || hosts[at].address != period.answer.address) return {};
    apply(period.answer, hosts[at]);
    expires_us[at] = period.answer.expires_us;
    return {};
  });
  if (!walked) return tl::unexpected(walked.error());
  return expires_us;
}

Result<NameTraffic> ask_names(const NameQuestions& questions, std::span<HostFact> hosts,
                              std::vector<std::uint32_t> wanted) {
  NameTraffic traffic{.names = wanted.size()};
  shuffle(wanted, questions.seed);
  CacheWriter writer(questions);
  std::vector<std::int64_t> expires_us(wanted.size(), 0);
  const auto ask = [&](std::uint64_t i) {
    return DnsQuestion{reverse_name(hosts[wanted[i]].address), RecordType::ptr};
  };
  const auto told = [&](std::uint64_t i, DnsAnswer&& said) -> Status {
    HostFact& host = hosts[wanted[i]];
    NameAnswer answer{.address = host.address, .outcome = said.outcome, .asked_us = questions.now_us()};
    answer.expires_us = expires_us[i] = answer.asked_us + holds_us(said);
    answer.name = std::move(said.name);
    if (said.outcome != LookupOutcome::answered) {
      answer.zone = std::move(said.zone);
      answer.zone_owner = std::move(said.zone_owner);
    }
    apply(answer, host);
    return writer.add(std::move(answer));
  };
  Status done = run(questions, wanted.size(), traffic, writer, ask, told);
  if (done) done = ask_zones(questions, hosts, wanted, expires_us, traffic, writer);
  if (done && questions.confirm) done = confirm(questions, hosts, traffic, writer);
  if (!done) return tl::unexpected(done.error());
  return traffic;
}

}  // namespace secondwave
