#include <fmt/format.h>
#include <poll.h>

#include "observatory/labelling.hpp"

namespace secondwave {
namespace {

constexpr int wait_ms = 200;
constexpr double shortest_window_s = 60;

class BookLabelling final : public Labelling {
 public:
  explicit BookLabelling(const RuleBook& book) : labeller_(book) {}
  void label(std::span<const Sighting> sightings, std::span<Verdict> verdicts) override {
    labeller_.label(sightings, verdicts);
  }
  std::uint64_t find_lines(std::string_view chunk, std::vector<Labeller::Line>& lines) override {
    return labeller_.find_lines(chunk, lines);
  }

 private:
  Labeller labeller_;
};

bool standard_input_ready() {
  pollfd input{.fd = 0, .events = POLLIN, .revents = 0};
  return ::poll(&input, 1, wait_ms) != 0;  // an error is met by reading
}

}  // namespace

Result<Instruments> instruments_of(const RuleBook& book, std::function<double()> clock_s) {
  Instruments instruments{.open = open_source,
                          .detect = detect_format,
                          .make_reader = make_reader,
                          .make_labelling = [&book] { return std::make_unique<BookLabelling>(book); },
                          .input_ready = standard_input_ready,
                          .clock_s = std::move(clock_s)};
  instruments.book = book.digest();
  for (std::size_t i = 0; i < book.size(); ++i) {
    const auto number = static_cast<std::uint16_t>(i);
    const RuleInfo info = book.info(number);
    StoredRule rule{.number = number, .name = std::string(info.name), .label = std::string(info.label)};
    if (const SequenceRule* sequence = book.sequence(number)) {
      rule.otherwise = label_names()[sequence->otherwise];
      rule.steps_needed = sequence->steps_needed;
      rule.steps = sequence->steps;
      rule.within_s = sequence->within_s;
      if (rule.within_s < shortest_window_s) {
        // The store keeps the first and last hit of each minute, which decides windows of a minute and longer.
        return failure(
            ErrorKind::data, fmt::format("the sequence '{}' is to complete within {} s", rule.name, rule.within_s),
            {.file = std::string(info.file), .line = info.line}, "60 s is the shortest time that can be judged");
      }
    }
    instruments.rules.push_back(std::move(rule));
  }
  return instruments;
}

}  // namespace secondwave
