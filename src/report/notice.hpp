// A notice: all hosts of one network owner that a sensor saw do harm, what they did, and what to do about it. Plain
// data here; each format has a writer of its own. Nothing is sent by this program: notices are files.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "net/prefix.hpp"

namespace secondwave {

/// How widely a notice may be shown (Traffic Light Protocol 2.0 of FIRST).
enum class Tlp : std::uint8_t { clear, green, amber, red };
/// "clear", "green", "amber", "red".
[[nodiscard]] std::string_view to_string(Tlp tlp);
/// "CLEAR", "GREEN", "AMBER", "RED".
[[nodiscard]] std::string tlp_upper(Tlp tlp);

/// One host under one label. Texts are from outside and may hold any bytes: each writer escapes them.
struct NoticeHost {
  Ipv4 address = 0;
  std::uint32_t label = 0;    ///< index into NoticeRun::labels
  std::uint64_t sensors = 0;  ///< bit n: sensor n of NoticeRun::sensors
  std::int64_t first_us = 0;  ///< earliest and latest sighting under the label, microseconds since 1970 UTC
  std::int64_t last_us = 0;
  std::uint64_t sightings = 0;
  std::uint64_t packets = 0;  ///< 0: the sensor counts none
  std::uint64_t targets = 0;  ///< distinct addresses that it touched
  std::uint32_t asn = 0;      ///< 0: unknown
  std::int64_t evidence_us = 0;
  std::string country;   ///< two letters, or empty
  std::string name;      ///< reverse name, or empty
  std::string evidence;  ///< a sample of what it sent; 200 bytes of it at most are shown
};

/// To whom the hosts belong, as far as is known.
struct NoticeOwner {
  enum class Kind : std::uint8_t { contact, as, prefix };
  Kind kind = Kind::prefix;
  std::string key;      ///< "abuse@example.net", "AS64500", "192.0.0.0/16": one notice for each
  std::string contact;  ///< mail address; empty where none is known
  std::string name;     ///< of the contact or the AS; may be empty
  std::string source;   ///< where the contact or the AS is from: a file, a table, the store
};

struct Notice {
  NoticeOwner owner;
  std::string id;                     ///< UUID, version 5, of all that the notice says (see notice_id)
  std::span<const NoticeHost> hosts;  ///< by address, then label; never empty
};

/// What to do about a label, with its source.
struct Advice {
  std::string title;       ///< "Code Red II"
  std::string protocol;    ///< "tcp", "udp", "icmp", or empty: not one alone
  std::uint16_t port = 0;  ///< 0: not one alone
  bool infected = true;    ///< the host runs malware; false: it may be a person or a program of its owner
  std::string what;        ///< what the label means
  std::vector<std::string> steps;
  std::string source;
};

struct NoticeSensor {
  std::string name;
  std::string time_zone;  ///< in which its records were read; all times in a notice are UTC
};

/// Who reports.
struct NoticeSender {
  std::string name = "unnamed sender";
  std::string address = "unset@sender.invalid";  ///< a mail address
  [[nodiscard]] std::string_view domain() const;
};

/// What all notices of a run share.
struct NoticeRun {
  NoticeSender sender;
  Tlp tlp = Tlp::amber;
  bool exercise = false;     ///< every notice says so, in every format
  std::int64_t date_us = 0;  ///< the date that the notices bear; never the clock's, so that the same run gives the same
  std::vector<std::string> labels;
  std::vector<NoticeSensor> sensors;
  std::map<std::string, Advice> advice;  ///< by label

  [[nodiscard]] const std::string& label(const NoticeHost& host) const { return labels[host.label]; }
  /// What to do about a label; words that hold for any where the table has none.
  [[nodiscard]] const Advice& advice_for(const std::string& label) const;
};

/// Where the text of a format goes: `drain` is called with what has gathered when that is more than a megabyte.
class NoticeText {
 public:
  virtual ~NoticeText() = default;
  std::string text;
  void put(std::string_view more) { text += more; }
  /// To be called after each host.
  void host_done() {
    if (text.size() > std::size_t{1} << 20) drain();
  }
  virtual void drain() {}
};

/// The formats: what is behind the name of a notice's file, and what writes it.
struct NoticeFormat {
  std::string_view name;       ///< as in --formats
  std::string_view extension;  ///< ".eml"
  void (*write)(const Notice&, const NoticeRun&, NoticeText&);
};
/// mail, xarf, csv, stix, iodef, intelmq.
[[nodiscard]] std::span<const NoticeFormat> notice_formats();

/// A message for people as in RFC 5322 and 2045: UTF-8, lines ended by CR LF, headers in ASCII.
void write_notice_mail(const Notice& notice, const NoticeRun& run, NoticeText& out);
/// An array of XARF 4 reports, one a host and label.
void write_notice_xarf(const Notice& notice, const NoticeRun& run, NoticeText& out);
/// One row a host and label, with the columns of Shadowserver's event reports in front.
void write_notice_csv(const Notice& notice, const NoticeRun& run, NoticeText& out);
/// A STIX 2.1 bundle: identities, a malware or tool per label, an address and observed data a host, a sighting.
void write_notice_stix(const Notice& notice, const NoticeRun& run, NoticeText& out);
/// An IODEF 2 document (RFC 7970) with one incident and an event a host and label.
void write_notice_iodef(const Notice& notice, const NoticeRun& run, NoticeText& out);
/// IntelMQ events, one JSON object a line.
void write_notice_intelmq(const Notice& notice, const NoticeRun& run, NoticeText& out);

/// The UUID of a notice, version 5: of the owner, all hosts with their times and counts, the mark, the sender, the date
/// and whether it is an exercise. The same run gives the same.
[[nodiscard]] std::string notice_id(const NoticeOwner& owner, std::span<const NoticeHost> hosts, const NoticeRun& run);

/// "12 hosts in AS64500 seen with code-red-2, nimda": one line, plain ASCII, no text of strangers in it but the key.
[[nodiscard]] std::string notice_title(const Notice& notice, const NoticeRun& run);

/// Names of the sensors that saw any of the hosts, with the time zones of their records: "web1 (read as
/// Europe/Berlin)".
[[nodiscard]] std::string notice_sensors(std::uint64_t sensors, const NoticeRun& run);

/// The same, made once for hosts that the same sensors saw, as one line of safe text.
class SensorWords {
 public:
  explicit SensorWords(const NoticeRun& run) : run_(run) {}
  [[nodiscard]] const std::string& of(std::uint64_t sensors);

 private:
  const NoticeRun& run_;
  std::map<std::uint64_t, std::string> known_;
};

/// Earliest and latest sighting of all hosts.
struct NoticeSpan {
  std::int64_t first_us = 0;
  std::int64_t last_us = 0;
  std::uint64_t sightings = 0;
  std::uint64_t addresses = 0;  ///< distinct
  std::uint64_t sensors = 0;
};
[[nodiscard]] NoticeSpan span_of(std::span<const NoticeHost> hosts);

}  // namespace secondwave
