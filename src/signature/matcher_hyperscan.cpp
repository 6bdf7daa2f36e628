#include <fmt/format.h>
#include <hs.h>

#include <algorithm>
#include <limits>

#include "signature/matcher.hpp"
#include "signature/safe_pattern.hpp"

namespace secondwave {
namespace {

struct DatabaseDeleter {
  void operator()(hs_database_t* database) const { hs_free_database(database); }
};
struct ScratchDeleter {
  void operator()(hs_scratch_t* scratch) const { hs_free_scratch(scratch); }
};
using Database = std::unique_ptr<hs_database_t, DatabaseDeleter>;
using Scratch = std::unique_ptr<hs_scratch_t, ScratchDeleter>;

Scratch scratch_for(const hs_database_t* database) {
  hs_scratch_t* scratch = nullptr;
  if (database != nullptr && hs_alloc_scratch(database, &scratch) != HS_SUCCESS) throw std::bad_alloc();
  return Scratch(scratch);
}

/// hs_scan takes 32-bit lengths.
unsigned length_of(std::string_view text) {
  return static_cast<unsigned>(std::min<std::size_t>(text.size(), std::numeric_limits<unsigned>::max()));
}

class HyperscanMatcher final : public TextMatcher {
 public:
  explicit HyperscanMatcher(const hs_database_t* database) : database_(database), scratch_(scratch_for(database)) {}

  void find(std::string_view text, std::vector<std::uint32_t>& found) override {
    found.clear();
    if (database_ == nullptr || text.empty()) return;
    const auto on_match = [](unsigned id, unsigned long long, unsigned long long, unsigned, void* context) {
      static_cast<std::vector<std::uint32_t>*>(context)->push_back(id);
      return 0;
    };
    hs_scan(database_, text.data(), length_of(text), 0, scratch_.get(), on_match, &found);
    if (found.size() > 1) std::sort(found.begin(), found.end());
  }

 private:
  const hs_database_t* database_;
  Scratch scratch_;
};

class HyperscanFinder final : public NeedleFinder {
 public:
  explicit HyperscanFinder(const hs_database_t* database) : database_(database), scratch_(scratch_for(database)) {}

  void find(std::string_view block, std::vector<std::size_t>& places) override {
    if (database_ == nullptr) return;
    const auto start = static_cast<std::ptrdiff_t>(places.size());
    // More than 4 GB at once is not needed, but allowed: pieces overlap by more than a needle that is cut.
    constexpr std::size_t piece = std::size_t{1} << 30;
    constexpr std::size_t overlap = 2 * max_pattern_bytes;
    for (std::size_t at = 0; at < block.size(); at += piece) {
      Search search{block, &places, at, 0, 0};
      const std::string_view part = block.substr(at, piece + overlap);
      hs_scan(database_, part.data(), length_of(part), 0, scratch_.get(), on_match, &search);
    }
    // Hyperscan promises an order for each pattern only.
    if (!std::is_sorted(places.begin() + start, places.end())) std::sort(places.begin() + start, places.end());
  }

 private:
  struct Search {
    std::string_view block;
    std::vector<std::size_t>* places;
    std::size_t offset;
    std::size_t last;  ///< the last place taken, and the end of its line
    std::size_t line_end;
  };

  /// One for each line is enough.
  static int on_match(unsigned, unsigned long long, unsigned long long to, unsigned, void* context) {
    auto& search = *static_cast<Search*>(context);
    const std::size_t place = search.offset + static_cast<std::size_t>(to) - 1;
    if (place >= search.last && place < search.line_end) return 0;
    search.places->push_back(place);
    search.last = place;
    search.line_end = std::min(search.block.find('\n', place), search.block.size());
    return 0;
  }

  const hs_database_t* database_;
  Scratch scratch_;
};

Result<Database> compile_database(const std::vector<std::string>& patterns, unsigned flags) {
  if (patterns.empty()) return Database();
  std::vector<const char*> texts;
  std::vector<unsigned> all_flags(patterns.size(), flags);
  std::vector<unsigned> ids;
  for (const std::string& pattern : patterns) {
    ids.push_back(static_cast<unsigned>(texts.size()));
    texts.push_back(pattern.c_str());
  }
  hs_database_t* database = nullptr;
  hs_compile_error_t* error = nullptr;
  if (hs_compile_multi(texts.data(), all_flags.data(), ids.data(), static_cast<unsigned>(texts.size()), HS_MODE_BLOCK,
                       nullptr, &database, &error) != HS_SUCCESS) {
    std::string why = error == nullptr ? "no reason given" : error->message;
    hs_free_compile_error(error);
    return failure(ErrorKind::data, fmt::format("the texts of the signatures are too much for Hyperscan: {}", why), {},
                   "make them simpler");
  }
  return Database(database);
}

class HyperscanEngine final : public TextEngine {
 public:
  HyperscanEngine(Database requests, Database alerts, Database needles)
      : requests_(std::move(requests)), alerts_(std::move(alerts)), needles_(std::move(needles)) {}

  std::unique_ptr<TextMatcher> requests() const override { return std::make_unique<HyperscanMatcher>(requests_.get()); }
  std::unique_ptr<TextMatcher> alerts() const override { return std::make_unique<HyperscanMatcher>(alerts_.get()); }
  std::unique_ptr<NeedleFinder> needles() const override { return std::make_unique<HyperscanFinder>(needles_.get()); }

 private:
  Database requests_;
  Database alerts_;
  Database needles_;
};

}  // namespace

Result<std::unique_ptr<const TextEngine>> make_hyperscan(const Texts& texts) {
  std::vector<std::string> words;
  for (const std::string& needle : texts.needles) {
    std::string& word = words.emplace_back();
    for (const char c : needle) word += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
  }
  Result<Database> requests = compile_database(texts.requests, HS_FLAG_SINGLEMATCH);
  if (!requests) return tl::unexpected(requests.error());
  Result<Database> alerts = compile_database(texts.alerts, HS_FLAG_SINGLEMATCH);
  if (!alerts) return tl::unexpected(alerts.error());
  Result<Database> needles = compile_database(words, HS_FLAG_CASELESS);
  if (!needles) return tl::unexpected(needles.error());
  return std::make_unique<const HyperscanEngine>(std::move(*requests), std::move(*alerts), std::move(*needles));
}

}  // namespace secondwave
