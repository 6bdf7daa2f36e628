#include "sensor/appearance.hpp"

#include <array>

#include "base/error.hpp"

namespace secondwave {
namespace {

// As much of each request as its signature looks at, and no more: without what follows there is nothing to it.
constexpr std::array<std::string_view, 1> code_red_1{"/default.ida?NNNNNNNN"};
constexpr std::array<std::string_view, 1> code_red_2{"/default.ida?XXXXXXXX"};
constexpr std::array<std::string_view, 1> home_page{"/"};
constexpr std::array<std::string_view, 16> nimda{
    "/scripts/root.exe",
    "/MSADC/root.exe",
    "/c/winnt/system32/cmd.exe",
    "/d/winnt/system32/cmd.exe",
    "/scripts/..%5c../winnt/system32/cmd.exe",
    "/_vti_bin/..%5c../..%5c../..%5c../winnt/system32/cmd.exe",
    "/_mem_bin/..%5c../..%5c../..%5c../winnt/system32/cmd.exe",
    "/msadc/..%255c../..%255c../..%255c/..%c1%1c../..%c1%1c../..%c1%1c../winnt/system32/cmd.exe",
    "/scripts/..%c1%1c../winnt/system32/cmd.exe",
    "/scripts/..%c0%2f../winnt/system32/cmd.exe",
    "/scripts/..%c0%af../winnt/system32/cmd.exe",
    "/scripts/..%c1%9c../winnt/system32/cmd.exe",
    "/scripts/..%%35%63../winnt/system32/cmd.exe",
    "/scripts/..%%35c../winnt/system32/cmd.exe",
    "/scripts/..%25%35%63../winnt/system32/cmd.exe",
    "/scripts/..%252f../winnt/system32/cmd.exe",
};

constexpr std::array<Appearance, 11> all{{
    {.name = "code-red-1", .requests = code_red_1},
    {.name = "code-red-2", .requests = code_red_2},
    {.name = "nimda", .requests = nimda},
    {.name = "slammer", .protocol = protocol_udp, .target_port = 1434, .shortest = 404, .longest = 404},
    {.name = "blaster", .target_port = 135},
    {.name = "sasser", .target_port = 445},
    {.name = "nachi", .protocol = protocol_icmp, .target_port = 8 * 256, .shortest = 92, .longest = 92},
    {.name = "witty",
     .protocol = protocol_udp,
     .target_port = 0,
     .source_port = 4000,
     .shortest = 796,
     .longest = 1307},
    {.name = "mirai", .target_port = 23, .shortest = 40, .longest = 40, .sequence_is_target = true},
    {.name = "wannacry", .target_port = 445},
    {.name = "scan", .requests = home_page},
}};

}  // namespace

std::span<const Appearance> appearances() {
  return all;
}

const Appearance* find_appearance(std::string_view name) {
  for (const Appearance& each : all) {
    if (each.name == name) return &each;
  }
  return nullptr;
}

const Appearance& appearance_for(std::string_view scenario) {
  for (const Appearance& each : all) {
    if (!scenario.starts_with(each.name)) continue;
    const std::string_view rest = scenario.substr(each.name.size());
    if (rest.empty() || rest.front() == '-') return each;  // code-red-2001 is not code-red-2
  }
  const Appearance* other = find_appearance(scenario.starts_with("code-red") ? "code-red-1" : "scan");
  SECONDWAVE_REQUIRE(other != nullptr);
  return *other;
}

}  // namespace secondwave
