// Answers of RDAP servers (RFC 9083; contact cards as in RFC 7095), read as untrusted input.
#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <optional>

#include "report/notice_contacts.hpp"
#include "report/notice_text.hpp"

namespace secondwave {
namespace {

using RdapJson = nlohmann::json;

constexpr int rdap_deepest = 40;
constexpr std::size_t rdap_most_values = 10'000'000;
constexpr int deepest_entity = 8;
constexpr std::uint32_t widest_asn_block = 1024;

struct RdapRefused {
  const char* why;
};

/// Nothing where the text is not JSON, is nested too deeply or holds too many values.
std::optional<RdapJson> parse_rdap(std::string_view text, std::string& why) {
  std::size_t values = 0;
  const auto watch = [&values](int depth, RdapJson::parse_event_t, RdapJson&) {
    if (depth > rdap_deepest) throw RdapRefused{"it is nested too deeply"};
    if (++values > rdap_most_values) throw RdapRefused{"it holds too many values"};
    return true;
  };
  try {
    return RdapJson::parse(text.begin(), text.end(), watch);
  } catch (const RdapJson::exception&) {
    why = "it is not valid JSON";
  } catch (const RdapRefused& refused) {
    why = refused.why;
  }
  return std::nullopt;
}

const RdapJson* member(const RdapJson& object, const char* name) {
  if (!object.is_object()) return nullptr;
  const auto found = object.find(name);
  return found == object.end() ? nullptr : &*found;
}

std::string text_of(const RdapJson* value) {
  return value != nullptr && value->is_string() ? value->get<std::string>() : std::string();
}

/// The first usable value of a property of a contact card: ["vcard", [["email", {}, "text", "abuse@example.net"]]].
std::string card_value(const RdapJson& entity, const char* property, bool mail) {
  const RdapJson* card = member(entity, "vcardArray");
  if (card == nullptr || !card->is_array() || card->size() < 2 || !(*card)[1].is_array()) return {};
  for (const RdapJson& line : (*card)[1]) {
    if (!line.is_array() || line.size() < 4 || !line[0].is_string() || line[0] != property) continue;
    const std::string value = text_of(&line[3]);
    if (!value.empty() && (!mail || is_mail_address(value))) return value;
  }
  return {};
}

bool has_role(const RdapJson& entity, std::string_view role) {
  const RdapJson* roles = member(entity, "roles");
  if (roles == nullptr || !roles->is_array()) return false;
  return std::any_of(roles->begin(), roles->end(),
                     [&](const RdapJson& each) { return each.is_string() && each == role; });
}

/// The mail address of the nearest entity with the role "abuse".
std::string abuse_address(const RdapJson& object, int depth = 0) {
  const RdapJson* entities = member(object, "entities");
  if (entities == nullptr || !entities->is_array() || depth > deepest_entity) return {};
  for (const RdapJson& entity : *entities) {
    if (!has_role(entity, "abuse")) continue;
    if (std::string address = card_value(entity, "email", true); !address.empty()) return address;
  }
  for (const RdapJson& entity : *entities) {
    if (std::string address = abuse_address(entity, depth + 1); !address.empty()) return address;
  }
  return {};
}

/// Name of the registrant, else of the object.
std::string owner_name(const RdapJson& object) {
  const RdapJson* entities = member(object, "entities");
  if (entities != nullptr && entities->is_array()) {
    for (const RdapJson& entity : *entities) {
      if (!has_role(entity, "registrant")) continue;
      if (std::string name = card_value(entity, "fn", false); !name.empty()) return notice_line(name);
    }
  }
  return notice_line(text_of(member(object, "name")));
}

std::vector<Prefix> network_prefixes(const RdapJson& object) {
  std::vector<Prefix> all;
  const RdapJson* listed = member(object, "cidr0_cidrs");
  if (listed != nullptr && listed->is_array()) {
    for (const RdapJson& each : *listed) {
      const RdapJson* length = member(each, "length");
      const std::string base = text_of(member(each, "v4prefix"));
      if (base.empty() || length == nullptr || !length->is_number_unsigned()) continue;
      if (const auto prefix = try_parse_prefix(fmt::format("{}/{}", base, length->get<std::uint64_t>())))
        all.push_back(*prefix);
    }
  }
  if (!all.empty()) return all;
  const auto first = try_parse_ipv4(text_of(member(object, "startAddress")));
  const auto last = try_parse_ipv4(text_of(member(object, "endAddress")));
  if (first && last && *first <= *last) all = prefixes_of({*first, *last});
  return all;
}

/// Adds what one object says; what is wrong with it, or an empty text.
std::string add_rdap_object(ContactBook& book, const RdapJson& object, const std::string& file) {
  const std::string kind = text_of(member(object, "objectClassName"));
  if (kind != "ip network" && kind != "autnum") return "it is neither an \"ip network\" nor an \"autnum\"";
  const NetworkContact contact{.address = abuse_address(object), .name = owner_name(object), .source = file};
  if (contact.address.empty()) return "it names no abuse contact with a plain mail address";
  bool added = false;
  if (kind == "ip network") {
    const std::vector<Prefix> prefixes = network_prefixes(object);
    if (prefixes.empty()) return "it has no range of IPv4 addresses";
    for (const Prefix& prefix : prefixes) added = book.add(prefix, contact) || added;
  } else {
    const RdapJson* first = member(object, "startAutnum");
    const RdapJson* last = member(object, "endAutnum");
    if (first == nullptr || !first->is_number_unsigned()) return "it has no startAutnum";
    const auto from = first->get<std::uint64_t>();
    const auto to = last != nullptr && last->is_number_unsigned() ? last->get<std::uint64_t>() : from;
    if (from == 0 || to < from || to >= 0xFFFFFFFFu || to - from >= widest_asn_block)
      return "its AS numbers are no block of 1 to 1024";
    for (std::uint64_t asn = from; asn <= to; ++asn)
      added = book.add(static_cast<std::uint32_t>(asn), contact) || added;
  }
  return added ? "" : "all of it has a contact already";
}

void take_rdap(ContactBook& book, const RdapJson& value, std::size_t line, const std::string& file,
               SkippedRecords& skipped) {
  std::string why = add_rdap_object(book, value, file);
  if (why.empty()) {
    ++skipped.read;
  } else {
    skip_record(skipped, line, std::move(why));
  }
}

}  // namespace

Result<SkippedRecords> ContactBook::read_rdap(std::string_view text, const std::string& file, double max_bad_share) {
  SkippedRecords skipped;
  std::string why;
  if (const auto whole = parse_rdap(text, why)) {
    if (!whole->is_array()) take_rdap(*this, *whole, 1, file, skipped);
    if (whole->is_array()) {
      for (const RdapJson& each : *whole) take_rdap(*this, each, 1, file, skipped);
    }
  } else {
    for (std::size_t number = 1; !text.empty(); ++number) {
      const std::size_t newline = std::min(text.find('\n'), text.size());
      const std::string_view row = text.substr(0, newline);
      text.remove_prefix(std::min(newline + 1, text.size()));
      if (row.find_first_not_of(" \t\r") == std::string_view::npos) continue;
      if (const auto object = parse_rdap(row, why)) {
        take_rdap(*this, *object, number, file, skipped);
      } else {
        skip_record(skipped, number, why);
      }
    }
  }
  if (const Status good = judge_skipped(skipped, file, max_bad_share,
                                        "wanted: answers of an RDAP server about networks or AS numbers, as JSON");
      !good)
    return tl::unexpected(good.error());
  return skipped;
}

}  // namespace secondwave
