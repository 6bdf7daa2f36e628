// Domains of names: what a census counts by.
#pragma once

#include <string_view>

namespace secondwave {

/// The last label of a name in presentation form: "com" of "host.example.com". Empty where the name is empty or ends
/// in a label that no top-level domain can be (digits alone: an address in the place of a name).
[[nodiscard]] std::string_view top_level_domain(std::string_view name);

/// The domain that somebody registered: the public suffix and the label before it ("example.co.uk", "hinet.net").
/// The whole name where it is nothing but a suffix; empty where top_level_domain is. Approximate: suffixes of two
/// labels are told by a table of the usual second labels under country domains (co, com, ne, ad, or ...; source: the
/// ICANN part of publicsuffix.org), not by the whole list.
[[nodiscard]] std::string_view registered_domain(std::string_view name);

}  // namespace secondwave
