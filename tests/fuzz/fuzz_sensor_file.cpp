// Any bytes as a sensor file, a time zone file, and a rule of a time zone: a value or an error.
#include <cstdint>
#include <cstdlib>

#include "ingest/posix_zone_rule.hpp"
#include "ingest/sensor_file.hpp"
#include "ingest/time_zone.hpp"

namespace {

void require(bool condition) {
  if (!condition) std::abort();
}

void check_zone(const secondwave::TimeZone& zone) {
  for (int year = 1; year <= 9999; year += 833) {
    const secondwave::UtcTime utc = zone.to_utc({.year = year, .month = 7, .day = 1});
    const std::int64_t off_us =
        utc.microseconds() - secondwave::to_utc({.year = year, .month = 7, .day = 1}).microseconds();
    require(off_us <= 200 * 3'600'000'000LL && off_us >= -200 * 3'600'000'000LL);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  const std::string_view input(reinterpret_cast<const char*>(data), size);
  if (const auto zone = secondwave::TimeZone::parse_tzif(input)) check_zone(*zone);
  (void)secondwave::parse_zone_rule(input);
  const auto sensor = secondwave::parse_sensor_file(input, "fuzzed");
  if (!sensor) {
    require(sensor.error().kind == secondwave::ErrorKind::data && !sensor.error().text().empty());
    return 0;
  }
  for (std::size_t i = 1; i < sensor->clock.size(); ++i) require(sensor->clock[i - 1].at < sensor->clock[i].at);
  for (std::size_t i = 1; i < sensor->outages.size(); ++i)
    require(sensor->outages[i - 1].to <= sensor->outages[i].from);
  (void)sensor->true_time(secondwave::UtcTime::from_seconds(1'000'000'000));
  return 0;
}
