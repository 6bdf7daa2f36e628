#include "support/dns_responder.hpp"

#include <arpa/inet.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cstdio>
#include <cstdlib>
#include <cstring>

namespace secondwave {
namespace {

constexpr std::size_t header = 12;
constexpr std::size_t batch = 64;
constexpr std::size_t longest_query = 512;

void put16(DnsBytes& bytes, unsigned value) {
  bytes.push_back(static_cast<std::uint8_t>(value >> 8));
  bytes.push_back(static_cast<std::uint8_t>(value));
}

void put32(DnsBytes& bytes, std::uint32_t value) {
  put16(bytes, value >> 16);
  put16(bytes, value & 0xFFFF);
}

std::size_t question_end(std::span<const std::uint8_t> query) {
  std::size_t at = header;
  while (at < query.size() && query[at] != 0) at += query[at] + std::size_t{1};
  return at + 5;
}

}  // namespace

DnsMessage::DnsMessage(std::span<const std::uint8_t> query, int code) {
  const std::size_t end = std::min(question_end(query), query.size());
  bytes.assign(query.begin(), query.begin() + static_cast<std::ptrdiff_t>(end));
  bytes[2] = 0x81;
  bytes[3] = static_cast<std::uint8_t>(0x80 | code);
  for (std::size_t i = 6; i < header; ++i) bytes[i] = 0;
}

DnsBytes DnsMessage::wire_name(const std::string& dotted) {
  DnsBytes wire;
  for (std::size_t at = 0; at < dotted.size();) {
    const std::size_t dot = std::min(dotted.find('.', at), dotted.size());
    wire.push_back(static_cast<std::uint8_t>(dot - at));
    wire.insert(wire.end(), dotted.begin() + static_cast<std::ptrdiff_t>(at),
                dotted.begin() + static_cast<std::ptrdiff_t>(dot));
    at = dot + 1;
  }
  wire.push_back(0);
  return wire;
}

DnsMessage& DnsMessage::add(Section section, const DnsBytes& owner, int type, std::uint32_t ttl_s,
                            const DnsBytes& data) {
  ++bytes[static_cast<std::size_t>(section) + 1];
  bytes.insert(bytes.end(), owner.begin(), owner.end());
  put16(bytes, static_cast<unsigned>(type));
  put16(bytes, 1);
  put32(bytes, ttl_s);
  put16(bytes, static_cast<unsigned>(data.size()));
  bytes.insert(bytes.end(), data.begin(), data.end());
  return *this;
}

DnsMessage& DnsMessage::ptr(const std::string& dotted, std::uint32_t ttl_s) {
  return add(Section::answer, question_name(), 12, ttl_s, wire_name(dotted));
}

DnsMessage& DnsMessage::soa(const std::string& zone, const std::string& mailbox, std::uint32_t ttl_s) {
  DnsBytes data = wire_name("ns." + zone);
  const DnsBytes mail = wire_name(mailbox);
  data.insert(data.end(), mail.begin(), mail.end());
  for (const std::uint32_t number : {1u, 7200u, 900u, 1209600u, ttl_s}) put32(data, number);
  return add(Section::beside, wire_name(zone), 6, ttl_s, data);
}

std::string question_of(std::span<const std::uint8_t> query) {
  std::string text;
  for (std::size_t at = header; at < query.size() && query[at] != 0; at += query[at] + std::size_t{1}) {
    if (!text.empty()) text += '.';
    for (std::size_t i = 1; i <= query[at] && at + i < query.size(); ++i) text += static_cast<char>(query[at + i]);
  }
  return text;
}

std::uint32_t address_of(std::span<const std::uint8_t> query) {
  std::uint32_t address = 0;
  std::size_t at = header;
  for (int part = 0; part < 4 && at < query.size(); ++part) {
    std::uint32_t number = 0;
    for (std::size_t i = 1; i <= query[at] && at + i < query.size(); ++i) number = number * 10 + (query[at + i] - '0');
    address |= (number & 0xFF) << (8 * part);
    at += query[at] + std::size_t{1};
  }
  return address;
}

int type_of(std::span<const std::uint8_t> query) {
  const std::size_t end = question_end(query);
  return end <= query.size() ? query[end - 4] << 8 | query[end - 3] : 0;
}

DnsResponder::DnsResponder(Answer answer, std::uint16_t port) : answer_(std::move(answer)) {
  socket_ = ::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
  const int buffer = 4 << 20;
  ::setsockopt(socket_, SOL_SOCKET, SO_RCVBUF, &buffer, sizeof buffer);
  sockaddr_in here{};
  here.sin_family = AF_INET;
  here.sin_port = htons(port);
  here.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t size = sizeof here;
  if (::bind(socket_, reinterpret_cast<sockaddr*>(&here), size) != 0 ||
      ::getsockname(socket_, reinterpret_cast<sockaddr*>(&here), &size) != 0) {
    std::perror("responder");
    std::abort();
  }
  port_ = ntohs(here.sin_port);
  thread_ = std::jthread([this] { serve(); });
}

DnsResponder::~DnsResponder() {
  stop_ = true;
  thread_.join();
  ::close(socket_);
}

void DnsResponder::serve() {
  std::vector<std::array<std::uint8_t, longest_query>> queries(batch);
  std::vector<sockaddr_in> peers(batch);
  std::vector<iovec> places(batch);
  std::vector<mmsghdr> in(batch);
  std::vector<mmsghdr> out;
  std::vector<iovec> out_places;
  std::vector<std::vector<DnsBytes>> replies(batch);
  while (!stop_) {
    pollfd ready{.fd = socket_, .events = POLLIN, .revents = 0};
    if (::poll(&ready, 1, 20) <= 0) continue;
    for (std::size_t i = 0; i < batch; ++i) {
      places[i] = {queries[i].data(), queries[i].size()};
      in[i] = {};
      in[i].msg_hdr.msg_name = &peers[i];
      in[i].msg_hdr.msg_namelen = sizeof peers[i];
      in[i].msg_hdr.msg_iov = &places[i];
      in[i].msg_hdr.msg_iovlen = 1;
    }
    const int got = ::recvmmsg(socket_, in.data(), batch, MSG_DONTWAIT, nullptr);
    if (got <= 0) continue;
    queries_ += static_cast<std::uint64_t>(got);
    out.clear();
    out_places.clear();
    out_places.reserve(batch * 8);
    for (std::size_t i = 0; i < static_cast<std::size_t>(got); ++i) {
      replies[i].clear();
      answer_({queries[i].data(), in[i].msg_len}, replies[i]);
      for (DnsBytes& reply : replies[i]) {
        if (out_places.size() == out_places.capacity()) break;
        out_places.push_back({reply.data(), reply.size()});
        mmsghdr message{};
        message.msg_hdr.msg_name = &peers[i];
        message.msg_hdr.msg_namelen = sizeof peers[i];
        message.msg_hdr.msg_iov = &out_places.back();
        message.msg_hdr.msg_iovlen = 1;
        out.push_back(message);
      }
    }
    for (std::size_t sent = 0; sent < out.size();) {
      const int done = ::sendmmsg(socket_, out.data() + sent, static_cast<unsigned>(out.size() - sent), 0);
      sent += done > 0 ? static_cast<std::size_t>(done) : 1;
    }
  }
}

DnsResponder::Answer plan_zone() {
  return [](std::span<const std::uint8_t> query, std::vector<DnsBytes>& replies) {
    const std::uint32_t address = address_of(query);
    const std::uint32_t which = address % 20;
    if (which == 1) return;
    if (which == 0 || which == 9) {
      replies.push_back(DnsMessage(query, which == 0 ? 2 : 5).bytes);
    } else if (which <= 8) {
      const std::string zone =
          std::to_string(address >> 16 & 0xFF) + "." + std::to_string(address >> 24) + ".in-addr.arpa";
      replies.push_back(DnsMessage(query, which == 8 ? 0 : 3).soa(zone, "hostmaster.owner.example.org").bytes);
    } else {
      char name[80];
      std::snprintf(name, sizeof name, "host-%u-%u-%u-%u.pool.example.net", address >> 24, address >> 16 & 0xFF,
                    address >> 8 & 0xFF, address & 0xFF);
      replies.push_back(DnsMessage(query).ptr(name).bytes);
    }
  };
}

}  // namespace secondwave
