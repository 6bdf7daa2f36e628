#include "census/resolver.hpp"

#include <arpa/inet.h>

#include <charconv>

namespace secondwave {
namespace {

bool is_address(int family, const std::string& text) {
  unsigned char bytes[16];
  return inet_pton(family, text.c_str(), bytes) == 1;
}

}  // namespace

std::string to_string(const Resolver& resolver) {
  const bool six = resolver.address.find(':') != std::string::npos;
  if (resolver.port == 53) return resolver.address;
  return (six ? "[" + resolver.address + "]" : resolver.address) + ":" + std::to_string(resolver.port);
}

Result<Resolver> parse_resolver(std::string_view text) {
  const auto wrong = [&] {
    return failure(ErrorKind::usage, "'" + std::string(text.substr(0, 80)) + "' is no address of a resolver", {},
                   "write it as 192.0.2.53, 192.0.2.53:5353 or [2001:db8::53]:5353");
  };
  Resolver resolver;
  std::string_view port;
  if (is_address(AF_INET6, std::string(text))) {
    resolver.address = text;
    return resolver;
  }
  if (text.starts_with('[')) {
    const std::size_t end = text.find(']');
    if (end == std::string_view::npos) return wrong();
    resolver.address = text.substr(1, end - 1);
    port = text.substr(end + 1);
    if (!is_address(AF_INET6, resolver.address)) return wrong();
  } else {
    const std::size_t colon = std::min(text.find(':'), text.size());
    resolver.address = text.substr(0, colon);
    port = text.substr(colon);
    if (!is_address(AF_INET, resolver.address)) return wrong();
  }
  if (port.empty()) return resolver;
  const char* const end = port.data() + port.size();
  const auto [stop, fault] = std::from_chars(port.data() + 1, end, resolver.port);
  if (port[0] != ':' || port.size() == 1 || fault != std::errc() || stop != end || resolver.port == 0) return wrong();
  return resolver;
}

}  // namespace secondwave
