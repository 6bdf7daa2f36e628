// Any bytes are an answer of some outcome: no crash, names printable, no name without an answer.
#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstdlib>

#include "census/dns_message.hpp"
#include "census/domain.hpp"

namespace {

using namespace secondwave;

void require(bool condition) {
  if (!condition) std::abort();
}

bool printable(const std::string& text) {
  return text.size() <= 1100 && std::all_of(text.begin(), text.end(), [](char c) { return c > ' ' && c < 0x7F; });
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  for (const DnsQuestion& question :
       {DnsQuestion{reverse_name(0x0A000001), RecordType::ptr}, DnsQuestion{"a.example", RecordType::a},
        DnsQuestion{reverse_zone_24(0x0A000001), RecordType::soa}}) {
    const DnsAnswer answer = read_answer({data, size}, question);
    require(answer.outcome != LookupOutcome::not_asked && answer.outcome != LookupOutcome::timeout);
    require(printable(answer.name) && printable(answer.zone) && printable(answer.zone_owner));
    if (question.type == RecordType::ptr) require(answer.name.empty() == (answer.outcome != LookupOutcome::answered));
    require(answer.name.ends_with(registered_domain(answer.name)));
  }
  const std::string name = presentable_name({reinterpret_cast<const char*>(data), size});
  require(printable(name) && name.ends_with(top_level_domain(name)) && name.ends_with(registered_domain(name)));
  return 0;
}
