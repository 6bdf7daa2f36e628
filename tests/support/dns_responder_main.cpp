// The name server of the large tests as a program: prints its port, answers on loopback until its standard input ends,
// then prints how many queries came.
#include <cstdio>

#include "support/dns_responder.hpp"

int main() {
  const secondwave::DnsResponder responder(secondwave::plan_zone());
  std::printf("%u\n", unsigned{responder.port()});
  std::fflush(stdout);
  while (std::getchar() != EOF) {
  }
  std::printf("%llu\n", static_cast<unsigned long long>(responder.queries()));
  return 0;
}
