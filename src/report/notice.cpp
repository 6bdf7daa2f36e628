#include "report/notice.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <set>

#include "base/error.hpp"
#include "report/notice_text.hpp"

namespace secondwave {

std::string_view to_string(Tlp tlp) {
  constexpr std::array<std::string_view, 4> names = {"clear", "green", "amber", "red"};
  return names[static_cast<std::size_t>(tlp)];
}

std::string tlp_upper(Tlp tlp) {
  std::string upper(to_string(tlp));
  std::transform(upper.begin(), upper.end(), upper.begin(), [](char c) { return static_cast<char>(c - 'a' + 'A'); });
  return upper;
}

std::string_view NoticeSender::domain() const {
  const std::string_view text = address;
  return text.substr(std::min(text.find('@') + 1, text.size()));
}

const Advice& NoticeRun::advice_for(const std::string& label) const {
  static const Advice any = {
      .title = "Unwanted traffic",
      .what = "The host sent traffic that nobody asked for.",
      .steps = {"Find the machine that used the address at the time stated.", "Find out which program sent it."},
      .source = ""};
  const auto found = advice.find(label);
  return found == advice.end() ? any : found->second;
}

std::span<const NoticeFormat> notice_formats() {
  static constexpr std::array<NoticeFormat, 6> formats = {{{"mail", ".eml", write_notice_mail},
                                                           {"xarf", ".xarf.json", write_notice_xarf},
                                                           {"csv", ".csv", write_notice_csv},
                                                           {"stix", ".stix.json", write_notice_stix},
                                                           {"iodef", ".iodef.xml", write_notice_iodef},
                                                           {"intelmq", ".intelmq.jsonl", write_notice_intelmq}}};
  return formats;
}

std::string notice_id(const NoticeOwner& owner, std::span<const NoticeHost> hosts, const NoticeRun& run) {
  std::string all = fmt::format("{}\n{}\n{}\n{}\n{}\n{}\n{}\n", owner.key, owner.contact, to_string(run.tlp),
                                run.exercise ? "exercise" : "notice", run.sender.address, run.sender.name, run.date_us);
  SensorWords sensors(run);
  for (const NoticeHost& host : hosts)
    fmt::format_to(std::back_inserter(all), "{} {} {} {} {} {}\n", host.address, run.label(host), host.first_us,
                   host.last_us, host.sightings, sensors.of(host.sensors));
  return uuid5(notice_uuid_space(), all);
}

std::string notice_title(const Notice& notice, const NoticeRun& run) {
  std::set<std::string> labels;
  for (const NoticeHost& host : notice.hosts) labels.insert(run.label(host));
  const std::uint64_t addresses = span_of(notice.hosts).addresses;
  std::string list;
  for (const std::string& label : labels) list += (list.empty() ? "" : ", ") + label;
  const std::string in = notice.owner.kind == NoticeOwner::Kind::contact ? "your networks" : notice.owner.key;
  return notice_ascii(fmt::format("{} {} in {} seen with {}", addresses, addresses == 1 ? "host" : "hosts", in, list),
                      200);
}

std::string notice_sensors(std::uint64_t sensors, const NoticeRun& run) {
  std::string text;
  for (std::size_t i = 0; i < run.sensors.size() && i < 64; ++i) {
    if ((sensors >> i & 1) == 0) continue;
    const NoticeSensor& sensor = run.sensors[i];
    text += fmt::format("{}{} (read as {})", text.empty() ? "" : ", ", sensor.name,
                        sensor.time_zone.empty() ? "UTC" : sensor.time_zone);
  }
  return text;
}

const std::string& SensorWords::of(std::uint64_t sensors) {
  const auto [found, added] = known_.emplace(sensors, "");
  if (added) found->second = notice_line(notice_sensors(sensors, run_));
  return found->second;
}

NoticeSpan span_of(std::span<const NoticeHost> hosts) {
  NoticeSpan span;
  const NoticeHost* before = nullptr;
  for (const NoticeHost& host : hosts) {
    span.first_us = before == nullptr ? host.first_us : std::min(span.first_us, host.first_us);
    span.last_us = before == nullptr ? host.last_us : std::max(span.last_us, host.last_us);
    span.sightings += host.sightings;
    span.sensors |= host.sensors;
    if (before == nullptr || before->address != host.address) ++span.addresses;
    before = &host;
  }
  return span;
}

}  // namespace secondwave
