#include "scenario/table_reader.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <cmath>
#include <utility>

#include "base/text.hpp"

namespace secondwave {
namespace {

constexpr std::size_t max_text_bytes = 10000;
/// A wider lognormal law would spend its draws outside any legal range.
constexpr double max_sigma = 5;

std::string what_it_is(const TomlNode& node) {
  if (node.kind == TomlNode::Kind::text) return fmt::format("the string \"{}\"", node.text.substr(0, 60));
  if (node.kind == TomlNode::Kind::integer) return fmt::format("{}", node.integer);
  if (node.kind == TomlNode::Kind::real) return fmt::format("{}", node.real);
  return std::string(kind_in_words(node.kind));
}

bool has_control_characters(std::string_view text, bool lines_allowed) {
  return std::any_of(text.begin(), text.end(), [&](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < 0x20 && !(lines_allowed && (c == '\n' || c == '\t'))) || byte == 0x7F;
  });
}

std::optional<double> as_number(const TomlNode& node) {
  if (node.kind == TomlNode::Kind::integer) return static_cast<double>(node.integer);
  // + 0.0: minus zero becomes zero, so that what is written can be read back the same.
  if (node.kind == TomlNode::Kind::real) return node.real + 0.0;
  return std::nullopt;
}

struct LawKey {
  std::string_view name;
  Quantity::Law law;
  std::string_view pair;  ///< what the two numbers are; empty for a single number
};
constexpr LawKey law_keys[] = {{"value", Quantity::Law::fixed, ""},
                               {"uniform", Quantity::Law::uniform, "[lowest, highest]"},
                               {"normal", Quantity::Law::normal, "[mean, standard deviation]"},
                               {"lognormal", Quantity::Law::lognormal, "[median, sigma]"}};

/// The numbers of one law key into `value`; false where they are wrong.
bool read_law(const TomlNode& node, const std::string& name, const LawKey& key, Quantity& value, Problems& problems) {
  value.law = key.law;
  const std::string full = join_path(name, key.name);
  if (key.pair.empty()) {
    const std::optional<double> number = read_number(node, full, problems);
    if (number) value.a = *number;
    return number.has_value();
  }
  if (!node.is_array() || node.items.size() != 2) {
    problems.add(fmt::format("{} must be an array of two numbers, {}", full, key.pair), node.spot.place());
    return false;
  }
  const std::optional<double> first = read_number(node.items[0], full, problems);
  const std::optional<double> second = read_number(node.items[1], full, problems);
  if (!first || !second) return false;
  value.a = *first;
  value.b = *second;
  return true;
}

bool read_quantity_table(const TomlNode& node, const std::string& name, Quantity& value, Problems& problems) {
  const std::size_t before = problems.list().size();
  reject_unknown_keys(node, name, {"value", "uniform", "normal", "lognormal", "source", "assumed"}, problems);
  if (problems.list().size() != before) return false;
  const LawKey* chosen = nullptr;
  for (const LawKey& key : law_keys) {
    const TomlMember* member = node.member(key.name);
    if (member == nullptr) continue;
    if (chosen != nullptr) {
      problems.add(fmt::format("{} has both {} and {}", name, chosen->name, key.name), member->spot.place(),
                   "keep one of them");
      return false;
    }
    chosen = &key;
    if (!read_law(member->value, name, key, value, problems)) return false;
  }
  if (chosen == nullptr) {
    problems.add(fmt::format("{} has no number", name), node.spot.place(),
                 "give one of value = number, uniform = [lowest, highest], normal = [mean, standard deviation], "
                 "lognormal = [median, sigma]");
    return false;
  }
  if (node.member("source") != nullptr && node.member("assumed") != nullptr) {
    problems.add(fmt::format("{} has both source and assumed", name), node.member("assumed")->spot.place(),
                 "a number is either published or assumed; keep one of them");
    return false;
  }
  for (const auto& [key, target] : {std::pair("source", &value.source), std::pair("assumed", &value.assumed)}) {
    const TomlMember* member = node.member(key);
    if (member == nullptr) continue;
    const auto text = read_text(member->value, join_path(name, key), TextRule::prose, problems);
    if (!text) return false;
    *target = *text;
  }
  return true;
}

}  // namespace

