#include "census/names_file.hpp"

#include <utility>

#include "census/dns_message.hpp"
#include "census/zdns_line.hpp"
#include "ingest/counting.hpp"
#include "ingest/line_framing.hpp"

namespace secondwave {
namespace {

constexpr std::int64_t day_us = std::int64_t{86'400} * 1'000'000;

/// "address<TAB>name". Gives nothing, or why the line is of no use.
const char* read_tabbed(std::string_view line, NameAnswer& answer) {
  const std::size_t tab = line.find('\t');
  if (tab == std::string_view::npos) return "neither 'address<TAB>name' nor JSON of ZDNS";
  const std::optional<Ipv4> address = try_parse_ipv4(line.substr(0, tab));
  if (!address) return "not an IPv4 address";
  line.remove_prefix(tab + 1);
  // People align columns and leave spaces behind: they are no part of a name.
  answer.name = presentable_name(without_outer_spaces(line.substr(0, line.find('\t'))));
  if (answer.name.empty()) return "no name behind the address, or one that is too long";
  answer.address = *address;
  answer.outcome = LookupOutcome::answered;
  answer.expires_us = answer.asked_us + day_us;
  return nullptr;
}

}  // namespace

struct NamesReader::State {
  std::int64_t file_time_us = 0;
  Take take;
  LineFraming framing;
  ReadCounts counts;
  ZdnsLine zdns;
  Status failed;

  void on_line(std::string_view line, std::uint64_t number) {
    if (!failed) return;
    if (line.empty() || line[0] == '#') {
      ++counts.other;
      return;
    }
    NameAnswer answer{.asked_us = file_time_us};
    const char* why = line[0] == '{' ? zdns.read(line, answer) : read_tabbed(line, answer);
    if (why != nullptr) {
      count_bad(counts, number, why, line);
      return;
    }
    ++counts.sightings;
    failed = take(std::move(answer));
  }
};

NamesReader::NamesReader(std::int64_t file_time_us, Take take) : state_(std::make_unique<State>()) {
  state_->file_time_us = file_time_us;
  state_->take = std::move(take);
}
NamesReader::~NamesReader() = default;

Result<std::size_t> NamesReader::read(std::string_view bytes, bool last) {
  const std::size_t taken = state_->framing.cut(
      bytes, last, state_->counts, [&](std::string_view line, std::uint64_t number) { state_->on_line(line, number); });
  if (!state_->failed) return tl::unexpected(state_->failed.error());
  return taken;
}

const ReadCounts& NamesReader::counts() const {
  return state_->counts;
}

}  // namespace secondwave
