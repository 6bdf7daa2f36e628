#include "observatory/judge.hpp"

#include <algorithm>
#include <utility>

#include "signature/behaviour.hpp"
#include "signature/sequence.hpp"

namespace secondwave {
namespace {

/// The number of a name in a list, put there where it is not yet.
std::uint32_t number_of(std::vector<std::string>& names, const std::string& name) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found != names.end()) return static_cast<std::uint32_t>(found - names.begin());
  names.push_back(name);
  return static_cast<std::uint32_t>(names.size() - 1);
}

SequenceRule sequence_of(const StoredRule& rule) {
  return {.steps_needed = rule.steps_needed, .steps = rule.steps, .within_s = rule.within_s};
}

std::uint64_t SourceSummary::*counter_of(const Tag& tag) {
  switch (tag.shape) {
    case Shape::request:
      return &SourceSummary::requests;
    case Shape::syn:
      return &SourceSummary::syn;
    case Shape::syn_ack:
      return &SourceSummary::syn_ack;
    case Shape::reset:
      return &SourceSummary::rst;
    case Shape::packet:
      return tag.protocol == protocol_tcp ? &SourceSummary::other_tcp : &SourceSummary::udp;
    case Shape::none:
      break;
  }
  return &SourceSummary::rest;
}

}  // namespace

void add_to_summary(SourceSummary& summary, const SightingCell& cell) {
  const Tag tag = Tag::unpack(cell.tag);
  SourceSummary more;
  if (tag.shape == Shape::packet && tag.protocol == protocol_icmp) {
    // The summary knows which types ask and which answer.
    Sighting one{.packets = 0, .target_port = tag.port, .protocol = protocol_icmp, .known = Sighting::ports_known};
    one.targets = 0;
    one.repeats = true;
    more.add(one);
    for (auto counter : {&SourceSummary::icmp_asks, &SourceSummary::icmp_answers, &SourceSummary::rest}) {
      if (more.*counter != 0) more.*counter = std::max(cell.packets, cell.sightings);
    }
  } else {
    more.*counter_of(tag) = std::max<std::uint64_t>({cell.packets, cell.sightings, 1});
  }
  more.sightings = cell.sightings;
  more.packets = cell.packets;
  more.first_us = cell.first_time_us();
  more.last_us = cell.last_time_us();
  const bool port = tag.protocol == protocol_tcp || tag.protocol == protocol_udp;
  const bool opens = tag.shape == Shape::syn || tag.shape == Shape::packet;
  for (const Ipv4 target : cell.target_set) {
    more.targets.add(target);
    if (port && opens) more.pairs.add_pair(target, tag.port);
  }
  if (port && opens && tag.port != 0) more.ports.add(tag.port);
  // A web server is one target however often it is asked.
  if (cell.target_set.empty() && tag.shape != Shape::request) more.unnamed_targets = cell.targets;
  summary.merge(more);
}

Result<Judge> Judge::make(Store& store) {
  Judge judge(store);
  Result<std::vector<StoredInput>> inputs = store.inputs();
  if (!inputs) return tl::unexpected(inputs.error());
  judge.inputs_ = std::move(*inputs);
  if (const Status learned = judge.learn_books(); !learned) return tl::unexpected(learned.error());
  return judge;
}

Status Judge::learn_books() {
  std::vector<std::string> digests;
  std::vector<StoredRule> distinct;
  for (const StoredInput& input : inputs_) {
    const std::size_t known = digests.size();
    const std::uint32_t book = number_of(digests, input.book);
    input_of_[input.id] = {number_of(sensors_, input.sensor), book, input.dark};
    if (digests.size() == known) continue;
    Result<std::vector<StoredRule>> rules = store_->book(input.book);
    if (!rules) return tl::unexpected(rules.error());
    std::vector<Rule> learned;
    for (StoredRule& rule : *rules) {
      if (rule.number != learned.size())
        return failure(ErrorKind::data, "the store's rules are not numbered from 0 on", {},
                       "the store was changed by hand");
      StoredRule unnumbered = rule;
      unnumbered.number = 0;
      auto same = std::find(distinct.begin(), distinct.end(), unnumbered);
      if (same == distinct.end()) same = distinct.insert(distinct.end(), unnumbered);
      any_sequence_ = any_sequence_ || rule.steps > 0;
      learned.push_back({.label = number_of(labels_, rule.label),
                         .otherwise = number_of(labels_, rule.otherwise.empty() ? rule.label : rule.otherwise),
                         .identity = static_cast<std::uint32_t>(same - distinct.begin())});
      learned.back().stored = std::move(rule);
    }
    books_.push_back(std::move(learned));
  }
  return {};
}

