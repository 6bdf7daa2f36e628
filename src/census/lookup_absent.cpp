// Built without c-ares: nobody can be asked.
#include "census/lookup.hpp"

namespace secondwave {
namespace {

tl::unexpected<Error> absent() {
  return failure(ErrorKind::machine, "this program was built without c-ares, so it cannot ask for names", {},
                 "build it with the package libc-ares-dev, or give the names with --offline FILE");
}

}  // namespace

Result<std::vector<Resolver>> system_resolvers() {
  return absent();
}

Result<LookupTraffic> look_up(const LookupOptions&, std::uint64_t, const std::function<DnsQuestion(std::uint64_t)>&,
                              const std::function<Status(std::uint64_t, DnsAnswer&&)>&, Progress*, const CancelToken*) {
  return absent();
}

}  // namespace secondwave
