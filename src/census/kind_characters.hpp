// The characters of host names. Behind the kind_*.cpp files.
#pragma once

namespace secondwave::kind_characters {

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}
constexpr bool is_letter(char c) {
  return c >= 'a' && c <= 'z';
}
constexpr bool is_hex(char c) {
  return is_digit(c) || (c >= 'a' && c <= 'f');
}

}  // namespace secondwave::kind_characters
