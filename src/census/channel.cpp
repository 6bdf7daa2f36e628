#include "census/channel.hpp"

#include <ares.h>
#include <poll.h>

#include <algorithm>
#include <utility>

namespace secondwave {
namespace {

constexpr int receive_buffer = 4 << 20;  // bytes; the system may grant less

/// c-ares is initialised once and stays so.
bool library_ready() {
  static const bool ready = ares_library_init(ARES_LIB_INIT_ALL) == ARES_SUCCESS;
  return ready;
}

tl::unexpected<Error> ares_failure(const Resolver& resolver, int status) {
  return failure(ErrorKind::machine,
                 "questions to " + to_string(resolver) + " cannot be prepared: " + ares_strerror(status));
}

LookupOutcome outcome_without_message(int status) {
  switch (status) {
    case ARES_ETIMEOUT:
    case ARES_ECONNREFUSED:
      return LookupOutcome::timeout;
    default:  // a message too short to have a header, a name that cannot be asked for
      return LookupOutcome::unusable;
  }
}

}  // namespace

struct ResolverChannel::Asked {
  ResolverChannel* channel = nullptr;
  std::uint32_t ticket = 0;
  DnsQuestion question;
};

Result<std::vector<Resolver>> system_resolvers() {
  if (!library_ready()) return failure(ErrorKind::machine, "c-ares cannot be initialised");
  ares_channel channel = nullptr;
  if (const int status = ares_init(&channel); status != ARES_SUCCESS)
    return failure(ErrorKind::machine, std::string("the system's resolvers cannot be read: ") + ares_strerror(status));
  ares_addr_port_node* servers = nullptr;
  const int status = ares_get_servers_ports(channel, &servers);
  std::vector<Resolver> found;
  for (const ares_addr_port_node* each = servers; status == ARES_SUCCESS && each != nullptr; each = each->next) {
    char text[64] = {};
    ares_inet_ntop(each->family, &each->addr, text, sizeof text);
    found.push_back({text, static_cast<std::uint16_t>(each->udp_port == 0 ? 53 : each->udp_port)});
  }
  if (servers != nullptr) ares_free_data(servers);
  ares_destroy(channel);
  if (found.empty())
    return failure(ErrorKind::machine, "the system names no resolver", {}, "name one: --resolver 192.0.2.53");
  return found;
}

Result<std::unique_ptr<ResolverChannel>> ResolverChannel::open(const Resolver& resolver, double timeout_s) {
  if (!library_ready()) return failure(ErrorKind::machine, "c-ares cannot be initialised");
  std::unique_ptr<ResolverChannel> channel(new ResolverChannel);
  ares_options options{};
  options.flags = ARES_FLAG_NOCHECKRESP | ARES_FLAG_NOSEARCH | ARES_FLAG_NOALIASES | ARES_FLAG_STAYOPEN;
  options.timeout = std::max(1, static_cast<int>(timeout_s * 1000));
  options.tries = 1;
  options.socket_receive_buffer_size = receive_buffer;
  char lookups[] = "b";
  options.lookups = lookups;
  const int mask = ARES_OPT_FLAGS | ARES_OPT_TIMEOUTMS | ARES_OPT_TRIES | ARES_OPT_SOCK_RCVBUF | ARES_OPT_LOOKUPS;
  if (const int status = ares_init_options(&channel->channel_, &options, mask); status != ARES_SUCCESS)
    return ares_failure(resolver, status);
  ares_addr_port_node server{};
  server.family = resolver.address.find(':') == std::string::npos ? AF_INET : AF_INET6;
  server.udp_port = server.tcp_port = resolver.port;
  if (ares_inet_pton(server.family, resolver.address.c_str(), &server.addr) != 1)
    return ares_failure(resolver, ARES_EBADSTR);
  if (const int status = ares_set_servers_ports(channel->channel_, &server); status != ARES_SUCCESS)
    return ares_failure(resolver, status);
  return channel;
}

ResolverChannel::~ResolverChannel() {
  if (channel_ != nullptr) ares_destroy(channel_);
}

void ResolverChannel::send(std::uint32_t ticket, DnsQuestion question) {
  SECONDWAVE_REQUIRE(in_flight_ < most_in_flight);
  std::unique_ptr<Asked> asked;
  if (spare_.empty()) {
    asked = std::make_unique<Asked>();
  } else {
    asked = std::move(spare_.back());
    spare_.pop_back();
  }
  asked->channel = this;
  asked->ticket = ticket;
  asked->question = std::move(question);
  ++in_flight_;
  // c-ares calls on_answer exactly once for it, perhaps before this returns; that takes it back.
  Asked* const given = asked.release();
  ares_query(channel_, given->question.name.c_str(), 1, static_cast<int>(given->question.type), on_answer, given);
}

void ResolverChannel::on_answer(void* argument, int status, int /*timeouts*/, unsigned char* message, int length) {
  std::unique_ptr<Asked> asked(static_cast<Asked*>(argument));
  ResolverChannel& channel = *asked->channel;
  --channel.in_flight_;
  if (status == ARES_EDESTRUCTION || status == ARES_ECANCELLED) return;
  Ended ended{.ticket = asked->ticket};
  ended.unreachable = status == ARES_ECONNREFUSED;
  if (message != nullptr && length > 0) {
    ended.came = true;
    ended.answer = read_answer({message, static_cast<std::size_t>(length)}, asked->question);
  } else {
    ended.answer.outcome = outcome_without_message(status);
  }
  channel.waiting_.push_back(std::move(ended));
  if (channel.spare_.size() < most_in_flight) channel.spare_.push_back(std::move(asked));
}

void ResolverChannel::add_sockets(std::vector<pollfd>& sockets) const {
  ares_socket_t open[ARES_GETSOCK_MAXNUM];
  const int bits = ares_getsock(channel_, open, ARES_GETSOCK_MAXNUM);
  for (int i = 0; i < ARES_GETSOCK_MAXNUM; ++i) {
    short events = 0;
    if (ARES_GETSOCK_READABLE(bits, i)) events = static_cast<short>(events | POLLIN);
    if (ARES_GETSOCK_WRITABLE(bits, i)) events = static_cast<short>(events | POLLOUT);
    if (events != 0) sockets.push_back({.fd = open[i], .events = events, .revents = 0});
  }
}

void ResolverChannel::process(std::span<const pollfd> sockets, std::vector<Ended>& ended) {
  bool processed = false;  // each call also looks at the clock, which is not cheap
  for (const pollfd& each : sockets) {
    const bool in = (each.revents & (POLLIN | POLLERR | POLLHUP)) != 0;
    const bool out = (each.revents & POLLOUT) != 0;
    if (!in && !out) continue;
    ares_process_fd(channel_, in ? each.fd : ARES_SOCKET_BAD, out ? each.fd : ARES_SOCKET_BAD);
    processed = true;
  }
  if (!processed) ares_process_fd(channel_, ARES_SOCKET_BAD, ARES_SOCKET_BAD);
  if (ended.empty()) {
    ended.swap(waiting_);
  } else {
    std::move(waiting_.begin(), waiting_.end(), std::back_inserter(ended));
  }
  waiting_.clear();
}

}  // namespace secondwave