void Problems::add(std::string message, const Place& place, std::string remedy) {
  if (list_.size() < max_problems) list_.push_back({ErrorKind::data, std::move(message), place, std::move(remedy)});
}

std::string join_path(const std::string& path, std::string_view name) {
  return path.empty() ? std::string(name) : fmt::format("{}.{}", path, name);
}

bool is_name(std::string_view text) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z'); };
  const auto good = [&](char c) { return letter(c) || (c >= '0' && c <= '9') || c == '-' || c == '_'; };
  return !text.empty() && text.size() <= 64 && letter(text[0]) && std::all_of(text.begin(), text.end(), good);
}

std::optional<std::string> read_text(const TomlNode& node, const std::string& name, TextRule rule, Problems& problems) {
  if (node.kind != TomlNode::Kind::text) {
    problems.add(fmt::format("{} must be a string, not {}", name, what_it_is(node)), node.spot.place(),
                 "put it between double quotes");
    return std::nullopt;
  }
  if (node.text.empty()) {
    problems.add(fmt::format("{} is empty", name), node.spot.place(), "write something, or leave the key out");
  } else if (rule == TextRule::name && !is_name(node.text)) {
    problems.add(fmt::format("{} \"{}\" cannot be a name", name, node.text.substr(0, 80)), node.spot.place(),
                 "use letters, digits, - and _, a letter first, at most 64 in all");
  } else if (node.text.size() > max_text_bytes) {
    problems.add(fmt::format("{} is longer than {} bytes", name, max_text_bytes), node.spot.place());
  } else if (has_control_characters(node.text, rule == TextRule::prose)) {
    problems.add(fmt::format("{} holds control characters", name), node.spot.place(),
                 rule == TextRule::prose ? "only line ends and tabs are allowed" : "it must be one line of plain text");
  } else {
    return node.text;
  }
  return std::nullopt;
}

std::optional<UtcTime> read_time(const TomlNode& node, const std::string& name, Problems& problems) {
  if (node.kind == TomlNode::Kind::local_time) {
    problems.add(fmt::format("{} has no time zone", name), node.spot.place(),
                 "write date, time and zone without quotes: 2001-07-19T10:00:00Z, or ...+02:00");
    return std::nullopt;
  }
  if (node.kind != TomlNode::Kind::time) {
    problems.add(fmt::format("{} must be a date-time, not {}", name, what_it_is(node)), node.spot.place(),
                 "write date, time and zone without quotes: 2001-07-19T10:00:00Z");
    return std::nullopt;
  }
  if (!node.why_not.empty()) {
    problems.add(fmt::format("{} cannot be used: {}", name, node.why_not), node.spot.place());
    return std::nullopt;
  }
  return node.time;
}

std::optional<std::int64_t> read_integer(const TomlNode& node, const std::string& name, const KeyInfo& info,
                                         Problems& problems) {
  if (node.kind != TomlNode::Kind::integer) {
    problems.add(fmt::format("{} must be a whole number, not {}", name, what_it_is(node)), node.spot.place());
    return std::nullopt;
  }
  if (static_cast<double>(node.integer) < info.min || static_cast<double>(node.integer) > info.max) {
    problems.add(info.min == info.max
                     ? fmt::format("{} must be {}, not {}", name, info.min, node.integer)
                     : fmt::format("{} must be from {:.0f} to {:.0f}, not {}", name, info.min, info.max, node.integer),
                 node.spot.place());
    return std::nullopt;
  }
  return node.integer;
}

std::optional<double> read_number(const TomlNode& node, const std::string& name, Problems& problems) {
  const std::optional<double> number = as_number(node);
  if (!number) {
    problems.add(fmt::format("{} must be a number, not {}", name, what_it_is(node)), node.spot.place());
    return std::nullopt;
  }
  if (!std::isfinite(*number)) {
    problems.add(fmt::format("{} is {}, which is not a finite number", name, *number), node.spot.place());
    return std::nullopt;
  }
  return number;
}

std::optional<bool> read_boolean(const TomlNode& node, const std::string& name, Problems& problems) {
  if (node.kind == TomlNode::Kind::boolean) return node.integer != 0;
  problems.add(fmt::format("{} must be true or false, not {}", name, what_it_is(node)), node.spot.place());
  return std::nullopt;
}

