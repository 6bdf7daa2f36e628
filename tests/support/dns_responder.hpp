// A name server of the tests and benchmarks, on loopback: it answers as it is told to, or lies as it is told to.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <thread>
#include <vector>

namespace secondwave {

using DnsBytes = std::vector<std::uint8_t>;

/// A message built from parts. Nothing stops it from being nonsense.
class DnsMessage {
 public:
  /// Begins a reply to a query: its id and question, `code` in the flags.
  explicit DnsMessage(std::span<const std::uint8_t> query, int code = 0);
  enum class Section { answer = 6, beside = 8 };
  /// The name of the question again, as a pointer.
  [[nodiscard]] static DnsBytes question_name() { return {0xC0, 12}; }
  [[nodiscard]] static DnsBytes wire_name(const std::string& dotted);
  DnsMessage& add(Section section, const DnsBytes& owner, int type, std::uint32_t ttl_s, const DnsBytes& data);
  DnsMessage& ptr(const std::string& dotted, std::uint32_t ttl_s = 3600);
  DnsMessage& soa(const std::string& zone, const std::string& mailbox, std::uint32_t ttl_s = 600);
  DnsBytes bytes;
};

/// The text of the question of a query: "1.2.0.192.in-addr.arpa"; and its address, where it is about one.
[[nodiscard]] std::string question_of(std::span<const std::uint8_t> query);
[[nodiscard]] std::uint32_t address_of(std::span<const std::uint8_t> query);
[[nodiscard]] int type_of(std::span<const std::uint8_t> query);

/// Answers queries from a thread of its own until it is destroyed..
class DnsResponder {
 public:
  /// Gives replies to one query: none is silence, several are sent one after the other.
  using Answer = std::function<void(std::span<const std::uint8_t> query, std::vector<DnsBytes>& replies)>;
  explicit DnsResponder(Answer answer, std::uint16_t port = 0);
  DnsResponder(const DnsResponder&) = delete;
  DnsResponder& operator=(const DnsResponder&) = delete;
  ~DnsResponder();
  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] std::uint64_t queries() const { return queries_; }

 private:
  void serve();
  Answer answer_;
  int socket_ = -1;
  std::uint16_t port_ = 0;
  std::atomic<bool> stop_{false};
  std::atomic<std::uint64_t> queries_{0};
  std::jthread thread_;
};

/// The zone of the large tests: what is said of an address depends on the address modulo 20: 0 server failure (5%), 1
/// silence (5%), 2 to 7 no such name, 8 no data, 9 refused; the others have a name, "host-A-B-C-D.pool.example.net".
[[nodiscard]] DnsResponder::Answer plan_zone();

}  // namespace secondwave
