#include "report/number_text.hpp"

#include <fmt/format.h>

#include <cmath>

namespace secondwave {

std::string number_for_people(double value) {
  if (!std::isfinite(value)) return "-";
  const double size = std::fabs(value);
  // 999.95 and more would round to four digits before the point.
  if (size < 999.95 || size >= 1e15) return fmt::format("{:.4g}", value);
  const std::string digits = fmt::format("{:.0f}", value);
  std::string out;
  for (std::size_t i = 0; i < digits.size(); ++i) {
    const std::size_t behind = digits.size() - i;  // digits from here to the end
    const bool after_digit = i > 0 && digits[i - 1] != '-';
    if (after_digit && behind % 3 == 0) out += ',';
    out += digits[i];
  }
  return out;
}

std::string number_for_machines(double value) {
  return std::isfinite(value) ? fmt::format("{}", value) : "";
}

}  // namespace secondwave
