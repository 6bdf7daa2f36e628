// From hosts to notices: one for each owner.
#pragma once

#include <functional>
#include <vector>

#include "records/host_fact.hpp"
#include "report/notice.hpp"
#include "report/notice_contacts.hpp"

namespace secondwave {

/// Hosts in the order of their notices, and the notices that point into them; may be moved, not copied.
struct NoticeSet {
  std::vector<NoticeHost> hosts;
  std::vector<Notice> notices;
  NoticeSet() = default;
  NoticeSet(NoticeSet&&) = default;
  NoticeSet& operator=(NoticeSet&&) = default;
};

/// What is known of an address from tables and from the store; asked once for each address, in ascending order.
using HostFacts = std::function<HostFact(Ipv4)>;

/// Groups hosts by owner, which is, first that applies: the contact that the book names for the address or its AS; the
/// contact in the facts; the AS; the /16 in which the address lies. Names, countries and AS numbers of the facts are
/// written into the hosts. Requires hosts ordered by address, then label. Gives notices in order of their owner's key.
[[nodiscard]] NoticeSet group_notices(std::vector<NoticeHost> hosts, const ContactBook& book, const HostFacts& facts,
                                      const NoticeRun& run);

}  // namespace secondwave
