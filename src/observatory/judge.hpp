// Labels, decided when they are asked for: from all that the store knows of a source, whatever the order it came in.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <unordered_map>
#include <vector>

#include "net/prefix.hpp"
#include "records/store.hpp"
#include "signature/source_summary.hpp"

namespace secondwave {

/// A cell with its sensor and label, as indices into Judge::sensors and Judge::labels.
struct JudgedCell {
  const SightingCell* cell = nullptr;
  InputId input = 0;
  std::uint32_t sensor = 0;
  std::uint32_t label = 0;
};

/// What a source did at one sensor where no rule hit, in words.
struct JudgedBehaviour {
  std::uint32_t sensor = 0;
  std::uint32_t label = 0;
  std::uint8_t spoof = 0;
  std::string reason;
};

/// Knows the inputs and rules of a store and gives each cell its label:
/// - of a plain rule, the rule's;
/// - of a sequence rule, `complete` or `otherwise`, judged over all inputs of the sensor (sequence.hpp);
/// - without a rule, what the source's behaviour at the sensor says (behaviour.hpp), over all that is stored.
class Judge {
 public:
  /// Errors: those of the store.
  [[nodiscard]] static Result<Judge> make(Store& store);

  [[nodiscard]] const std::vector<std::string>& sensors() const { return sensors_; }
  [[nodiscard]] const std::vector<std::string>& labels() const { return labels_; }
  [[nodiscard]] const std::vector<StoredInput>& inputs() const { return inputs_; }

  using Visit = std::function<Status(Ipv4 source, std::span<const JudgedCell> cells)>;
  /// Store::sweep with labels, or (`with_labels` false) without: then every label is 0. One pass, in order of source.
  [[nodiscard]] Status sweep(const SweepFilter& filter, bool with_labels, const Visit& visit);

  /// The label of a rule's hit at a time, and the name of the rule, for the source that is being visited.
  [[nodiscard]] std::uint32_t label_at(InputId input, std::uint16_t rule, std::int64_t time_us) const;
  [[nodiscard]] std::string rule_name(InputId input, std::uint16_t rule) const;
  /// Of the source that is being visited.
  [[nodiscard]] const std::vector<JudgedBehaviour>& behaviours() const { return behaviours_; }

 private:
  struct Rule {
    StoredRule stored;
    std::uint32_t label = 0;
    std::uint32_t otherwise = 0;
    std::uint32_t identity = 0;  ///< equal for equal rules of several books
  };
  struct Input {
    std::uint32_t sensor = 0;
    std::size_t book = 0;
    bool dark = false;
  };
  explicit Judge(Store& store) : store_(&store) {}
  [[nodiscard]] Status learn_books();
  [[nodiscard]] const Input& input_of(InputId id) const { return input_of_.at(id); }
  [[nodiscard]] const Rule* rule_of(const Input& input, std::uint16_t rule) const;
  void judge(Ipv4 source, std::span<const InputCell> cells);
  void judge_sequences(std::span<const InputCell> cells);
  void judge_behaviour(Ipv4 source, std::span<const InputCell> cells);

  Store* store_;
  std::vector<StoredInput> inputs_;
  std::vector<std::string> sensors_;
  std::vector<std::string> labels_ = {"other"};
  std::unordered_map<InputId, Input> input_of_;
  std::vector<std::vector<Rule>> books_;
  bool any_sequence_ = false;

  // Of the source that is being visited.
  std::map<std::pair<std::uint32_t, std::uint32_t>, std::vector<std::int64_t>> complete_;  // sensor, rule: bins
  std::vector<JudgedBehaviour> behaviours_;
  std::vector<JudgedCell> judged_;
};

/// The summary that a source's cells without a rule at one sensor add up to.
void add_to_summary(SourceSummary& summary, const SightingCell& cell);

}  // namespace secondwave
