// One resolver through c-ares. Only channel.cpp sees its header.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <span>
#include <vector>

#include "base/error.hpp"
#include "census/dns_message.hpp"
#include "census/resolver.hpp"

struct ares_channeldata;
struct pollfd;

namespace secondwave {

/// Sends each question once and tells how that ended. Traps of c-ares that this steps around: its own retries would not
/// count in a rate; its own judgement turns SERVFAIL and REFUSED into "no server", and ares_gethostbyaddr turns silence
/// into "no such name"; it cannot tell more than 65,535 questions apart.
class ResolverChannel {
 public:
  /// What became of a question: a message, or none. `unreachable`: the resolver's host says that nobody listens.
  struct Ended {
    std::uint32_t ticket = 0;
    DnsAnswer answer;
    bool unreachable = false;
    bool came = false;  ///< a message came
  };
  static constexpr std::size_t most_in_flight = 20'000;

  /// Errors: machine.
  [[nodiscard]] static Result<std::unique_ptr<ResolverChannel>> open(const Resolver& resolver, double timeout_s);
  ResolverChannel(const ResolverChannel&) = delete;
  ResolverChannel& operator=(const ResolverChannel&) = delete;
  ~ResolverChannel();

  /// Requires that in_flight() is below most_in_flight.
  void send(std::uint32_t ticket, DnsQuestion question);
  [[nodiscard]] std::size_t in_flight() const { return in_flight_; }

  /// Adds the sockets to be waited for.
  void add_sockets(std::vector<pollfd>& sockets) const;
  /// Takes what has arrived at those sockets and what has timed out, and adds it to `ended`.
  void process(std::span<const pollfd> sockets, std::vector<Ended>& ended);

 private:
  struct Asked;
  ResolverChannel() = default;
  static void on_answer(void* asked, int status, int timeouts, unsigned char* message, int length);

  ares_channeldata* channel_ = nullptr;
  std::size_t in_flight_ = 0;
  std::vector<std::unique_ptr<Asked>> spare_;
  std::vector<Ended> waiting_;  ///< told by c-ares and not yet taken
};

}  // namespace secondwave
