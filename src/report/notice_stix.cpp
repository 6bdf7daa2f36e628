// A STIX 2.1 bundle with the marks of TLP 2.0 as OASIS publishes them.
#include <fmt/format.h>

#include <array>
#include <iterator>
#include <set>

#include "report/notice.hpp"
#include "report/notice_text.hpp"

namespace secondwave {
namespace {

/// Identifiers of the marking definitions of TLP 2.0 (oasis-open/cti-stix-common-objects).
constexpr std::array<std::string_view, 4> stix_marks = {"marking-definition--94868c89-83c2-464b-929b-a1a8aa3c8487",
                                                        "marking-definition--bab4a63c-aed9-4cf5-a766-dfca5abac2bb",
                                                        "marking-definition--55d920b0-5e8b-4f79-9ee9-91f868d9b421",
                                                        "marking-definition--e828b379-4e03-4974-9ac4-e53a884c97c1"};
constexpr std::string_view stix_tlp_extension = "extension-definition--60a3c5c5-0d10-413e-aab3-9e08dde9e88d";

/// What is the same in all objects of a bundle.
struct StixFrame {
  const Notice& notice;
  const NoticeRun& run;
  std::string space;
  std::string sender_id;
  std::string mark;
  std::string date;

  [[nodiscard]] std::string id(std::string_view type, std::string_view name) const {
    return fmt::format("{}--{}", type, uuid5(space, fmt::format("{} {}", type, name)));
  }
  /// The members that every object of ours begins with.
  [[nodiscard]] std::string begin(std::string_view type, std::string_view object_id, bool by_us = true) const {
    return fmt::format(
        "{{\"type\":\"{}\",\"spec_version\":\"2.1\",\"id\":\"{}\"{},\"created\":\"{}\",\"modified\":\"{}\","
        "\"object_marking_refs\":[\"{}\"]{}",
        type, object_id, by_us ? ",\"created_by_ref\":\"" + sender_id + "\"" : "", date, date, mark,
        run.exercise ? ",\"labels\":[\"exercise\"]" : "");
  }
};

/// "2001-08-01T17:54:00.000Z": STIX wants milliseconds in created and modified.
std::string stix_time(std::int64_t time_us) {
  std::string text = notice_time(time_us);
  text.pop_back();
  return text + ".000Z";
}

void stix_identity(const StixFrame& frame, NoticeText& out, const std::string& id, std::string_view name,
                   std::string_view contact, bool by_us) {
  out.put(frame.begin("identity", id, by_us) + ",\"identity_class\":\"organization\",\"name\":");
  append_json(out.text, notice_line(name));
  if (!contact.empty()) {
    out.put(",\"contact_information\":");
    append_json(out.text, notice_line(contact));
  }
  out.put("},\n");
}

void stix_heads(const StixFrame& frame, NoticeText& out) {
  const NoticeRun& run = frame.run;
  fmt::format_to(
      std::back_inserter(out.text),
      "{{\"type\":\"marking-definition\",\"spec_version\":\"2.1\",\"id\":\"{}\",\"created\":\"2022-10-01T00:00:"
      "00.000Z\",\"name\":\"TLP:{}\",\"extensions\":{{\"{}\":{{\"extension_type\":\"property-extension\","
      "\"tlp_2_0\":\"{}\"}}}}}},\n",
      frame.mark, tlp_upper(run.tlp), stix_tlp_extension, to_string(run.tlp));
  stix_identity(frame, out, frame.sender_id, run.sender.name, run.sender.address, false);
  const NoticeOwner& owner = frame.notice.owner;
  const std::string name = owner.name.empty() ? owner.key : owner.name + " (" + owner.key + ")";
  stix_identity(frame, out, frame.id("identity", "owner"), name, owner.contact, true);
}

void stix_host(const StixFrame& frame, const NoticeHost& host, bool new_address, NoticeText& out) {
  const std::string address = to_string_ipv4(host.address);
  // Section 2.9: the identifier of an address follows from its value, so that bundles of all makers agree.
  const std::string address_id = "ipv4-addr--" + uuid5(stix_uuid_space(), fmt::format("{{\"value\":\"{}\"}}", address));
  if (new_address)
    fmt::format_to(std::back_inserter(out.text),
                   "{{\"type\":\"ipv4-addr\",\"spec_version\":\"2.1\",\"id\":\"{}\",\"value\":\"{}\"}},\n", address_id,
                   address);
  out.put(frame.begin("observed-data", frame.id("observed-data", address + frame.run.label(host))));
  fmt::format_to(
      std::back_inserter(out.text),
      ",\"first_observed\":\"{}\",\"last_observed\":\"{}\",\"number_observed\":{},\"object_refs\":[\"{}\"]}},\n",
      stix_time(host.first_us), stix_time(host.last_us),
      std::min<std::uint64_t>(std::max<std::uint64_t>(host.sightings, 1), 999'999'999), address_id);
  out.host_done();
}

/// The label as malware, and a sighting of it that names all observed data; a scan has no malware, so it is a note.
void stix_label(const StixFrame& frame, const std::string& label, NoticeText& out) {
  const Advice& advice = frame.run.advice_for(label);
  const std::string malware = frame.id("malware", label);
  const std::string note = frame.id("note", label);
  if (advice.infected) {
    out.put(frame.begin("malware", malware) + ",\"is_family\":true,\"malware_types\":[\"worm\"],\"name\":");
    append_json(out.text, label);
    out.put(",\"description\":");
    append_json(out.text, advice.what);
    out.put("},\n");
    out.put(frame.begin("sighting", frame.id("sighting", label)) + ",\"sighting_of_ref\":\"" + malware + "\"");
  } else {
    out.put(frame.begin("note", note) + ",\"abstract\":");
    append_json(out.text, advice.title);
    out.put(",\"content\":");
    append_json(out.text, advice.what);
  }
  NoticeSpan span;
  std::string refs;
  for (const NoticeHost& host : frame.notice.hosts) {
    if (frame.run.label(host) != label) continue;
    const bool first = refs.empty();
    span.first_us = first ? host.first_us : std::min(span.first_us, host.first_us);
    span.last_us = first ? host.last_us : std::max(span.last_us, host.last_us);
    span.sightings += host.sightings;
    refs += fmt::format("{}\"{}\"", first ? "" : ",", frame.id("observed-data", to_string_ipv4(host.address) + label));
  }
  if (advice.infected) {
    fmt::format_to(std::back_inserter(out.text),
                   ",\"first_seen\":\"{}\",\"last_seen\":\"{}\",\"count\":{},\"where_sighted_refs\":[\"{}\"],"
                   "\"observed_data_refs\":[{}]}}",
                   stix_time(span.first_us), stix_time(span.last_us),
                   std::min<std::uint64_t>(span.sightings, 999'999'999), frame.sender_id, refs);
  } else {
    out.put(",\"object_refs\":[" + refs + "]}");
  }
}

/// What to do, the sensors and their time zones, and the evidence, as a note about the owner.
void stix_advice(const StixFrame& frame, const std::set<std::string>& labels, NoticeText& out) {
  std::string content = frame.run.exercise ? "EXERCISE. " : "";
  content += "Times are UTC. Sensors: " + notice_line(notice_sensors(span_of(frame.notice.hosts).sensors, frame.run));
  for (const std::string& label : labels) {
    const Advice& advice = frame.run.advice_for(label);
    content += "\n" + advice.title + ":";
    for (const std::string& step : advice.steps) content += " " + step;
    if (!advice.source.empty()) content += " Source: " + advice.source;
  }
  std::size_t samples = 0;
  for (const NoticeHost& host : frame.notice.hosts) {
    if (host.evidence.empty() || samples++ >= 10) continue;
    content += fmt::format("\n{} {}: {}", to_string_ipv4(host.address), notice_time(host.evidence_us),
                           notice_ascii(host.evidence, 200));
  }
  out.put(",\n" + frame.begin("note", frame.id("note", "what to do")) + ",\"abstract\":");
  append_json(out.text, (frame.run.exercise ? "EXERCISE: " : "") + notice_title(frame.notice, frame.run));
  out.put(",\"content\":");
  append_json(out.text, content);
  out.put(",\"object_refs\":[\"" + frame.id("identity", "owner") + "\"]}\n]}\n");
}

}  // namespace

void write_notice_stix(const Notice& notice, const NoticeRun& run, NoticeText& out) {
  const StixFrame frame{
      .notice = notice,
      .run = run,
      .space = uuid_bytes(notice.id),
      .sender_id = "identity--" + uuid5(notice_uuid_space(), run.sender.name + "\n" + run.sender.address),
      .mark = std::string(stix_marks[static_cast<std::size_t>(run.tlp)]),
      .date = stix_time(run.date_us)};
  out.put("{\"type\":\"bundle\",\"id\":\"" + frame.id("bundle", "") + "\",\"objects\":[\n");
  stix_heads(frame, out);
  std::set<std::string> labels;
  const NoticeHost* before = nullptr;
  for (const NoticeHost& host : notice.hosts) {
    stix_host(frame, host, before == nullptr || before->address != host.address, out);
    labels.insert(run.label(host));
    before = &host;
  }
  const char* comma = "";
  for (const std::string& label : labels) {
    out.put(comma);
    stix_label(frame, label, out);
    comma = ",\n";
  }
  stix_advice(frame, labels, out);
}

}  // namespace secondwave