const Judge::Rule* Judge::rule_of(const Input& input, std::uint16_t rule) const {
  const std::vector<Rule>& book = books_[input.book];
  return rule < book.size() ? &book[rule] : nullptr;
}

std::string Judge::rule_name(InputId input, std::uint16_t rule) const {
  const Rule* found = rule == Tag::no_rule ? nullptr : rule_of(input_of(input), rule);
  return found == nullptr ? std::string() : found->stored.name;
}

std::uint32_t Judge::label_at(InputId id, std::uint16_t rule, std::int64_t time_us) const {
  const Input& input = input_of(id);
  const Rule* found = rule == Tag::no_rule ? nullptr : rule_of(input, rule);
  if (found == nullptr) {
    for (const JudgedBehaviour& each : behaviours_) {
      if (each.sensor == input.sensor) return each.label;
    }
    return 0;
  }
  if (found->stored.steps == 0) return found->label;
  const auto bins = complete_.find({input.sensor, found->identity});
  const std::int64_t bin = sequence_bin(sequence_of(found->stored), time_us);
  const bool complete = bins != complete_.end() && std::binary_search(bins->second.begin(), bins->second.end(), bin);
  return complete ? found->label : found->otherwise;
}

void Judge::judge_sequences(std::span<const InputCell> cells) {
  complete_.clear();
  if (!any_sequence_) return;
  struct Hits {
    const StoredRule* rule = nullptr;
    std::vector<SequenceHits> rows;
  };
  std::map<std::pair<std::uint32_t, std::uint32_t>, Hits> all;
  for (const InputCell& each : cells) {
    const Tag tag = Tag::unpack(each.cell.tag);
    if (tag.rule == Tag::no_rule || tag.step == 0) continue;
    const Input& input = input_of(each.input);
    const Rule* rule = rule_of(input, tag.rule);
    if (rule == nullptr || rule->stored.steps == 0) continue;
    Hits& hits = all[{input.sensor, rule->identity}];
    hits.rule = &rule->stored;
    // A minute lies within one bin: these are minutes or longer. Its first and last hit are those of the bin or
    // nobody's.
    hits.rows.push_back({.bin = sequence_bin(sequence_of(rule->stored), each.cell.first_time_us()),
                         .step = tag.step,
                         .first_us = each.cell.first_time_us(),
                         .last_us = each.cell.last_time_us(),
                         .count = each.cell.sightings});
  }
  for (const auto& [key, hits] : all) complete_[key] = complete_bins(sequence_of(*hits.rule), hits.rows);
}

void Judge::judge_behaviour(Ipv4 source, std::span<const InputCell> cells) {
  behaviours_.clear();
  std::map<std::uint32_t, std::pair<SourceSummary, bool>> summaries;  // sensor: what it did, all of it in the dark
  for (const InputCell& each : cells) {
    if (Tag::unpack(each.cell.tag).rule != Tag::no_rule) continue;
    const Input& input = input_of(each.input);
    auto& [summary, dark] = summaries.try_emplace(input.sensor, SourceSummary(), true).first->second;
    add_to_summary(summary, each.cell);
    dark = dark && input.dark;
  }
  for (const auto& [sensor, known] : summaries) {
    const Behaviour behaviour = secondwave::judge(known.first, source, {.dark = known.second});
    behaviours_.push_back({.sensor = sensor,
                           .label = number_of(labels_, std::string(label_names()[behaviour.label])),
                           .spoof = behaviour.spoof,
                           .reason = behaviour.reason});
  }
}

void Judge::judge(Ipv4 source, std::span<const InputCell> cells) {
  judge_sequences(cells);
  judge_behaviour(source, cells);
  for (JudgedCell& each : judged_)
    each.label = label_at(each.input, Tag::unpack(each.cell->tag).rule, each.cell->first_time_us());
}

Status Judge::sweep(const SweepFilter& filter, bool with_labels, const Visit& visit) {
  return store_->sweep(filter, [&](Ipv4 source, std::span<const InputCell> cells) -> Status {
    judged_.clear();
    for (const InputCell& each : cells) judged_.push_back({&each.cell, each.input, input_of(each.input).sensor, 0});
    if (with_labels) judge(source, cells);
    return visit(source, judged_);
  });
}

}  // namespace secondwave
