#include "report/notice_advice.hpp"

#include <fmt/format.h>

#include "scenario/row_reader.hpp"
#include "scenario/toml_tree.hpp"

namespace secondwave {
namespace {

const std::vector<std::string_view> advice_keys = {"label", "title",    "protocol", "port",
                                                   "what",  "infected", "steps",    "source"};

std::vector<std::string> read_steps(RowReader& row, Problems& problems) {
  std::vector<std::string> steps;
  const TomlNode* node = row.find("steps", true);
  if (node == nullptr) return steps;
  if (!node->is_array() || node->items.empty() || node->items.size() > 20) {
    problems.add(row.full("steps") + " must be a list of 1 to 20 texts", node->spot.place());
    return steps;
  }
  for (const TomlNode& item : node->items) {
    if (auto step = read_text(item, row.full("steps"), TextRule::line, problems)) steps.push_back(std::move(*step));
  }
  return steps;
}

Advice read_advice(RowReader& row, Problems& problems) {
  Advice out;
  out.title = row.text("title", TextRule::line);
  out.what = row.text("what", TextRule::prose);
  out.source = row.text("source", TextRule::prose);
  out.steps = read_steps(row, problems);
  out.protocol = row.text("protocol", TextRule::line, false);
  if (!out.protocol.empty() && out.protocol != "tcp" && out.protocol != "udp" && out.protocol != "icmp")
    row.fault(": protocol must be tcp, udp or icmp");
  if (const std::optional<double> port = row.optional_number("port")) {
    const bool good = *port >= 1 && *port <= 65535 && *port == static_cast<double>(static_cast<int>(*port));
    if (good) out.port = static_cast<std::uint16_t>(*port);
    if (!good) row.fault(": port must be a whole number from 1 to 65535");
  }
  if (const TomlNode* node = row.find("infected", false))
    out.infected = read_boolean(*node, row.full("infected"), problems).value_or(true);
  return out;
}

}  // namespace

Result<std::map<std::string, Advice>> parse_advice(std::string_view text, const std::string& file) {
  const Result<TomlNode> tree = parse_toml(text, file);
  if (!tree) return tl::unexpected(tree.error());
  Problems problems;
  std::map<std::string, Advice> all;
  std::size_t index = 0;
  for (const TomlNode* table : tables_of(*tree, "advice", file, problems)) {
    RowReader row(*table, fmt::format("advice.{}", index++), advice_keys, problems);
    const std::string label = row.text("label", TextRule::name);
    if (!all.emplace(label, read_advice(row, problems)).second)
      problems.add("there is advice on " + label + " already", row.place());
  }
  if (!problems.empty()) return tl::unexpected(problems.list().front());
  return all;
}

}  // namespace secondwave
