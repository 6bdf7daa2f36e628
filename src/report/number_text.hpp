// Numbers as text: one way for people, one for programs.
#pragma once

#include <optional>
#include <string>

namespace secondwave {

/// Four significant digits below 1,000; whole numbers with thousands separated above; "-" where it is not finite.
[[nodiscard]] std::string number_for_people(double value);

/// The same; "-" where there is none.
[[nodiscard]] inline std::string number_for_people(const std::optional<double>& value) {
  return value ? number_for_people(*value) : "-";
}

/// The shortest decimal that reads back as the same double; empty where it is not finite.
[[nodiscard]] std::string number_for_machines(double value);

}  // namespace secondwave
