#include "scenario/explain.hpp"

#include <fmt/format.h>

#include <string_view>
#include <utility>

#include "scenario/keys.hpp"
#include "scenario/table_reader.hpp"

namespace secondwave {
namespace {

std::string origin_of(const Quantity& value) {
  if (!value.source.empty()) return value.source;
  if (value.assumed == assumed_by_default) return "default";
  return value.assumed.empty() ? "no source" : "assumed: " + value.assumed;
}

class Explainer : public KeyVisitor {
 public:
  [[nodiscard]] std::vector<ExplainRow> take() { return std::move(rows_); }

  void begin_table(const KeyInfo& info) override { path_.push_back(join_path(path_.back(), info.name)); }
  void end_table() override { path_.pop_back(); }
  void list(const KeyInfo& info, const ListAccess& access) override {
    list_ = join_path(path_.back(), info.name);
    const std::string list_path = list_;
    for (std::size_t i = 0; i < access.size(); ++i) {
      list_ = list_path;
      path_.push_back(fmt::format("{}.{}", list_path, i));
      access.visit(i, *this);
      path_.pop_back();
    }
    list_.clear();
  }
  void text(const KeyInfo& info, TextRule, std::string& value) override {
    // The name of an element comes first and takes the place of its number, as --set allows.
    if (info.name == "name" && !list_.empty()) {
      path_.back() = join_path(list_, value);
      return;
    }
    if (!value.empty()) add(info, value, "");
  }
  void time(const KeyInfo& info, std::optional<UtcTime>& value) override {
    if (info.silent && !value) return;
    add(info, value ? to_string(*value) : std::string(info.standard_text), value ? "" : "default");
  }
  void quantity(const KeyInfo& info, Quantity& value) override {
    if (!info.silent || !is_standard(info, value)) add(info, value_text(value), origin_of(value));
  }
  void integer(const KeyInfo& info, std::int64_t& value) override {
    const bool standard = info.standard && *info.standard == static_cast<double>(value);
    if (!info.silent || !standard) add(info, fmt::format("{}", value), standard ? "default" : "");
  }
  void choice(const KeyInfo& info, std::span<const std::string_view> words, std::size_t& index) override {
    const bool standard = info.standard && *info.standard == static_cast<double>(index);
    if (!info.silent || !standard) add(info, std::string(words[index]), standard ? "default" : "");
  }
  void prefixes(const KeyInfo& info, std::vector<Prefix>& value) override {
    if (info.silent && value.empty()) return;
    std::string all;
    for (const Prefix& prefix : value) all += (all.empty() ? "" : ", ") + to_string(prefix);
    add(info, all, "");
  }
  void names(const KeyInfo& info, std::vector<std::string>& value) override {
    std::string all;
    for (const std::string& name : value) all += (all.empty() ? "" : ", ") + name;
    if (!all.empty()) add(info, all, "");
  }
  void countries(const KeyInfo& info, std::vector<CountryShare>& value) override {
    path_.push_back(join_path(path_.back(), info.name));
    for (CountryShare& share : value) {
      add({.name = share.code, .meaning = "Share of the hosts.", .unit = info.unit}, value_text(share.percent),
          origin_of(share.percent));
    }
    path_.pop_back();
  }

 private:
  void add(const KeyInfo& info, std::string value, std::string source) {
    rows_.push_back({join_path(path_.back(), info.name), std::move(value), std::string(info.unit), std::move(source),
                     std::string(info.meaning)});
  }

  std::vector<ExplainRow> rows_;
  std::vector<std::string> path_ = {""};
  std::string list_;  ///< path of the list whose element is being explained
};

}  // namespace

std::string value_text(const Quantity& value) {
  switch (value.law) {
    case Quantity::Law::fixed:
      return fmt::format("{}", value.a);
    case Quantity::Law::uniform:
      return fmt::format("uniform {} to {}", value.a, value.b);
    case Quantity::Law::normal:
      return fmt::format("normal, mean {}, sd {}", value.a, value.b);
    case Quantity::Law::lognormal:
      return fmt::format("lognormal, median {}, sigma {}", value.a, value.b);
  }
  return {};
}

std::vector<ExplainRow> explain_scenario(const ScenarioSpec& spec) {
  ScenarioSpec copy = spec;
  Explainer explainer;
  visit_scenario(copy, explainer);
  return explainer.take();
}

}  // namespace secondwave
