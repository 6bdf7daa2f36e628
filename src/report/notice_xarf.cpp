// XARF 4: one report a host and label, all of a notice in one JSON array.
#include <fmt/format.h>

#include <iterator>

#include "report/notice.hpp"
#include "report/notice_text.hpp"

namespace secondwave {
namespace {

/// The organisation behind the notice; its members may not be longer than XARF allows.
std::string xarf_party(const NoticeSender& sender) {
  std::string out = "{\"org\":";
  append_json(out, notice_line(sender.name));
  out += ",\"contact\":";
  append_json(out, sender.address);
  out += ",\"domain\":";
  append_json(out, sender.domain());
  return out + "}";
}

/// Behind "namespace:" in a tag stand small letters, digits and _ + - . alone.
std::string xarf_tag(std::string_view text) {
  std::string out;
  for (const char c : text.substr(0, 64)) {
    const bool good = (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.';
    out += good ? c : '-';
  }
  return out.empty() || out[0] == '-' || out[0] == '_' || out[0] == '.' ? "x" + out : out;
}

void xarf_kind(std::string& text, const Advice& advice, const std::string& label) {
  if (!advice.infected) {
    fmt::format_to(std::back_inserter(text), ",\"category\":\"connection\",\"type\":\"port_scan\",\"protocol\":\"{}\"",
                   advice.protocol == "udp" || advice.protocol == "icmp" ? advice.protocol : "tcp");
    return;
  }
  text += ",\"category\":\"infrastructure\",\"type\":\"botnet\",\"malware_family\":";
  append_json(text, label);
  text += ",\"infection_vector\":\"network_worm\",\"compromise_evidence\":";
  append_json(text, "Traffic of " + advice.title + " seen by a sensor");
}

void xarf_evidence(std::string& text, const NoticeHost& host) {
  const std::string sample = notice_ascii(host.evidence, 200);
  if (sample.empty()) return;
  text += ",\"evidence\":[{\"content_type\":\"text/plain\",\"description\":";
  append_json(text, "What the host sent at " + notice_time(host.evidence_us) + ", unprintable bytes as \\xNN");
  text += ",\"payload\":\"";
  append_base64(text, sample);
  fmt::format_to(std::back_inserter(text), "\",\"size\":{}}}]", sample.size());
}

}  // namespace

void write_notice_xarf(const Notice& notice, const NoticeRun& run, NoticeText& out) {
  const std::string party = xarf_party(run.sender);
  const std::string space = uuid_bytes(notice.id);
  SensorWords sensors(run);
  const char* comma = "[\n";
  for (const NoticeHost& host : notice.hosts) {
    const std::string& label = run.label(host);
    const Advice& advice = run.advice_for(label);
    std::string& text = out.text;
    fmt::format_to(
        std::back_inserter(text),
        "{}{{\"xarf_version\":\"4.0.0\",\"report_id\":\"{}\",\"timestamp\":\"{}\",\"reporter\":{},\"sender\":{}"
        ",\"source_identifier\":\"{}\"",
        comma, uuid5(space, fmt::format("xarf {} {}", host.address, label)), notice_time(host.last_us), party, party,
        to_string_ipv4(host.address));
    comma = ",\n";
    xarf_kind(text, advice, label);
    fmt::format_to(std::back_inserter(text), ",\"first_seen\":\"{}\",\"last_seen\":\"{}\"", notice_time(host.first_us),
                   notice_time(host.last_us));
    if (advice.port != 0) fmt::format_to(std::back_inserter(text), ",\"destination_port\":{}", advice.port);
    text += ",\"evidence_source\":\"honeypot\"";
    xarf_evidence(text, host);
    fmt::format_to(std::back_inserter(text), ",\"tags\":[\"tlp:{}\",\"label:{}\",\"exercise:{}\",\"timezone:utc\"]",
                   to_string(run.tlp), xarf_tag(label), run.exercise ? "yes" : "no");
    text += ",\"description\":";
    append_json(text, fmt::format("{}{}, {} sightings; times are UTC; sensors: {}", run.exercise ? "EXERCISE: " : "",
                                  advice.title, host.sightings, sensors.of(host.sensors)));
    fmt::format_to(std::back_inserter(text), ",\"exercise\":{},\"notice\":\"{}\"}}", run.exercise, notice.id);
    out.host_done();
  }
  out.put("\n]\n");
}

}  // namespace secondwave
