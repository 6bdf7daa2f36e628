// Plain mail text, as RFC 5322 and RFC 2045 want it.
#include <fmt/format.h>

#include <iterator>
#include <set>

#include "report/notice.hpp"
#include "report/notice_text.hpp"

namespace secondwave {
namespace {

constexpr std::size_t mail_width = 76;
constexpr std::size_t mail_samples = 10;
constexpr std::size_t longest_paragraph = 10000;  // as long as a text of an advice file may be
constexpr std::size_t evidence_bytes = 200;

/// Paragraph of words, wrapped, each line behind `indent`.
void put_words(NoticeText& out, std::string_view text, std::string_view first, std::string_view indent) {
  const std::string line_text = notice_line(text, longest_paragraph);
  std::string line(first);
  bool empty = true;
  for (std::string_view rest = line_text; !rest.empty();) {
    const std::size_t space = std::min(rest.find(' '), rest.size());
    const std::string_view word = rest.substr(0, space);
    rest.remove_prefix(std::min(space + 1, rest.size()));
    if (word.empty()) continue;
    if (!empty && line.size() + 1 + word.size() > mail_width) {
      out.put(line + "\r\n");
      line = indent;
      empty = true;
    }
    line += (empty ? "" : " ") + std::string(word);
    empty = false;
  }
  out.put(line + "\r\n");
}

std::set<std::string> labels_of(const Notice& notice, const NoticeRun& run) {
  std::set<std::string> labels;
  for (const NoticeHost& host : notice.hosts) labels.insert(run.label(host));
  return labels;
}

void put_headers(const Notice& notice, const NoticeRun& run, NoticeText& out) {
  const std::string tlp = "TLP:" + tlp_upper(run.tlp);
  out.put("From: " + mailbox(run.sender.name, run.sender.address) + "\r\n");
  const bool known = is_mail_address(notice.owner.contact);
  out.put("To: " + (known ? mailbox(notice.owner.name, notice.owner.contact) : "undisclosed-recipients:;") + "\r\n");
  // The mark and what it is about each on a line of their own, below the 78 columns that RFC 5322 recommends.
  out.put(fmt::format("Subject: {}[{}]\r\n {}\r\n", run.exercise ? "[EXERCISE] " : "", tlp,
                      encoded_header(notice_title(notice, run))));
  out.put("Date: " + notice_mail_time(run.date_us) + "\r\n");
  out.put(fmt::format("Message-ID: <{}@{}>\r\n", notice.id, run.sender.domain()));
  out.put("MIME-Version: 1.0\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: 8bit\r\n");
  out.put("Auto-Submitted: auto-generated\r\nX-Unsent: 1\r\n");
  out.put(fmt::format("X-TLP: {}\r\nX-Exercise: {}\r\n\r\n", tlp, run.exercise ? "yes" : "no"));
}

void put_opening(const Notice& notice, const NoticeRun& run, NoticeText& out) {
  const NoticeSpan span = span_of(notice.hosts);
  if (run.exercise) {
    out.put(
        "*** EXERCISE *** EXERCISE *** EXERCISE ***\r\nThis notice is part of an exercise. No host named here is "
        "known to be\r\ninfected; nothing needs to be done.\r\n\r\n");
  }
  out.put(fmt::format("TLP:{}\r\n\r\n", tlp_upper(run.tlp)));
  const std::string name = notice.owner.name.empty() ? "" : " (" + notice_line(notice.owner.name) + ")";
  const char* whose = notice.owner.kind == NoticeOwner::Kind::contact ? "To the owner of these networks: "
                      : notice.owner.kind == NoticeOwner::Kind::as    ? "To the owner of "
                                                                      : "To whoever owns addresses in ";
  put_words(out, whose + notice_ascii(notice.owner.key, 200) + name, "", "");
  if (notice.owner.contact.empty()) {
    put_words(out, "No abuse contact is known for them: find one before you send this.", "", "");
  }
  out.put("\r\n");
  put_words(out,
            fmt::format("Our sensors saw {} of your addresses between {} and {}. Times are UTC. Sensors: {}.",
                        span.addresses, notice_time(span.first_us), notice_time(span.last_us),
                        notice_line(notice_sensors(span.sensors, run))),
            "", "");
  out.put("An address may have been another machine's at another time: please go by\r\nthe times.\r\n\r\n");
}

void put_advice(const Notice& notice, const NoticeRun& run, NoticeText& out) {
  for (const std::string& label : labels_of(notice, run)) {
    const Advice& advice = run.advice_for(label);
    put_words(out, fmt::format("{} ({})", advice.title, label), "", "  ");
    put_words(out, advice.what, "  ", "  ");
    out.put("  What to do:\r\n");
    for (const std::string& step : advice.steps) put_words(out, step, "  - ", "    ");
    if (!advice.source.empty()) put_words(out, "Source: " + advice.source, "  ", "    ");
    out.put("\r\n");
  }
}

void put_hosts(const Notice& notice, const NoticeRun& run, NoticeText& out) {
  out.put("Hosts: address, first seen, last seen, times seen, what, name\r\n\r\n");
  for (const NoticeHost& host : notice.hosts) {
    fmt::format_to(std::back_inserter(out.text), "{:<15} {} {} {} {}{}{}\r\n", to_string_ipv4(host.address),
                   notice_time(host.first_us), notice_time(host.last_us), host.sightings, run.label(host),
                   host.name.empty() ? "" : " ", notice_ascii(host.name, 255));
    out.host_done();
  }
}

void put_samples(const Notice& notice, NoticeText& out) {
  std::size_t shown = 0;
  for (const NoticeHost& host : notice.hosts) {
    if (host.evidence.empty()) continue;
    if (shown == 0)
      out.put(fmt::format("\r\nEvidence ({} samples at most, unprintable bytes as \\xNN):\r\n", mail_samples));
    // On a line of its own: words of strangers are not wrapped, so that they can be searched for.
    out.put(fmt::format("\r\n{} {}\r\n    {}\r\n", to_string_ipv4(host.address), notice_time(host.evidence_us),
                        notice_ascii(host.evidence, evidence_bytes)));
    if (++shown == mail_samples) break;
  }
}

}  // namespace

void write_notice_mail(const Notice& notice, const NoticeRun& run, NoticeText& out) {
  put_headers(notice, run, out);
  put_opening(notice, run, out);
  put_advice(notice, run, out);
  put_hosts(notice, run, out);
  put_samples(notice, out);
  out.put(fmt::format("\r\nReference: {}\r\n", notice.id));
  put_words(out, "Questions and corrections: " + notice_line(run.sender.name) + ", " + run.sender.address, "", "");
  if (run.exercise) out.put("*** EXERCISE *** EXERCISE *** EXERCISE ***\r\n");
}

}  // namespace secondwave
