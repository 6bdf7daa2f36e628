#include "census/zdns_line.hpp"

#include <simdjson.h>

#include <algorithm>
#include <array>
#include <optional>
#include <string>

#include "base/time.hpp"
#include "census/dns_message.hpp"
#include "census/domain.hpp"

namespace secondwave {
namespace {

using simdjson::dom::array;
using simdjson::dom::element;
using simdjson::dom::object;

constexpr std::int64_t zdns_second_us = 1'000'000;
constexpr std::int64_t longest_ttl_s = 7 * 86'400;
constexpr std::int64_t usual_ttl_s = 86'400;

std::string_view text_of(const object& from, std::string_view key) {
  std::string_view text;
  if (from[key].get(text) != simdjson::SUCCESS) return {};
  return text;
}

std::int64_t number_of(const object& from, std::string_view key, std::int64_t otherwise) {
  std::int64_t number = 0;
  return from[key].get(number) == simdjson::SUCCESS ? number : otherwise;
}

/// "192.0.2.1" or "1.2.0.192.in-addr.arpa".
std::optional<Ipv4> address_in(std::string_view text) {
  if (const std::optional<Ipv4> address = try_parse_ipv4(text)) return address;
  constexpr std::string_view arpa = ".in-addr.arpa";
  if (text.ends_with('.')) text.remove_suffix(1);
  if (!text.ends_with(arpa)) return std::nullopt;
  text.remove_suffix(arpa.size());
  const std::optional<Ipv4> turned = try_parse_ipv4(text);
  if (!turned) return std::nullopt;
  return __builtin_bswap32(*turned);
}

std::optional<LookupOutcome> outcome_of(std::string_view status) {
  struct Row {
    std::string_view status;
    LookupOutcome outcome;
  };
  constexpr std::array rows = std::to_array<Row>({
      {"NOERROR", LookupOutcome::answered},
      {"NXDOMAIN", LookupOutcome::no_such_name},
      {"NO_ANSWER", LookupOutcome::no_data},
      {"NO_RECORD", LookupOutcome::no_data},
      {"SERVFAIL", LookupOutcome::server_failure},
      {"REFUSED", LookupOutcome::refused},
      {"NOTIMP", LookupOutcome::refused},
      {"NOTAUTH", LookupOutcome::refused},
      {"TIMEOUT", LookupOutcome::timeout},
      {"ITERATIVE_TIMEOUT", LookupOutcome::timeout},
      {"ERROR", LookupOutcome::unusable},
      {"FORMERR", LookupOutcome::unusable},
      {"TRUNCATED", LookupOutcome::unusable},
      {"TEMPORARY", LookupOutcome::unusable},
  });
  for (const Row& row : rows) {
    if (row.status == status) return row.outcome;
  }
  return std::nullopt;
}

void read_answers(const array& answers, NameAnswer& into, std::int64_t& ttl_s) {
  for (const element each : answers) {
    object record;
    if (each.get(record) != simdjson::SUCCESS || text_of(record, "type") != "PTR") continue;
    std::string name = presentable_name(text_of(record, "answer"));
    if (name.empty() || (!into.name.empty() && into.name <= name)) continue;
    into.name = std::move(name);
    ttl_s = number_of(record, "ttl", usual_ttl_s);
  }
}

void read_authorities(const array& authorities, NameAnswer& into) {
  for (const element each : authorities) {
    object record;
    if (each.get(record) != simdjson::SUCCESS || text_of(record, "type") != "SOA") continue;
    into.zone = presentable_name(text_of(record, "name"));
    const std::string mailbox = presentable_name(text_of(record, "mbox"));
    const std::size_t dot = mailbox.find('.');
    if (dot != std::string::npos) into.zone_owner = zone_owner_of(into.zone, std::string_view(mailbox).substr(dot + 1));
  }
}

}  // namespace

struct ZdnsLine::Parser {
  simdjson::dom::parser parser;
};

ZdnsLine::ZdnsLine() : parser_(std::make_unique<Parser>()) {}
ZdnsLine::~ZdnsLine() = default;

const char* ZdnsLine::read(std::string_view line, NameAnswer& answer) {
  object result;
  if (parser_->parser.parse(line.data(), line.size()).get(result) != simdjson::SUCCESS) return "not a JSON object";
  const std::optional<Ipv4> address = address_in(text_of(result, "name"));
  if (!address) return "its name is no IPv4 address";
  object inner;  // version 2: one result for each module
  if (result["results"]["PTR"].get(inner) == simdjson::SUCCESS) result = inner;
  const std::optional<LookupOutcome> outcome = outcome_of(text_of(result, "status"));
  if (!outcome) return "a status that is not known";
  answer.address = *address;
  answer.outcome = *outcome;
  if (const Result<UtcTime> time = parse_utc(text_of(result, "timestamp"))) answer.asked_us = time->microseconds();
  std::int64_t ttl_s = usual_ttl_s;
  array list;
  if (result["data"]["answers"].get(list) == simdjson::SUCCESS) read_answers(list, answer, ttl_s);
  if (result["data"]["authorities"].get(list) == simdjson::SUCCESS) read_authorities(list, answer);
  if (answer.outcome == LookupOutcome::answered && answer.name.empty()) answer.outcome = LookupOutcome::no_data;
  if (answer.outcome != LookupOutcome::answered) answer.name.clear();
  answer.expires_us = answer.asked_us + std::clamp<std::int64_t>(ttl_s, 0, longest_ttl_s) * zdns_second_us;
  return nullptr;
}

}  // namespace secondwave
