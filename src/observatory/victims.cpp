#include "observatory/victims.hpp"

#include <algorithm>
#include <array>
#include <set>
#include <string_view>

#include "signature/behaviour.hpp"

namespace secondwave {
namespace {

/// A few samples of each source in little memory: their texts lie in one string.
class KeptSamples {
 public:
  static constexpr std::size_t per_source = 4;

  [[nodiscard]] Status collect(Store& store, const Selection& selection) {
    return store.sweep_evidence(
        {.sensor = selection.sensor}, [&](std::vector<Store::InputEvidence>& samples) -> Status {
          std::size_t kept = 0;
          const EvidenceSample* before = nullptr;
          for (const Store::InputEvidence& each : samples) {
            const EvidenceSample& sample = each.sample;
            const auto minute = sample.time_us / minute_us;
            if (selection.from && minute < *selection.from) continue;
            if (selection.to && minute >= *selection.to) continue;
            // One of a rule is enough: there are few places, and other rules want theirs.
            if (before != nullptr && before->source == sample.source && before->rule == sample.rule) continue;
            if (before == nullptr || before->source != sample.source) kept = 0;
            before = &sample;
            if (++kept > per_source) continue;
            const std::string_view text = std::string_view(sample.text).substr(0, EvidenceSample::longest_text);
            kept_.push_back({each.input, sample.time_us, texts_.size(), sample.source, sample.rule,
                             static_cast<std::uint16_t>(text.size())});
            texts_ += text;
          }
          return {};
        });
  }

  /// To be called in ascending order of sources.
  void go_to(Ipv4 source) {
    while (at_ < kept_.size() && kept_[at_].source < source) ++at_;
  }
  /// A sample of the current source that has the label, into the victim.
  void give(Ipv4 source, std::uint32_t label, const Judge& judge, Victim& victim) const {
    for (std::size_t i = at_; i < kept_.size() && kept_[i].source == source; ++i) {
      const Kept& kept = kept_[i];
      if (judge.label_at(kept.input, kept.rule, kept.time_us) != label) continue;
      victim.evidence = texts_.substr(kept.text, kept.length);
      victim.evidence_us = kept.time_us;
      return;
    }
  }

 private:
  struct Kept {
    InputId input;
    std::int64_t time_us;
    std::size_t text;
    Ipv4 source;
    std::uint16_t rule;
    std::uint16_t length;
  };
  std::vector<Kept> kept_;
  std::string texts_;
  std::size_t at_ = 0;
};

/// Time zones of a sensor's inputs, from the settings that they were read with.
std::string time_zones(const std::vector<StoredInput>& inputs, const std::string& sensor) {
  std::set<std::string> zones;
  for (const StoredInput& input : inputs) {
    if (input.sensor != sensor || !input.settings.starts_with("tz=")) continue;
    zones.insert(input.settings.substr(3, input.settings.find(';') - 3));
  }
  std::string all;
  for (const std::string& zone : zones) all += (all.empty() ? "" : ", ") + (zone.empty() ? "UTC" : zone);
  return all;
}

std::uint64_t sensor_bit(std::uint32_t number) {
  return std::uint64_t{1} << std::min<std::uint32_t>(number, 63);
}

/// True for an address that nobody answers for. Networks for documentation (RFC 5737) are let through: they stand in
/// examples and exercises, and have no owner who could be bothered.
bool has_no_owner(Ipv4 address) {
  constexpr std::array<Prefix, 3> documentation = {{{0xC0000200u, 24}, {0xC6336400u, 24}, {0xCB007100u, 24}}};
  return is_reserved_source(address) &&
         std::none_of(documentation.begin(), documentation.end(), [&](const Prefix& p) { return p.contains(address); });
}

/// The cells of one source, label by label.
class ByLabel {
 public:
  void clear() { parts_.clear(); }
  void add(const JudgedCell& each) {
    auto part = std::find_if(parts_.begin(), parts_.end(), [&](const Part& p) { return p.victim.label == each.label; });
    const SightingCell& cell = *each.cell;
    if (part == parts_.end()) {
      parts_.emplace_back();
      part = parts_.end() - 1;
      part->victim = {.address = cell.source, .label = each.label, .evidence = {}};
      part->victim.first_us = cell.first_time_us();
      part->victim.last_us = cell.last_time_us();
    }
    Victim& victim = part->victim;
    victim.first_us = std::min(victim.first_us, cell.first_time_us());
    victim.last_us = std::max(victim.last_us, cell.last_time_us());
    victim.sightings += cell.sightings;
    victim.packets += cell.packets;
    victim.sensors |= sensor_bit(each.sensor);
    victim.simulated = victim.simulated || Tag::unpack(cell.tag).origin == Origin::simulated;
    part->unnamed = part->unnamed || cell.target_set.empty();
    part->targets.insert(part->targets.end(), cell.target_set.begin(), cell.target_set.end());
  }
  [[nodiscard]] std::vector<Victim> finish() {
    std::vector<Victim> victims;
    for (Part& part : parts_) {
      std::sort(part.targets.begin(), part.targets.end());
      const auto end = std::unique(part.targets.begin(), part.targets.end());
      const auto distinct = static_cast<std::uint64_t>(end - part.targets.begin());
      part.victim.targets = distinct == 0 && part.unnamed ? 1 : distinct;
      victims.push_back(std::move(part.victim));
    }
    return victims;
  }

