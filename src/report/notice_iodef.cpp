// An IODEF document, version 2 (RFC 7970): elements in the order of its schema.
#include <fmt/format.h>

#include <iterator>
#include <set>

#include "report/notice.hpp"
#include "report/notice_text.hpp"

namespace secondwave {
namespace {

void iodef_element(std::string& out, std::string_view name, std::string_view text) {
  fmt::format_to(std::back_inserter(out), "<{}>", name);
  append_xml(out, text);
  fmt::format_to(std::back_inserter(out), "</{}>", name);
}

/// IODEF's words for the marks are those of TLP 1, where CLEAR was called WHITE.
std::string_view iodef_restriction(Tlp tlp) {
  return tlp == Tlp::clear ? "white" : to_string(tlp);
}

void iodef_contact(std::string& out, std::string_view role, std::string_view name, std::string_view address,
                   bool time_zone) {
  fmt::format_to(std::back_inserter(out), "<Contact role=\"{}\" type=\"organization\">", role);
  iodef_element(out, "ContactName", notice_line(name));
  if (!address.empty()) {
    out += "<Email>";
    iodef_element(out, "EmailTo", address);
    out += "</Email>";
  }
  if (time_zone) iodef_element(out, "Timezone", "+00:00");
  out += "</Contact>\n";
}

void iodef_head(const Notice& notice, const NoticeRun& run, NoticeText& out) {
  const NoticeSpan span = span_of(notice.hosts);
  std::string& text = out.text;
  text +=
      "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<IODEF-Document version=\"2.00\" xml:lang=\"en\" "
      "xmlns=\"urn:ietf:params:xml:ns:iodef-2.0\">\n";
  fmt::format_to(std::back_inserter(text),
                 "<Incident purpose=\"{}\" restriction=\"{}\" status=\"new\" xml:lang=\"en\">\n",
                 run.exercise ? "ext-value\" ext-purpose=\"exercise" : "reporting", iodef_restriction(run.tlp));
  text += "<IncidentID name=\"";
  append_xml(text, run.sender.domain());
  fmt::format_to(
      std::back_inserter(text),
      "\">{}</IncidentID>\n<StartTime>{}</StartTime>\n<EndTime>{}</EndTime>\n<GenerationTime>{}</GenerationTime>\n",
      notice.id, notice_time(span.first_us), notice_time(span.last_us), notice_time(run.date_us));
  iodef_element(text, "Description", (run.exercise ? "EXERCISE: " : "") + notice_title(notice, run));
  text += "\n";
  iodef_element(text, "Description",
                fmt::format("TLP:{}. Times are UTC. Sensors: {}", tlp_upper(run.tlp),
                            notice_line(notice_sensors(span.sensors, run))));
  fmt::format_to(std::back_inserter(text),
                 "\n<Assessment occurrence=\"{}\"><SystemImpact type=\"takeover-system\"/></Assessment>\n",
                 run.exercise ? "potential" : "actual");
  iodef_contact(text, "creator", run.sender.name, run.sender.address, true);
  const std::string owner =
      notice.owner.name.empty() ? notice.owner.key : notice.owner.name + " (" + notice.owner.key + ")";
  iodef_contact(text, "abuse", owner, notice.owner.contact, false);
}

/// What is expected of the owner, once a label: events of hosts follow inside it.
void iodef_expectation(std::string& out, const Advice& advice) {
  out += "<Expectation action=\"investigate\">";
  for (const std::string& step : advice.steps) iodef_element(out, "Description", step);
  if (!advice.source.empty()) iodef_element(out, "Description", "Source: " + advice.source);
  out += "</Expectation>\n";
}

void iodef_host(std::string& out, const NoticeHost& host, const std::string& label, const Advice& advice,
                const std::string& sensors) {
  out += "<EventData>";
  std::string what = label;
  if (advice.port != 0) what += fmt::format(", {} port {}", advice.protocol, advice.port);
  iodef_element(out, "Description", what + ", seen by " + sensors);
  fmt::format_to(std::back_inserter(out),
                 "<DetectTime>{}</DetectTime><StartTime>{}</StartTime><EndTime>{}</EndTime>\n<Flow><System "
                 "category=\"source\"><Node>",
                 notice_time(host.first_us), notice_time(host.first_us), notice_time(host.last_us));
  if (!host.name.empty()) {
    out += "<DomainData system-status=\"unknown\" domain-status=\"unknown\">";
    iodef_element(out, "Name", notice_ascii(host.name, 255));
    out += "</DomainData>";
  }
  fmt::format_to(std::back_inserter(out), "<Address category=\"ipv4-addr\">{}</Address>", to_string_ipv4(host.address));
  if (host.asn != 0) fmt::format_to(std::back_inserter(out), "<Address category=\"asn\">{}</Address>", host.asn);
  fmt::format_to(std::back_inserter(out),
                 "</Node><Counter type=\"count\" unit=\"event\">{}</Counter></System></Flow>\n", host.sightings);
  const std::string sample = notice_ascii(host.evidence, 200);
  if (!sample.empty()) {
    fmt::format_to(std::back_inserter(out), "<Record><RecordData><DateTime>{}</DateTime><RecordItem dtype=\"string\">",
                   notice_time(host.evidence_us));
    append_xml(out, sample);
    out += "</RecordItem></RecordData></Record>\n";
  }
  out += "</EventData>\n";
}

}  // namespace

void write_notice_iodef(const Notice& notice, const NoticeRun& run, NoticeText& out) {
  iodef_head(notice, run, out);
  SensorWords sensors(run);
  std::set<std::string> labels;
  for (const NoticeHost& host : notice.hosts) labels.insert(run.label(host));
  for (const std::string& label : labels) {
    const Advice& advice = run.advice_for(label);
    out.put("<EventData>\n");
    iodef_element(out.text, "Description", advice.title + ": " + advice.what);
    out.put("\n");
    iodef_expectation(out.text, advice);
    for (const NoticeHost& host : notice.hosts) {
      if (run.label(host) != label) continue;
      iodef_host(out.text, host, label, advice, sensors.of(host.sensors));
      out.host_done();
    }
    out.put("</EventData>\n");
  }
  out.put("</Incident>\n</IODEF-Document>\n");
}

}  // namespace secondwave
