#include "report/notice_grouping.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <numeric>
#include <unordered_map>

#include "report/notice_text.hpp"

namespace secondwave {
namespace {

/// Mail domains know no case, so a contact is one owner however its domain is written.
std::string contact_key(std::string_view address) {
  std::string key(address);
  const std::size_t at = std::min(key.find('@'), key.size());
  std::transform(key.begin() + static_cast<std::ptrdiff_t>(at), key.end(),
                 key.begin() + static_cast<std::ptrdiff_t>(at),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c; });
  return key;
}

NoticeOwner owner_of(Ipv4 address, const ContactBook& book, const HostFact& fact) {
  NoticeOwner owner;
  if (const NetworkContact* contact = book.find(address, fact.asn)) {
    owner.kind = NoticeOwner::Kind::contact;
    owner.contact = contact_key(contact->address);
    owner.key = owner.contact;
    owner.name = contact->name;
    owner.source = contact->source;
  } else if (is_mail_address(fact.abuse_contact)) {
    owner.kind = NoticeOwner::Kind::contact;
    owner.contact = contact_key(fact.abuse_contact);
    owner.key = owner.contact;
    owner.source = "the store";
  } else if (fact.asn != 0) {
    owner.kind = NoticeOwner::Kind::as;
    owner.key = fmt::format("AS{}", fact.asn);
    owner.name = notice_line(fact.as_name);
    owner.source = "the table of networks";
  } else {
    owner.kind = NoticeOwner::Kind::prefix;
    owner.key = to_string(Prefix{address & Prefix::mask(16), 16});
    owner.source = "nothing is known: addresses of one /16 together";
  }
  return owner;
}

/// Owners by their key, each once, numbered as they come.
class OwnerNumbers {
 public:
  std::uint32_t number(NoticeOwner owner) {
    const auto [found, added] = numbers_.emplace(owner.key, static_cast<std::uint32_t>(owners.size()));
    if (added) owners.push_back(std::move(owner));
    return found->second;
  }
  std::vector<NoticeOwner> owners;

 private:
  std::unordered_map<std::string, std::uint32_t> numbers_;
};

/// By key; networks by AS number and address, not by their letters.
std::vector<std::uint32_t> in_order(const std::vector<NoticeOwner>& owners) {
  const auto rank = [](const NoticeOwner& owner) {
    std::uint64_t number = 0;
    if (owner.kind == NoticeOwner::Kind::as) number = parse_asn(owner.key).value_or(0);
    if (owner.kind == NoticeOwner::Kind::prefix) number = parse_prefix(owner.key).value_or(Prefix{}).base;
    return std::tuple(owner.kind, number, std::string_view(owner.key));
  };
  std::vector<std::uint32_t> order(owners.size());
  std::iota(order.begin(), order.end(), 0u);
  std::sort(order.begin(), order.end(), [&](auto a, auto b) { return rank(owners[a]) < rank(owners[b]); });
  return order;
}

}  // namespace

NoticeSet group_notices(std::vector<NoticeHost> hosts, const ContactBook& book, const HostFacts& facts,
                        const NoticeRun& run) {
  OwnerNumbers numbers;
  std::vector<std::uint32_t> owner_of_host(hosts.size());
  HostFact fact;
  for (std::size_t i = 0; i < hosts.size(); ++i) {
    NoticeHost& host = hosts[i];
    const bool again = i > 0 && hosts[i - 1].address == host.address;
    if (!again) fact = facts(host.address);
    host.asn = fact.asn;
    host.country = fact.country;
    if (!fact.name.empty()) host.name = fact.name;
    owner_of_host[i] = again ? owner_of_host[i - 1] : numbers.number(owner_of(host.address, book, fact));
  }
  const std::vector<std::uint32_t> order = in_order(numbers.owners);
  std::vector<std::size_t> place(order.size() + 1, 0);  // where the hosts of an owner begin
  std::vector<std::size_t> count(order.size(), 0);
  for (const std::uint32_t owner : owner_of_host) ++count[owner];
  std::vector<std::size_t> next(order.size(), 0);
  for (std::size_t i = 0; i < order.size(); ++i) {
    next[order[i]] = place[i];
    place[i + 1] = place[i] + count[order[i]];
  }
  NoticeSet set;
  set.hosts.resize(hosts.size());
  for (std::size_t i = 0; i < hosts.size(); ++i) set.hosts[next[owner_of_host[i]]++] = std::move(hosts[i]);
  const std::span<const NoticeHost> all = set.hosts;
  for (std::size_t i = 0; i < order.size(); ++i) {
    Notice notice{
        .owner = std::move(numbers.owners[order[i]]), .id = {}, .hosts = all.subspan(place[i], count[order[i]])};
    notice.id = notice_id(notice.owner, notice.hosts, run);
    set.notices.push_back(std::move(notice));
  }
  return set;
}

}  // namespace secondwave
