// Any bytes are a table of contacts or an error: no crash, and every contact that is taken is a plain mail address with
// a name of one line.
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

void check(const secondwave::ContactBook& book, secondwave::Ipv4 address, std::uint32_t asn) {
  const secondwave::NetworkContact* contact = book.find(address, asn);
  if (contact == nullptr) return;
  require(secondwave::is_mail_address(contact->address));
  require(contact->name.find('\n') == std::string::npos && contact->name.size() <= 800);
  require(secondwave::mailbox(contact->name, contact->address).find("\n\n") == std::string::npos);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view text(reinterpret_cast<const char*>(data), size);
  for (const double max_bad : {0.1, 1.0}) {
    secondwave::ContactBook book;
    const auto read = book.read_table(text, "fuzzed", max_bad);
    if (read) {
      require(read->read == book.size() && read->samples.size() <= 5);
    } else {
      require(read.error().kind == secondwave::ErrorKind::data && !read.error().text().empty());
    }
    for (const secondwave::Ipv4 address : {0u, 0xC0000201u, 0xC6336401u, 0xFFFFFFFFu}) check(book, address, 64500);
  }
  return 0;
}
