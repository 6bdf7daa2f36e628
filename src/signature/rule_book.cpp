#include "signature/rule_book.hpp"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <set>
#include <utility>

namespace secondwave {
namespace {

/// Raised when the same rules would come to decide otherwise.
constexpr int meaning_version = 1;

/// All that decides, in the order of the book. Not the words about it.
std::string digest_of(const std::vector<Rule>& rules) {
  std::string text = fmt::format("signatures {}\n", meaning_version);
  for (const Rule& rule : rules) {
    const SequenceRule& sequence = rule.sequence;
    text += fmt::format("{} {} {} {}\n", kind_name(rule.kind), label_names()[rule.label], rule.from_us, rule.until_us);
    for (const Rule::Text& each : rule.texts) text += fmt::format("text {} {}\n", each.step, each.pattern.regex);
    for (const std::uint32_t id : rule.alert_ids) text += fmt::format("id {}\n", id);
    if (rule.kind == Rule::Kind::packet) text += rule.shape.canonical() + "\n";
    if (rule.kind == Rule::Kind::sequence) {
      text += fmt::format("{} of {} within {} else {}\n", sequence.steps_needed, sequence.steps, sequence.within_s,
                          label_names()[sequence.otherwise]);
    }
  }
  const XXH128_hash_t hash = XXH3_128bits(text.data(), text.size());
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

Status add_rules(const RuleBook::File& file, std::vector<Rule>& rules) {
  Result<std::vector<Rule>> read = read_rules(file.text, file.name);
  if (!read) return tl::unexpected(read.error());
  for (Rule& rule : *read) {
    const auto same = std::find_if(rules.begin(), rules.end(), [&](const Rule& r) { return r.name == rule.name; });
    if (same != rules.end()) {
      return failure(ErrorKind::data, fmt::format("there is already a rule {}", rule.name), rule.place,
                     fmt::format("see {}:{}; give it a name of its own", same->place.file, same->place.line));
    }
    if (rules.size() >= max_rules) {
      return failure(ErrorKind::data, fmt::format("there are more than {} rules", max_rules), rule.place);
    }
    rules.push_back(std::move(rule));
  }
  return {};
}

/// Indexes the rules and collects what the engine looks for.
Status index(auto& book, Texts& texts) {
  std::set<std::string> needles;
  std::size_t atoms = 0;
  for (std::size_t number = 0; number < book.rules.size(); ++number) {
    const Rule& rule = book.rules[number];
    const auto id = static_cast<std::uint16_t>(number);
    const bool alert = rule.kind == Rule::Kind::alert;
    for (const Rule::Text& text : rule.texts) {
      atoms += text.pattern.atoms;
      (alert ? texts.alerts : texts.requests).push_back(text.pattern.regex);
      (alert ? book.alert_hits : book.request_hits).push_back({id, text.step});
      if (!alert) needles.insert(text.pattern.needles.begin(), text.pattern.needles.end());
    }
    for (const std::uint32_t alert_id : rule.alert_ids) {
      auto& listed = book.by_alert_id[alert_id];
      if (listed.empty() || listed.back() != id) listed.push_back(id);
    }
    if (rule.kind == Rule::Kind::packet) book.by_protocol[rule.shape.protocol].emplace_back(rule.shape, id);
    if (atoms > max_atoms_of_book) {
      return failure(
          ErrorKind::data,
          fmt::format("the texts of all rules up to {} have more than {} atoms", rule.name, max_atoms_of_book),
          rule.place, "use shorter texts, or fewer repetitions");
    }
  }
  texts.needles.assign(needles.begin(), needles.end());
  if (texts.requests.size() + texts.alerts.size() > max_texts) {
    return failure(ErrorKind::data, fmt::format("the rules look for more than {} texts", max_texts));
  }
  return {};
}

Result<std::unique_ptr<const TextEngine>> make_engine(const Texts& texts, RuleBook::Matcher matcher) {
#ifdef SECONDWAVE_HYPERSCAN
  if (matcher != RuleBook::Matcher::re2) return make_hyperscan(texts);
#else
  if (matcher == RuleBook::Matcher::hyperscan) {
    return failure(ErrorKind::usage, "this program was built without Hyperscan", {},
                   "install libhyperscan-dev and build again");
  }
#endif
  return make_re2(texts);
}

}  // namespace

bool RuleBook::has_hyperscan() {
#ifdef SECONDWAVE_HYPERSCAN
  return true;
#else
  return false;
#endif
}

RuleBook::RuleBook(std::unique_ptr<const Rules> rules) : rules_(std::move(rules)) {}
RuleBook::RuleBook(RuleBook&&) noexcept = default;
RuleBook& RuleBook::operator=(RuleBook&&) noexcept = default;
RuleBook::~RuleBook() = default;

Result<RuleBook> RuleBook::parse(std::span<const File> files, Matcher matcher) {
  std::vector<const File*> sorted;
  for (const File& file : files) sorted.push_back(&file);
  std::stable_sort(sorted.begin(), sorted.end(), [](const File* a, const File* b) { return a->name < b->name; });
  auto book = std::make_unique<Rules>();
  for (const File* file : sorted) {
    if (const Status added = add_rules(*file, book->rules); !added) return tl::unexpected(added.error());
  }
  Texts texts;
  const Status indexed = index(*book, texts);
  if (!indexed) return tl::unexpected(indexed.error());
  Result<std::unique_ptr<const TextEngine>> engine = make_engine(texts, matcher);
  if (!engine) return tl::unexpected(engine.error());
  book->engine = std::move(*engine);
  book->digest = digest_of(book->rules);
  return RuleBook(std::move(book));
}

std::size_t RuleBook::size() const {
  return rules_->rules.size();
}

std::string_view RuleBook::name(std::uint16_t rule) const {
  return rules_->rules.at(rule).name;
}

RuleInfo RuleBook::info(std::uint16_t rule) const {
  const Rule& of = rules_->rules.at(rule);
  return {of.name, label_names()[of.label], kind_name(of.kind), of.source,
          of.why,  of.cannot_tell,          of.place.file,      of.place.line};
}

const SequenceRule* RuleBook::sequence(std::uint16_t rule) const {
  const Rule& of = rules_->rules.at(rule);
  return of.kind == Rule::Kind::sequence ? &of.sequence : nullptr;
}

std::string_view RuleBook::digest() const {
  return rules_->digest;
}

}  // namespace secondwave
