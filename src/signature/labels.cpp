#include "signature/labels.hpp"

#include <algorithm>
#include <array>

namespace secondwave {
namespace {

constexpr std::array<std::string_view, 14> label_list = {
    "code-red-1", "code-red-2", "nimda",    "slammer",          "blaster", "nachi",       "sasser",
    "witty",      "mirai",      "wannacry", "scanner-research", "scan",    "backscatter", "other"};

}  // namespace

std::span<const std::string_view> label_names() {
  return label_list;
}

std::optional<LabelId> label_from(std::string_view name) {
  const auto found = std::find(label_list.begin(), label_list.end(), name);
  if (found == label_list.end()) return std::nullopt;
  return static_cast<LabelId>(found - label_list.begin());
}

}  // namespace secondwave