std::string range_fault(const Quantity& value) {
  const auto outside = [&](double x) { return x < value.min || x > value.max; };
  const std::string range = fmt::format("must be from {:.15g} to {:.15g}", value.min, value.max);
  switch (value.law) {
    case Quantity::Law::fixed:
      if (outside(value.a)) return fmt::format("{}, not {:.15g}", range, value.a);
      break;
    case Quantity::Law::uniform:
      if (outside(value.a) || outside(value.b)) {
        return fmt::format("{}; uniform goes from {:.15g} to {:.15g}", range, value.a, value.b);
      }
      if (value.a >= value.b) {
        return fmt::format("has a uniform law whose lowest value, {}, is not below its highest, {}", value.a, value.b);
      }
      break;
    case Quantity::Law::normal:
      if (outside(value.a)) return fmt::format("{}; the mean is {:.15g}", range, value.a);
      // Then at least a third of the draws lie within the range, and redrawing ends soon.
      if (value.b <= 0 || value.b > value.max - value.min) {
        return fmt::format(
            "needs a standard deviation above 0 and at most the width of its range, {:.15g}, not {:.15g}",
            value.max - value.min, value.b);
      }
      break;
    case Quantity::Law::lognormal:
      if (outside(value.a) || value.a <= 0) return fmt::format("{} and above 0; the median is {:.15g}", range, value.a);
      if (value.b <= 0 || value.b > max_sigma) {
        return fmt::format("needs a sigma above 0 and at most {}, not {:.15g}", max_sigma, value.b);
      }
      break;
  }
  return {};
}

std::optional<Quantity> read_quantity(const TomlNode& node, const std::string& name, const KeyInfo& info,
                                      Problems& problems) {
  Quantity value;
  value.min = info.min;
  value.max = info.max;
  value.place = node.spot.place();
  if (node.is_table()) {
    if (!read_quantity_table(node, name, value, problems)) return std::nullopt;
  } else if (const std::optional<double> number = as_number(node)) {
    if (!read_number(node, name, problems)) return std::nullopt;
    value.a = *number;
  } else {
    problems.add(fmt::format("{} must be a number, not {}", name, what_it_is(node)), node.spot.place(),
                 "write it bare, or as { value = 8.6, source = \"...\" } or { value = 8.6, assumed = \"...\" }");
    return std::nullopt;
  }
  if (node.from_command_line && value.source.empty() && value.assumed.empty()) value.assumed = assumed_by_set;
  const bool fixed = value.law == Quantity::Law::fixed;
  const std::string unit = info.unit.empty() ? "" : fmt::format(" ({})", info.unit);
  if (info.known && !fixed) {
    problems.add(fmt::format("{} must be known, not drawn from a law", name), node.spot.place());
    return std::nullopt;
  }
  if (const std::string fault = range_fault(value); !fault.empty()) {
    problems.add(fmt::format("{}{} {}", name, unit, fault), node.spot.place());
    return std::nullopt;
  }
  if (info.whole && fixed && value.a != std::floor(value.a)) {
    problems.add(fmt::format("{}{} must be a whole number, not {}", name, unit, value.a), node.spot.place());
    return std::nullopt;
  }
  return value;
}

void reject_unknown_keys(const TomlNode& table, const std::string& path, const std::vector<std::string_view>& known,
                         Problems& problems) {
  for (const TomlMember& member : table.members) {
    if (std::find(known.begin(), known.end(), member.name) != known.end()) continue;
    // The search for the nearest word takes the product of the lengths: only words of a plausible length are worth it.
    const std::string_view near = member.name.size() <= 100 ? nearest_word(member.name, known) : std::string_view();
    std::string remedy = "did you mean " + std::string(near) + "?";
    if (near.empty()) {
      remedy = path.empty() ? "the keys here are " : "the keys of " + path + " are ";
      for (std::size_t i = 0; i < known.size(); ++i) remedy += (i == 0 ? "" : ", ") + std::string(known[i]);
    }
    problems.add(fmt::format("{} is not a key", join_path(path, member.name.substr(0, 100))), member.spot.place(),
                 std::move(remedy));
  }
}

}  // namespace secondwave
