#include "world/clocks.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cstddef>

#include "random/batch.hpp"
#include "random/samplers.hpp"
#include "random/stream.hpp"
#include "world/quantity.hpp"

namespace secondwave {

using Kind = ClockErrorSpec::Kind;

std::vector<ClockErrorSpec> draw_clock_errors(const std::vector<ClockErrorSpec>& errors, std::uint64_t seed,
                                              std::uint32_t replicate) {
  std::vector<ClockErrorSpec> drawn = errors;
  for (std::size_t i = 0; i < drawn.size(); ++i) {
    const auto draw = [&](Quantity& quantity, const char* key) {
      quantity =
          Quantity::fixed(draw_quantity(quantity, seed, replicate, fmt::format("population.clock.{}.{}", i, key)));
    };
    draw(drawn[i].share, "share");
    draw(drawn[i].hours, "hours");
    draw(drawn[i].uptime_h, "uptime_h");
  }
  return drawn;
}

Clocks::Clocks(const std::vector<ClockErrorSpec>& errors, UtcTime start, std::uint64_t seed, std::uint32_t replicate)
    : seed_(seed), replicate_(replicate) {
  const CivilTime now = to_civil(start);
  const UtcTime month = to_utc({.year = now.year, .month = now.month, .day = 1});
  const UtcTime next =
      to_utc({.year = now.month == 12 ? now.year + 1 : now.year, .month = now.month % 12 + 1, .day = 1});
  for (const ClockErrorSpec& drawn : errors) {
    Error error;
    error.kind = drawn.kind;
    error.share = drawn.share.a;
    if (error.kind == Kind::wrong_date) {
      error.low_s = month.seconds_since(start);
      error.high_s = next.seconds_since(start);
    } else if (error.kind == Kind::dead_battery) {
      error.high_s = drawn.date.value_or(start).seconds_since(start);
      error.uptime_s = 3600 * drawn.uptime_h.a;
      any_restarts_ = true;
    } else {
      error.high_s = 3600 * drawn.hours.a;
      error.low_s = -error.high_s;
    }
    errors_.push_back(error);
  }
}

const Clocks::Error* Clocks::error_of(double u) const {
  for (const Error& error : errors_) {
    u -= error.share;
    if (u <= 0) return &error;
  }
  return nullptr;
}

HostClock Clocks::of(std::uint32_t host) const {
  if (errors_.empty()) return {};
  Stream stream(seed_, {replicate_, host, Purpose::clock, 0});
  const Error* error = error_of(stream.uniform());
  if (error == nullptr) return {};
  switch (error->kind) {
    case Kind::wrong_date:
    case Kind::time_zone:
      return {.ahead_s = error->low_s + (error->high_s - error->low_s) * (1.0 - stream.uniform())};
    case Kind::drift:
      return {.ahead_s = error->high_s * draw_normal(stream)};
    case Kind::dead_battery:
      break;
  }
  return {.ahead_s = error->high_s, .restarts = true, .booted_s = -error->uptime_s * stream.exponential()};
}

std::vector<std::uint64_t> Clocks::wrong_ones(std::uint32_t hosts) const {
  std::vector<std::uint64_t> bits((std::size_t{hosts} + 63) / 64);
  if (errors_.empty()) return bits;
  std::vector<std::uint64_t> words(2 * 64);
  for (std::uint32_t start = 0; start < hosts; start += 64) {
    fill_entities(seed_, {replicate_, start, Purpose::clock, 0}, 0, words);
    for (std::uint32_t i = 0; i < std::min(64u, hosts - start); ++i) {
      const bool wrong = error_of(to_uniform(words[2 * std::size_t{i}])) != nullptr;
      bits[start / 64] |= std::uint64_t{wrong} << i;
    }
  }
  return bits;
}

}  // namespace secondwave
