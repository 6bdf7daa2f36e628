#include "world/hours.hpp"

#include <algorithm>
#include <cmath>
#include <string>
#include <utility>

#include "random/stream.hpp"
#include "scenario/zones.hpp"
#include "world/quantity.hpp"

namespace secondwave {
namespace {

constexpr double day_s = 86400;
constexpr double infinity = std::numeric_limits<double>::infinity();
/// A host without a session for so long has none any more.
constexpr int most_days = 3660;

double between(double low, double high, std::uint64_t word) {
  return low + (high - low) * (1.0 - to_uniform(word));
}

}  // namespace

Hours::Hours(std::vector<HoursLaw> classes, UtcTime start, std::uint64_t seed, std::uint32_t replicate)
    : classes_(std::move(classes)),
      start_s_(static_cast<double>(start.microseconds()) / 1e6),
      seed_(seed),
      replicate_(replicate) {
  any_ = std::any_of(classes_.begin(), classes_.end(),
                     [](const HoursLaw& law) { return law.hours != HostClassSpec::Hours::always; });
}

Session Hours::search(std::uint32_t host, const HoursLaw& law, double time_s) const {
  return law.hours == HostClassSpec::Hours::office ? office(host, law, time_s) : home(host, law, time_s);
}

bool Hours::is_weekend(std::int64_t day) const {
  const std::int64_t weekday = ((day + 4) % 7 + 7) % 7;  // 1 January 1970 was a Thursday; 0 is Sunday
  return weekday == 0 || weekday == 6;
}

Session Hours::office(std::uint32_t host, const HoursLaw& law, double time_s) const {
  const StreamName name{replicate_, host, Purpose::hours, 0};
  const PhiloxBlock habit = philox_block(seed_, name, 0);
  const double on_s = between(law.on_from_s, law.on_until_s, habit[0]);
  const double off_s = between(law.off_from_s, law.off_until_s, habit[1]);
  bool weekends = law.weekend_share >= 1;
  if (law.weekend_share > 0 && !weekends) {
    weekends = to_uniform(philox_block(seed_, name, 1)[0]) <= law.weekend_share;
  }
  const double shift_s = start_s_ + law.zone_s;  // from time since the start to local time since 1970
  const auto first = static_cast<std::int64_t>(std::floor(start_s_ / day_s)) - 1;
  auto day = static_cast<std::int64_t>(std::floor((time_s + shift_s) / day_s));
  for (int i = 0; i < most_days; ++i, ++day) {
    const double midnight_s = static_cast<double>(day) * day_s - shift_s;
    if (midnight_s + off_s <= time_s || on_s >= off_s || (!weekends && is_weekend(day))) continue;
    return {midnight_s + on_s, midnight_s + off_s, static_cast<std::uint32_t>(day - first)};
  }
  return {infinity, infinity, 0};
}

Session Hours::home(std::uint32_t host, const HoursLaw& law, double time_s) const {
  const double shift_s = start_s_ + law.zone_s;
  const auto first = static_cast<std::int64_t>(std::floor(start_s_ / day_s)) - 2;
  // Yesterday's session may last until today's begins.
  auto day = static_cast<std::int64_t>(std::floor((time_s + shift_s) / day_s)) - 1;
  for (int i = 0; i < most_days; ++i, ++day) {
    const auto number = static_cast<std::uint32_t>(day - first);
    const StreamName name{replicate_, host, Purpose::session, number & 0xFFFFFFu};
    const PhiloxBlock words = philox_block(seed_, name, 0);
    const double midnight_s = static_cast<double>(day) * day_s - shift_s;
    const double on_s = midnight_s + between(law.session_from_s, law.session_until_s, words[0]);
    const double latest_s = midnight_s + day_s + law.session_from_s;
    const double off_s = std::min(on_s + to_exponential(words[1]) * law.session_mean_s, latest_s);
    if (off_s <= time_s || on_s >= off_s) continue;
    if (law.session_share < 1 && to_uniform(philox_block(seed_, name, 1)[0]) > law.session_share) continue;
    return {on_s, off_s, number};
  }
  return {infinity, infinity, 0};
}

bool Hours::loses_copy(std::uint32_t host, std::uint8_t host_class, const Session& session) const {
  const double loss = classes_[host_class].loss_at_switch_off;
  if (loss >= 1 || loss <= 0) return loss >= 1;
  const StreamName name{replicate_, host, Purpose::switch_off, session.number & 0xFFFFFFu};
  return to_uniform(philox_block(seed_, name, 0)[0]) <= loss;
}

std::vector<HoursLaw> draw_hours_laws(const PopulationSpec& population, UtcTime start, std::uint64_t seed,
                                      std::uint32_t replicate) {
  std::vector<HoursLaw> laws;
  for (const HostClassSpec& c : population.classes) {
    const auto draw = [&](const Quantity& quantity, const char* key) {
      return draw_quantity(quantity, seed, replicate, "population.classes." + c.name + "." + key);
    };
    HoursLaw law;
    law.hours = c.hours;
    law.zone_s = 60.0 * zone_offset_min(c.time_zone, start).value_or(0);
    law.on_from_s = 3600 * draw(c.on_from_h, "on_from_h");
    law.on_until_s = 3600 * draw(c.on_until_h, "on_until_h");
    law.off_from_s = 3600 * draw(c.off_from_h, "off_from_h");
    law.off_until_s = 3600 * draw(c.off_until_h, "off_until_h");
    law.weekend_share = draw(c.weekend_share, "weekend_share");
    law.session_from_s = 3600 * draw(c.session_from_h, "session_from_h");
    law.session_until_s = 3600 * draw(c.session_until_h, "session_until_h");
    law.session_mean_s = 3600 * draw(c.session_mean_h, "session_mean_h");
    law.session_share = draw(c.session_share, "session_share");
    law.loss_at_switch_off = draw(c.loss_at_switch_off, "loss_at_switch_off");
    laws.push_back(law);
  }
  return laws;
}

}  // namespace secondwave
