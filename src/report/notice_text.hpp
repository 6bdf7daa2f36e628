// Text from outside, made safe for each format of a notice.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace secondwave {

/// Printable ASCII on one line, at most `most` bytes: every other byte is \xNN. A backslash stays what it is: evidence
/// comes out of the store and names out of DNS with bytes shown so already, and shown twice they would not be read.
[[nodiscard]] std::string notice_ascii(std::string_view text, std::size_t most);

/// Valid UTF-8 on one line, at most `most` characters; controls, marks that reorder text and characters without width
/// become U+FFFD.
[[nodiscard]] std::string notice_line(std::string_view text, std::size_t most = 200);

/// Appends a JSON string with its quotes. All that is not printable ASCII, and < > &, is written \uXXXX, so that no
/// page or viewer takes it for anything else.
void append_json(std::string& out, std::string_view text);

/// Appends text for XML, between tags or in quotes. All that is not printable ASCII is a numbered entity, what XML
/// cannot hold is U+FFFD.
void append_xml(std::string& out, std::string_view text);

void append_base64(std::string& out, std::string_view bytes);

/// A header's text as RFC 2047 wants it: as it is where it is printable ASCII, else encoded words of UTF-8, at most 75
/// characters each, with folding. Never a line that begins a new header.
[[nodiscard]] std::string encoded_header(std::string_view text);

/// "Name <address>" as in RFC 5322, the name quoted or encoded where needed; the address alone where there is no name.
/// Requires is_mail_address(address).
[[nodiscard]] std::string mailbox(std::string_view name, std::string_view address);

/// True for a plain address: dot-atom @ letters, digits, hyphens and dots with at least one dot in the domain, at most
/// 254 bytes. Quoted local parts, comments, addresses in brackets and letters beyond ASCII are not taken.
[[nodiscard]] bool is_mail_address(std::string_view text);

/// "2001-08-01T17:54:00Z", whole seconds (rounded down).
[[nodiscard]] std::string notice_time(std::int64_t time_us);
/// "2001-08-01 17:54:00".
[[nodiscard]] std::string notice_csv_time(std::int64_t time_us);
/// "Wed, 01 Aug 2001 17:54:00 +0000".
[[nodiscard]] std::string notice_mail_time(std::int64_t time_us);

/// The UUID, version 5 (RFC 9562: SHA-1), of a name in a name space given as 16 bytes.
[[nodiscard]] std::string uuid5(std::string_view space, std::string_view name);
/// The name space of all notices, and the one that STIX 2.1 gives for addresses and the like.
[[nodiscard]] std::string_view notice_uuid_space();
[[nodiscard]] std::string_view stix_uuid_space();
/// The 16 bytes behind a UUID's text. Requires a UUID as uuid5 writes it.
[[nodiscard]] std::string uuid_bytes(std::string_view uuid);

}  // namespace secondwave
