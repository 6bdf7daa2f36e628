#include "scenario/writer.hpp"

#include <fmt/format.h>

#include <string_view>
#include <vector>

#include "scenario/keys.hpp"
#include "scenario/table_reader.hpp"

namespace secondwave {
namespace {

/// A TOML basic string.
std::string quoted(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    if (c == '"' || c == '\\') {
      out += '\\';
      out += c;
    } else if (c == '\n') {
      out += "\\n";
    } else if (c == '\t') {
      out += "\\t";
    } else if (byte < 0x20 || byte == 0x7F) {
      out += fmt::format("\\u{:04X}", byte);
    } else {
      out += c;
    }
  }
  return out + "\"";
}

std::string quantity_in_toml(const Quantity& value) {
  std::string law;
  switch (value.law) {
    case Quantity::Law::fixed:
      law = fmt::format("value = {}", value.a);
      break;
    case Quantity::Law::uniform:
      law = fmt::format("uniform = [{}, {}]", value.a, value.b);
      break;
    case Quantity::Law::normal:
      law = fmt::format("normal = [{}, {}]", value.a, value.b);
      break;
    case Quantity::Law::lognormal:
      law = fmt::format("lognormal = [{}, {}]", value.a, value.b);
      break;
  }
  if (!value.source.empty()) return fmt::format("{{ {}, source = {} }}", law, quoted(value.source));
  if (!value.assumed.empty()) return fmt::format("{{ {}, assumed = {} }}", law, quoted(value.assumed));
  return value.law == Quantity::Law::fixed ? fmt::format("{}", value.a) : fmt::format("{{ {} }}", law);
}

class SpecWriter : public KeyVisitor {
 public:
  [[nodiscard]] std::string take() { return std::move(out_); }

  void begin_table(const KeyInfo& info) override {
    path_.push_back(join_path(path_.back(), info.name));
    header_ = fmt::format("\n[{}]\n", path_.back());
  }
  void end_table() override {
    path_.pop_back();
    header_.clear();
  }
  void list(const KeyInfo& info, const ListAccess& access) override {
    path_.push_back(join_path(path_.back(), info.name));
    for (std::size_t i = 0; i < access.size(); ++i) {
      header_ = fmt::format("\n[[{}]]\n", path_.back());
      access.visit(i, *this);
    }
    path_.pop_back();
    header_.clear();
  }
  void text(const KeyInfo& info, TextRule, std::string& value) override {
    if (!value.empty()) line(info, quoted(value));
  }
  void time(const KeyInfo& info, std::optional<UtcTime>& value) override {
    if (value) line(info, to_string(*value));
  }
  void quantity(const KeyInfo& info, Quantity& value) override {
    if (!info.silent || !is_standard(info, value)) line(info, quantity_in_toml(value));
  }
  void integer(const KeyInfo& info, std::int64_t& value) override {
    if (!info.silent || info.standard != static_cast<double>(value)) line(info, fmt::format("{}", value));
  }
  void choice(const KeyInfo& info, std::span<const std::string_view> words, std::size_t& index) override {
    if (!info.silent || info.standard != static_cast<double>(index)) line(info, quoted(words[index]));
  }
  void prefixes(const KeyInfo& info, std::vector<Prefix>& value) override {
    if (info.silent && value.empty()) return;
    std::string all;
    for (const Prefix& prefix : value) all += (all.empty() ? "" : ", ") + quoted(to_string(prefix));
    line(info, "[" + all + "]");
  }
  void names(const KeyInfo& info, std::vector<std::string>& value) override {
    std::string all;
    for (const std::string& name : value) all += (all.empty() ? "" : ", ") + quoted(name);
    if (!all.empty()) line(info, "[" + all + "]");
  }
  void countries(const KeyInfo& info, std::vector<CountryShare>& value) override {
    if (value.empty()) return;
    header_ = fmt::format("\n[{}]\n", join_path(path_.back(), info.name));
    for (CountryShare& share : value) line({.name = share.code}, quantity_in_toml(share.percent));
  }

 private:
  void line(const KeyInfo& info, const std::string& value) {
    out_ += header_;
    header_.clear();
    out_ += fmt::format("{} = {}\n", info.name, value);
  }

  std::string out_;
  std::string header_;  ///< of a table in which nothing was written yet
  std::vector<std::string> path_ = {""};
};

}  // namespace

std::string write_scenario(const ScenarioSpec& spec) {
  ScenarioSpec copy = spec;
  SpecWriter writer;
  visit_scenario(copy, writer);
  return writer.take();
}

}  // namespace secondwave
