// Any bytes are answers of RDAP or an error, also through the door that tells tables from RDAP: no crash, no contact
// that is not a plain mail address.
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <string_view>

#include "report/notice_contacts.hpp"
#include "report/notice_text.hpp"

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const bool door : {false, true}) {
    secondwave::ContactBook book;
    const auto read = door ? book.read(text, "fuzzed", 1.0) : book.read_rdap(text, "fuzzed", 1.0);
    require(read.has_value() == (book.size() > 0));
    if (!read) require(read.error().kind == secondwave::ErrorKind::data && !read.error().text().empty());
    for (const secondwave::Ipv4 address : {0u, 0x01000000u, 0xC0000201u, 0xFFFFFFFFu}) {
      const secondwave::NetworkContact* contact = book.find(address, 64500);
      if (contact != nullptr) require(secondwave::is_mail_address(contact->address));
    }
  }
  return 0;
}
