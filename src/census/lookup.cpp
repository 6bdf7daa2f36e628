#include "census/lookup.hpp"

#include <poll.h>

#include <algorithm>
#include <chrono>
#include <cmath>
#include <deque>
#include <optional>
#include <queue>
#include <utility>

#include "census/channel.hpp"

namespace secondwave {
namespace {

// Answers of a resolver that is near come within this time. Of questions younger than that only so many are on their
// way, because bursts overflow the buffers of sockets (212,992 bytes hold some 270 messages). Older ones wait for an
// answer that will most likely never come and are no load: they have a bound of their own.
constexpr double young_s = 0.02;
constexpr std::size_t most_young = 256;
constexpr std::size_t most_at_once = 64;           // sent between two looks at what has arrived
constexpr std::size_t most_open = 200'000;         // questions without an end, those that pause included
constexpr double burst_s = 0.02;                   // what the rate may catch up
constexpr std::uint64_t unreachable_enough = 300;  // tries after which nobody is there
constexpr int longest_nap_ms = 50;

double now_s() {
  return std::chrono::duration<double>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

/// How much an outcome tells: a failure that somebody reported more than silence.
int telling(LookupOutcome outcome) {
  switch (outcome) {
    case LookupOutcome::server_failure:
      return 3;
    case LookupOutcome::refused:
      return 2;
    case LookupOutcome::unusable:
      return 1;
    default:
      return 0;
  }
}

/// A question that has no end yet.
struct Open {
  std::uint64_t number = 0;
  int tries = 0;
  LookupOutcome outcome = LookupOutcome::timeout;  ///< the most telling one so far
  bool young = false;
  std::uint64_t sending = 0;  ///< which sending it was, so that a slot used again is not mistaken
};

class Run {
 public:
  using Ask = std::function<DnsQuestion(std::uint64_t)>;
  using Told = std::function<Status(std::uint64_t, DnsAnswer&&)>;
  Run(const LookupOptions& options, std::uint64_t count, const Ask& ask, const Told& told)
      : options_(options), count_(count), ask_(ask), told_(told) {}

  Status open_channels() {
    SECONDWAVE_REQUIRE(!options_.resolvers.empty() && options_.tries >= 1);
    for (const Resolver& resolver : options_.resolvers) {
      Result<std::unique_ptr<ResolverChannel>> channel = ResolverChannel::open(resolver, options_.timeout_s);
      if (!channel) return tl::unexpected(channel.error());
      channels_.push_back(std::move(*channel));
    }
    return {};
  }

  Status work(Progress* progress, const CancelToken* cancel) {
    started_s_ = now_s_ = next_s_ = now_s();
    while (ended_ < count_) {
      if (cancel != nullptr && cancel->cancelled())
        return failure(ErrorKind::interrupted, "interrupted: what was answered is kept");
      now_s_ = now_s();
      grow_old();
      send_some();
      wait();
      now_s_ = now_s();
      if (const Status taken = take_ended(); !taken) return taken;
      if (progress != nullptr) progress->update(ended_, count_);
    }
    return {};
  }

  [[nodiscard]] LookupTraffic traffic() const {
    return {.sent = sent_, .repeated = repeated_, .seconds = now_s() - started_s_};
  }

 private:
  struct Later {
    double due_s;
    std::uint32_t slot;
    bool operator>(const Later& other) const { return due_s > other.due_s; }
  };

  [[nodiscard]] ResolverChannel& channel_of(const Open& open) {
    return *channels_[(open.number + static_cast<std::uint64_t>(open.tries)) % channels_.size()];
  }

  std::uint32_t new_slot() {
    if (free_.empty()) {
      slots_.emplace_back();
      return static_cast<std::uint32_t>(slots_.size() - 1);
    }
    const std::uint32_t slot = free_.back();
    free_.pop_back();
    slots_[slot] = {};
    return slot;
  }

  /// The slot that is to be sent next, or nothing.
  std::optional<std::uint32_t> next_slot() {
    if (!pausing_.empty() && pausing_.top().due_s <= now_s_) {
      const std::uint32_t slot = pausing_.top().slot;
      if (channel_of(slots_[slot]).in_flight() >= ResolverChannel::most_in_flight) return std::nullopt;
      pausing_.pop();
      ++repeated_;
      return slot;
    }
    if (begun_ == count_ || slots_.size() - free_.size() >= most_open) return std::nullopt;
    const std::uint32_t slot = new_slot();
    slots_[slot].number = begun_;
    if (channel_of(slots_[slot]).in_flight() >= ResolverChannel::most_in_flight) {
      free_.push_back(slot);
      return std::nullopt;
    }
    ++begun_;
    return slot;
  }

  void send_some() {
    full_ = false;
    for (std::size_t i = 0; i < most_at_once && young_ < most_young; ++i) {
      if (options_.qps > 0) {
        next_s_ = std::max(next_s_, now_s_ - burst_s);
        if (next_s_ > now_s_) return;
      }
      const std::optional<std::uint32_t> slot = next_slot();
      full_ = !slot;
      if (full_) return;
      if (options_.qps > 0) next_s_ += 1 / options_.qps;
      Open& open = slots_[*slot];
      ResolverChannel& channel = channel_of(open);
      ++open.tries;
      open.young = true;
      open.sending = ++sent_;
      ++young_;
      recent_.push_back({.due_s = now_s_ + young_s, .slot = *slot, .sending = sent_});
      channel.send(*slot, ask_(open.number));
    }
  }

  void grow_old() {
    while (!recent_.empty()) {
      const Recent& first = recent_.front();
      const Open& open = slots_[first.slot];
      const bool waits = open.young && open.sending == first.sending;
      if (waits && first.due_s > now_s_) return;
      if (waits) {
        slots_[first.slot].young = false;
        --young_;
      }
      recent_.pop_front();
    }
  }

  /// Until something arrives, or something may be sent.
  void wait() {
    double until_s = now_s_ + longest_nap_ms / 1000.0;
    const bool room = young_ < most_young;
    if (room && (begun_ < count_ || !pausing_.empty())) {
      double ready_s = begun_ < count_ && slots_.size() - free_.size() < most_open ? now_s_ : until_s;
      if (!pausing_.empty()) ready_s = std::min(ready_s, pausing_.top().due_s);
      if (options_.qps > 0) ready_s = std::max(ready_s, next_s_);
      until_s = std::min(until_s, ready_s);
    }
    if (!recent_.empty()) until_s = std::min(until_s, std::max(recent_.front().due_s, now_s_ + 0.001));
    // As many are on their way as may be: only an answer or a moment makes room.
    if (full_) until_s = std::max(until_s, now_s_ + 0.001);
    const double nap_ms = std::ceil((until_s - now_s_) * 1000);
    sockets_.clear();
    first_socket_.clear();
    for (const auto& channel : channels_) {
      first_socket_.push_back(sockets_.size());
      channel->add_sockets(sockets_);
    }
    first_socket_.push_back(sockets_.size());
    ::poll(sockets_.data(), sockets_.size(), std::clamp(static_cast<int>(nap_ms), 0, longest_nap_ms));
  }

  Status take_ended() {
    told_now_.clear();
    for (std::size_t i = 0; i < channels_.size(); ++i) {
      const std::span<const pollfd> mine(sockets_.data() + first_socket_[i], first_socket_[i + 1] - first_socket_[i]);
      channels_[i]->process(mine, told_now_);
    }
    for (ResolverChannel::Ended& each : told_now_) {
      if (const Status taken = take(each); !taken) return taken;
    }
    return {};
  }

  Status take(ResolverChannel::Ended& ended) {
    Open& open = slots_[ended.ticket];
    if (open.young) --young_;
    open.young = false;
    any_came_ = any_came_ || ended.came;
    if (ended.unreachable && ++unreachable_ >= unreachable_enough && !any_came_) {
      return failure(ErrorKind::machine, "nobody answers questions at " + to_string(options_.resolvers.front()), {},
                     "is the address of the resolver right, and does it listen there?");
    }
    if (is_passing(ended.answer.outcome)) {
      if (open.tries == 1 || telling(ended.answer.outcome) > telling(open.outcome)) open.outcome = ended.answer.outcome;
      // One that refuses does so again; another resolver may not.
      const bool in_vain = ended.answer.outcome == LookupOutcome::refused && channels_.size() == 1;
      if (open.tries < options_.tries && !in_vain) {
        pausing_.push({now_s_ + options_.back_off_s * std::exp2(open.tries - 1), ended.ticket});
        return {};
      }
      ended.answer = {.outcome = open.outcome};
    }
    ++ended_;
    const std::uint64_t number = open.number;
    free_.push_back(ended.ticket);
    return told_(number, std::move(ended.answer));
  }

  struct Recent {
    double due_s;
    std::uint32_t slot;
    std::uint64_t sending;
  };

  const LookupOptions& options_;
  std::uint64_t count_;
  const Ask& ask_;
  const Told& told_;
  std::vector<Open> slots_;
  std::vector<std::uint32_t> free_;
  std::priority_queue<Later, std::vector<Later>, std::greater<>> pausing_;
  std::deque<Recent> recent_;
  std::size_t young_ = 0;
  std::uint64_t begun_ = 0;
  std::uint64_t ended_ = 0;
  std::uint64_t sent_ = 0;
  std::uint64_t repeated_ = 0;
  std::uint64_t unreachable_ = 0;
  bool any_came_ = false;
  bool full_ = false;
  double started_s_ = 0;
  double now_s_ = 0;
  double next_s_ = 0;
  std::vector<pollfd> sockets_;
  std::vector<std::size_t> first_socket_;
  std::vector<ResolverChannel::Ended> told_now_;
  std::vector<std::unique_ptr<ResolverChannel>> channels_;  // last, so that it goes first: it calls back
};

}  // namespace

Result<LookupTraffic> look_up(const LookupOptions& options, std::uint64_t count,
                              const std::function<DnsQuestion(std::uint64_t)>& ask,
                              const std::function<Status(std::uint64_t, DnsAnswer&&)>& told, Progress* progress,
                              const CancelToken* cancel) {
  Run run(options, count, ask, told);
  if (const Status opened = run.open_channels(); !opened) return tl::unexpected(opened.error());
  if (const Status done = run.work(progress, cancel); !done) return tl::unexpected(done.error());
  return run.traffic();
}

}  // namespace secondwave
