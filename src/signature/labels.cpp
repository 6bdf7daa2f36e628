#include "signature/labels.hpp"

#include <algorithm>
#include <array>

namespace secondwave {
namespace {

constexpr std::array<std::string_view, 14> names = {
    "code-red-1", "code-red-2", "nimda",    "slammer",          "blaster", "nachi",       "sasser",
    "witty",      "mirai",      "wannacry", "scanner-research", "scan",    "backscatter", "other"};

}  // namespace

std::span<const std::string_view> label_names() {
  return names;
}

std::optional<LabelId> label_from(std::string_view name) {
  const auto found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<LabelId>(found - names.begin());
}

}  // namespace secondwave
