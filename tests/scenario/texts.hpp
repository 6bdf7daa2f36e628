// A small good scenario, and ways to spoil it.
#pragma once

#include <gtest/gtest.h>

#include <string>
#include <string_view>
#include <vector>

#include "scenario/reader.hpp"

namespace secondwave::testing {

/// Uses every table. Line numbers in the tests count from its first line.
inline const std::string good_text = R"(format = 1
name = "small"
title = "A small one"

[time]
start = 2001-07-19T10:00:00Z
end = 2001-07-20T00:00:00Z

[population]
vulnerable = 1000
address_bits = 24

[worm]
scan_rate_per_s = 6

[[worm.scope]]
prefix_length = 0
share = 1

[outbreak]
initially_infected = 5

[[response]]
name = "admins"
kind = "patch"
rate_per_h = 0.1

[[sensor]]
name = "dark"
prefixes = ["0.1.0.0/16"]
)";

/// good_text with the first `old_part` replaced; the part must be there.
inline std::string with(std::string_view old_part, std::string_view new_part, std::string text = good_text) {
  const std::size_t at = text.find(old_part);
  EXPECT_NE(at, std::string::npos) << old_part;
  if (at != std::string::npos) text.replace(at, old_part.size(), new_part);
  return text;
}

/// The whole text of the error that reading `text` gives, or "" where it reads.
inline std::string error_of(const std::string& text, const std::vector<std::string>& sets = {}) {
  const Result<ScenarioSpec> spec = parse_scenario(text, "s.toml", sets, no_parents());
  return spec ? "" : spec.error().text();
}

inline ScenarioSpec must_parse(const std::string& text, const std::vector<std::string>& sets = {}) {
  Result<ScenarioSpec> spec = parse_scenario(text, "s.toml", sets, no_parents());
  EXPECT_TRUE(spec) << (spec ? "" : spec.error().text());
  return spec ? *spec : ScenarioSpec{};
}

}  // namespace secondwave::testing
