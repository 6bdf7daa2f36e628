// IntelMQ events as JSON lines, with the fields of its data format.
#include <fmt/format.h>

#include <iterator>

#include "report/notice.hpp"
#include "report/notice_text.hpp"

namespace secondwave {
namespace {

void intelmq_text(std::string& out, std::string_view key, std::string_view value) {
  if (value.empty()) return;
  fmt::format_to(std::back_inserter(out), ",\"{}\":", key);
  append_json(out, value);
}

/// "2001-08-01T17:54:00+00:00", as IntelMQ writes times.
std::string intelmq_time(std::int64_t time_us) {
  std::string text = notice_time(time_us);
  text.pop_back();
  return text + "+00:00";
}

}  // namespace

void write_notice_intelmq(const Notice& notice, const NoticeRun& run, NoticeText& out) {
  const std::string space = uuid_bytes(notice.id);
  SensorWords sensors(run);
  const std::string observed = intelmq_time(run.date_us);
  for (const NoticeHost& host : notice.hosts) {
    const std::string& label = run.label(host);
    const Advice& advice = run.advice_for(label);
    std::string& text = out.text;
    text += "{\"__type\":\"Event\"";
    intelmq_text(text, "feed.name", sensors.of(host.sensors));
    intelmq_text(text, "feed.provider", notice_line(run.sender.name));
    intelmq_text(text, "time.source", intelmq_time(host.last_us));
    intelmq_text(text, "time.observation", observed);
    intelmq_text(text, "classification.taxonomy",
                 run.exercise      ? "test"
                 : advice.infected ? "malicious-code"
                                   : "information-gathering");
    intelmq_text(text, "classification.type", run.exercise ? "test" : advice.infected ? "infected-system" : "scanner");
    intelmq_text(text, "classification.identifier", label);
    if (advice.infected) intelmq_text(text, "malware.name", label);
    intelmq_text(text, "source.ip", to_string_ipv4(host.address));
    if (host.asn != 0) fmt::format_to(std::back_inserter(text), ",\"source.asn\":{}", host.asn);
    intelmq_text(text, "source.geolocation.cc", host.country);
    intelmq_text(text, "source.reverse_dns", notice_ascii(host.name, 255));
    if (is_mail_address(notice.owner.contact)) intelmq_text(text, "source.abuse_contact", notice.owner.contact);
    intelmq_text(text, "protocol.transport", advice.protocol);
    if (advice.port != 0) fmt::format_to(std::back_inserter(text), ",\"destination.port\":{}", advice.port);
    intelmq_text(text, "event_description.text", (run.exercise ? "EXERCISE: " : "") + advice.title);
    // IntelMQ's own field knows TLP 1, where CLEAR was called WHITE.
    intelmq_text(text, "tlp", run.tlp == Tlp::clear ? "WHITE" : tlp_upper(run.tlp));
    intelmq_text(text, "extra.tlp", "TLP:" + tlp_upper(run.tlp));
    intelmq_text(text, "extra.first_seen", intelmq_time(host.first_us));
    intelmq_text(text, "extra.last_seen", intelmq_time(host.last_us));
    intelmq_text(text, "extra.time_zone", "UTC");
    fmt::format_to(std::back_inserter(text), ",\"extra.count\":{},\"extra.targets\":{},\"extra.exercise\":{}",
                   host.sightings, host.targets, run.exercise);
    intelmq_text(text, "extra.evidence", notice_ascii(host.evidence, 200));
    intelmq_text(text, "extra.notice", notice.id);
    intelmq_text(text, "extra.event", uuid5(space, fmt::format("intelmq {} {}", host.address, label)));
    text += "}\n";
    out.host_done();
  }
}

}  // namespace secondwave
