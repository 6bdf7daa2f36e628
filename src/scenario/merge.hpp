// Inheritance and --set, both on the tree, before the keys are read: so what they bring is checked like everything
// else.
#pragma once

#include <string>

#include "scenario/toml_tree.hpp"

namespace secondwave {

/// What the child does not say is taken from the parent. The tables time, population, population.placement, worm and
/// outbreak are merged key by key; every other value, a quantity with its source, the shares of countries, a list of
/// sensors, is replaced as a whole. Name, title and summary are never inherited.
[[nodiscard]] TomlNode inherit(TomlNode child, const TomlNode& parent);

/// Applies "a.b=value": the value is a TOML value, or else taken as a string. Elements of lists are named by number or
/// by their name: "sensor.cas-16.loss=0.1", "worm.scope.0.share=2"; "response.NAME.kind=..." adds a
/// rule where there is none of that name. Errors: usage, without '='; data, where the path
/// leads nowhere; placed at "--set a.b=value".
[[nodiscard]] Status apply_set(TomlNode& root, const std::string& assignment);

}  // namespace secondwave