 private:
  struct Part {
    Victim victim;
    std::vector<Ipv4> targets;
    bool unnamed = false;
  };
  std::vector<Part> parts_;
};

/// Each label of the judge: whether it was asked for.
std::vector<bool> asked_labels(const std::vector<std::string>& known, const std::vector<std::string>& asked) {
  std::vector<bool> all(known.size(), asked.empty());
  for (std::size_t i = 0; i < known.size(); ++i)
    all[i] = all[i] || std::find(asked.begin(), asked.end(), known[i]) != asked.end();
  return all;
}

}  // namespace

Result<VictimTally> each_victim(Store& store, const VictimRequest& request,
                                const std::function<Status(Victim&&)>& visit) {
  Result<Judge> judge = Judge::make(store);
  if (!judge) return tl::unexpected(judge.error());
  const Selection& selection = request.selection;
  if (const Status good = check_selection(*judge, selection); !good) return tl::unexpected(good.error());
  KeptSamples samples;
  if (const Status read = samples.collect(store, selection); !read) return tl::unexpected(read.error());
  VictimTally tally;
  ByLabel parts;
  const std::vector<bool> asked = asked_labels(judge->labels(), request.labels);
  const auto one_source = [&](Ipv4 source, std::span<const JudgedCell> cells) -> Status {
    parts.clear();
    bool any = false;
    for (const JudgedCell& each : cells) {
      if (selection.from && each.cell->minute < *selection.from) continue;
      if (selection.to && each.cell->minute >= *selection.to) continue;
      any = true;
      if (asked[each.label]) parts.add(each);
    }
    std::vector<Victim> victims = parts.finish();
    if (!any) return {};
    if (const std::string* name = selection.apart.find(source)) {
      ++tally.apart[*name];
      return {};
    }
    if (victims.empty()) {
      ++tally.other_labels;
      return {};
    }
    if (has_no_owner(source)) {
      ++tally.forged;
      return {};
    }
    ++tally.sources;
    if (std::any_of(victims.begin(), victims.end(), [](const Victim& v) { return v.simulated; })) ++tally.simulated;
    std::sort(victims.begin(), victims.end(),
              [&](const Victim& a, const Victim& b) { return judge->labels()[a.label] < judge->labels()[b.label]; });
    samples.go_to(source);
    for (Victim& victim : victims) {
      samples.give(source, victim.label, *judge, victim);
      tally.last_us = std::max(tally.last_us, victim.last_us);
      if (const Status done = visit(std::move(victim)); !done) return done;
    }
    return {};
  };
  const Status swept = judge->sweep({.sensor = selection.sensor}, true, one_source);
  if (!swept) return tl::unexpected(swept.error());
  tally.labels = judge->labels();
  for (const std::string& sensor : judge->sensors())
    tally.sensors.push_back({sensor, time_zones(judge->inputs(), sensor)});
  return tally;
}

}  // namespace secondwave
