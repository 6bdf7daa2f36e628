#include <fmt/format.h>
#include <re2/re2.h>
#include <re2/set.h>

#include <algorithm>

#include "signature/matcher.hpp"

namespace secondwave {
namespace {

constexpr std::int64_t memory_bytes = std::int64_t{64} << 20;

RE2::Options re2_options() {
  RE2::Options options(RE2::Latin1);  // bytes, as Hyperscan sees them
  options.set_log_errors(false);
  options.set_never_capture(true);
  options.set_max_mem(memory_bytes);
  return options;
}

re2::StringPiece piece(std::string_view text) {
  return {text.data(), text.size()};
}

/// Patterns as a set, and one by one for the rare text that needs more memory than the set has.
struct Patterns {
  std::unique_ptr<RE2::Set> set;
  std::vector<std::unique_ptr<RE2>> each;
};

class Re2Matcher final : public TextMatcher {
 public:
  explicit Re2Matcher(const Patterns& patterns) : patterns_(patterns) {}

  void find(std::string_view text, std::vector<std::uint32_t>& found) override {
    found.clear();
    if (patterns_.each.empty() || text.empty()) return;
    hits_.clear();
    RE2::Set::ErrorInfo error{RE2::Set::kNoError};
    if (patterns_.set->Match(piece(text), &hits_, &error)) {
      found.assign(hits_.begin(), hits_.end());
      std::sort(found.begin(), found.end());
    }
    if (error.kind == RE2::Set::kNoError) return;
    for (std::size_t i = 0; i < patterns_.each.size(); ++i) {
      if (RE2::PartialMatch(piece(text), *patterns_.each[i])) found.push_back(static_cast<std::uint32_t>(i));
    }
  }

 private:
  const Patterns& patterns_;
  std::vector<int> hits_;
};

class Re2Finder final : public NeedleFinder {
 public:
  explicit Re2Finder(const RE2* any) : any_(any) {}

  void find(std::string_view block, std::vector<std::size_t>& places) override {
    if (any_ == nullptr) return;
    std::size_t at = 0;
    re2::StringPiece hit;
    while (any_->Match(piece(block), at, block.size(), RE2::UNANCHORED, &hit, 1)) {
      const auto place = static_cast<std::size_t>(hit.data() - block.data());
      places.push_back(place);
      // One for each line is enough.
      const std::size_t end = block.find('\n', place);
      if (end == std::string_view::npos) return;
      at = end + 1;
    }
  }

 private:
  const RE2* any_;
};

tl::unexpected<Error> too_much(const std::string& why) {
  return failure(ErrorKind::data, fmt::format("the texts of the signatures are too much for RE2: {}", why), {},
                 "make them simpler");
}

Status compile_set(const std::vector<std::string>& texts, Patterns& patterns) {
  patterns.set = std::make_unique<RE2::Set>(re2_options(), RE2::UNANCHORED);
  for (const std::string& text : texts) {
    std::string why;
    if (patterns.set->Add(text, &why) < 0) return too_much(why);
    auto& one = patterns.each.emplace_back(std::make_unique<RE2>(text, re2_options()));
    if (!one->ok()) return too_much(one->error());
  }
  if (!patterns.set->Compile()) return too_much("out of its memory");
  return {};
}

class Re2Engine final : public TextEngine {
 public:
  Status compile_all(const Texts& texts) {
    if (const Status done = compile_set(texts.requests, requests_); !done) return done;
    if (const Status done = compile_set(texts.alerts, alerts_); !done) return done;
    if (texts.needles.empty()) return {};
    std::string any;
    for (const std::string& needle : texts.needles) any += (any.empty() ? "(?i)" : "|") + RE2::QuoteMeta(needle);
    needles_ = std::make_unique<RE2>(any, re2_options());
    if (!needles_->ok()) return too_much(needles_->error());
    return {};
  }

  std::unique_ptr<TextMatcher> requests() const override { return std::make_unique<Re2Matcher>(requests_); }
  std::unique_ptr<TextMatcher> alerts() const override { return std::make_unique<Re2Matcher>(alerts_); }
  std::unique_ptr<NeedleFinder> needles() const override { return std::make_unique<Re2Finder>(needles_.get()); }

 private:
  Patterns requests_;
  Patterns alerts_;
  std::unique_ptr<RE2> needles_;
};

}  // namespace

Result<std::unique_ptr<const TextEngine>> make_re2(const Texts& texts) {
  auto engine = std::make_unique<Re2Engine>();
  if (const Status done = engine->compile_all(texts); !done) return tl::unexpected(done.error());
  return engine;
}

}  // namespace secondwave
