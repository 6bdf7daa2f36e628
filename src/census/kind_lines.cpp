#include "census/kind_lines.hpp"

#include <algorithm>

#include "census/dns_message.hpp"
#include "census/kind_name.hpp"
#include "ingest/counting.hpp"

namespace secondwave {
namespace {

bool looks_like_ipv6(std::string_view text) {
  return text.size() >= 2 && text.size() <= 45 && text.find(':') != std::string_view::npos &&
         text.find_first_not_of("0123456789abcdefABCDEF:.") == std::string_view::npos;
}

}  // namespace

void KindLines::on_line(std::string_view line, std::uint64_t number) {
  if (!failed_) return;
  if (line.empty() || line[0] == '#') {
    ++counts_.other;
    return;
  }
  const std::size_t tab = line.find('\t');
  const std::string_view address = line.substr(0, tab);
  const std::optional<Ipv4> ipv4 = try_parse_ipv4(address);
  if (tab == std::string_view::npos || (!ipv4 && !looks_like_ipv6(address))) {
    count_bad(counts_, number, tab == std::string_view::npos ? "no tab behind an address" : "not an address", line);
    return;
  }
  std::string_view name = line.substr(tab + 1);
  name = without_outer_spaces(name.substr(0, name.find('\t')));
  if (name.size() > max_name_bytes) {
    count_bad(counts_, number, "a name longer than any can be", line);
    return;
  }
  ++counts_.sightings;
  failed_ = take_({address, name, classifier_.classify(name, {.address = ipv4})});
}

Result<std::size_t> KindLines::read(std::string_view bytes, bool last) {
  const std::size_t taken =
      framing_.cut(bytes, last, counts_, [&](std::string_view line, std::uint64_t number) { on_line(line, number); });
  if (!failed_) return tl::unexpected(failed_.error());
  return taken;
}

}  // namespace secondwave
