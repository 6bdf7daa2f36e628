#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <tuple>

#include "observatory/query.hpp"

namespace secondwave {
namespace {

/// What cells without a rule were about, in words.
std::string in_words(const Tag& tag) {
  if (tag.rule != Tag::no_rule) return {};
  if (tag.shape == Shape::request) return "web requests";
  if (tag.protocol == protocol_icmp) return fmt::format("ICMP type {} code {}", tag.port / 256, tag.port % 256);
  const char* protocol = tag.protocol == protocol_tcp ? "TCP" : tag.protocol == protocol_udp ? "UDP" : nullptr;
  if (protocol == nullptr)
    return tag.protocol == protocol_unknown ? "records" : fmt::format("protocol {}", tag.protocol);
  switch (tag.shape) {
    case Shape::syn:
      return fmt::format("TCP SYN to port {}", tag.port);
    case Shape::syn_ack:
      return fmt::format("TCP SYN|ACK from port {}", tag.port);
    case Shape::reset:
      return fmt::format("TCP RST from port {}", tag.port);
    default:
      return fmt::format("{} to port {}", protocol, tag.port);
  }
}

/// Sums of cells that are shown as one row.
struct Row {
  SourceEvidence::Activity activity;
  std::vector<Ipv4> targets;
  bool unnamed = false;
  bool used = false;

  void add(const SightingCell& cell) {
    activity.sightings += cell.sightings;
    activity.packets += cell.packets;
    activity.first_us = used ? std::min(activity.first_us, cell.first_time_us()) : cell.first_time_us();
    activity.last_us = used ? std::max(activity.last_us, cell.last_time_us()) : cell.last_time_us();
    used = true;
    unnamed = unnamed || cell.target_set.empty();
    targets.insert(targets.end(), cell.target_set.begin(), cell.target_set.end());
  }
  SourceEvidence::Activity finish() {
    std::sort(targets.begin(), targets.end());
    targets.erase(std::unique(targets.begin(), targets.end()), targets.end());
    activity.targets = targets.empty() && unnamed ? 1 : targets.size();
    return std::move(activity);
  }
};

}  // namespace

Result<SourceEvidence> evidence_of(Store& store, Ipv4 address) {
  Result<Judge> judge = Judge::make(store);
  if (!judge) return tl::unexpected(judge.error());
  Result<std::vector<Store::InputEvidence>> samples = store.evidence({.source = address});
  if (!samples) return tl::unexpected(samples.error());
  SourceEvidence evidence;
  const auto sensor_of = [&](InputId id) {
    const auto found =
        std::find_if(judge->inputs().begin(), judge->inputs().end(), [&](const StoredInput& i) { return i.id == id; });
    return *found;
  };
  std::map<std::tuple<std::uint32_t, std::uint32_t, std::string, std::string, bool>, Row> rows;
  const Status swept = judge->sweep({.source = address}, true, [&](Ipv4, std::span<const JudgedCell> cells) -> Status {
    for (const JudgedCell& each : cells) {
      const Tag tag = Tag::unpack(each.cell->tag);
      const std::string rule = judge->rule_name(each.input, tag.rule);
      rows[{each.sensor, each.label, rule, in_words(tag), tag.origin == Origin::simulated}].add(*each.cell);
    }
    for (const Store::InputEvidence& each : *samples) {
      const StoredInput& input = sensor_of(each.input);
      evidence.samples.push_back(
          {.sensor = input.sensor,
           .label = judge->labels()[judge->label_at(each.input, each.sample.rule, each.sample.time_us)],
           .rule = judge->rule_name(each.input, each.sample.rule),
           .input = input.path,
           .place = each.sample.place,
           .time_us = each.sample.time_us,
           .text = each.sample.text});
    }
    for (const JudgedBehaviour& each : judge->behaviours())
      evidence.behaviour.push_back(
          {judge->sensors()[each.sensor], judge->labels()[each.label], each.reason, each.spoof});
    return {};
  });
  if (!swept) return tl::unexpected(swept.error());
  for (auto& [key, row] : rows) {
    SourceEvidence::Activity activity = row.finish();
    activity.sensor = judge->sensors()[std::get<0>(key)];
    activity.label = judge->labels()[std::get<1>(key)];
    activity.rule = std::get<2>(key);
    activity.what = std::get<3>(key);
    activity.simulated = std::get<4>(key);
    evidence.activity.push_back(std::move(activity));
  }
  return evidence;
}

}  // namespace secondwave
