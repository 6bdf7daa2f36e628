// What kind of machine a host is: how it reaches the network, how it got its address, what it does, whose it is.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace secondwave {

/// The four questions of a classification, in the order of the JSON.
enum class KindQuestion : std::uint8_t { access, assignment, role, owner };
inline constexpr std::size_t kind_questions = 4;

/// Class of the access line; `none`: the host stands in a data centre or on a campus and has no access line.
enum class Access : std::uint8_t { unknown, dialup, dsl, cable, fibre, mobile, wireless, satellite, leased, none };
/// How the host got its address.
enum class Assignment : std::uint8_t { unknown, dynamic, fixed };
/// What the host is there for; `client`: a subscriber's machine or line.
enum class Role : std::uint8_t {
  unknown,
  mail,
  web,
  dns,
  vpn,
  proxy,
  nat,
  router,
  workstation,
  printer,
  server,
  client
};
/// Who runs the host; `isp`: the provider's own machines, not those of its customers.
enum class Owner : std::uint8_t { unknown, home, business, hosting, education, government, military, isp };

/// The words of one question, in the order of its enum.
[[nodiscard]] constexpr std::array<std::string_view, 12> kind_words(KindQuestion question) {
  switch (question) {
    case KindQuestion::access:
      return {"unknown",  "dialup",    "dsl",    "cable", "fibre", "mobile",
              "wireless", "satellite", "leased", "none",  "",      ""};
    case KindQuestion::assignment:
      return {"unknown", "dynamic", "static"};
    case KindQuestion::role:
      return {"unknown", "mail",   "web",         "dns",     "vpn",    "proxy",
              "nat",     "router", "workstation", "printer", "server", "client"};
    case KindQuestion::owner:
      return {"unknown", "home", "business", "hosting", "education", "government", "military", "isp"};
  }
  return {};
}

/// "dsl", "static", ...
[[nodiscard]] constexpr std::string_view to_string(Access value) {
  return kind_words(KindQuestion::access)[static_cast<std::size_t>(value)];
}
[[nodiscard]] constexpr std::string_view to_string(Assignment value) {
  return kind_words(KindQuestion::assignment)[static_cast<std::size_t>(value)];
}
[[nodiscard]] constexpr std::string_view to_string(Role value) {
  return kind_words(KindQuestion::role)[static_cast<std::size_t>(value)];
}
[[nodiscard]] constexpr std::string_view to_string(Owner value) {
  return kind_words(KindQuestion::owner)[static_cast<std::size_t>(value)];
}

/// A classification.
struct KindOfHost {
  Access access = Access::unknown;
  Assignment assignment = Assignment::unknown;
  Role role = Role::unknown;
  Owner owner = Owner::unknown;
  double confidence =
      0;  ///< that all answers other than `unknown` are right (measured: docs/quality.md); 0: none given
  std::vector<std::string> because;  ///< the tokens that decided, in the order of the name; raw bytes of the name
};

}  // namespace secondwave
