#include "cli/census_hosts.hpp"

#include <fmt/format.h>

#include <charconv>

#include "cli/json_text.hpp"
#include "sensor/detection.hpp"

namespace secondwave {
namespace {

std::optional<double> number_of(std::string_view text) {
  double value = 0;
  const auto [end, fault] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (fault != std::errc() || end != text.data() + text.size()) return std::nullopt;
  return value;
}

std::string steps_json(const HostCount& count) {
  std::string text;
  for (std::size_t i = 0; i < count.whole.strata.size(); ++i) {
    const HostSteps& steps = count.whole.strata[i];
    text += fmt::format(
        "{}\n      {{\"stratum\": {}, \"addresses\": {}, \"addresses_per_day\": {:.1f}, \"seen_share\": {:.4f}, "
        "\"on_share\": {:.4f}, \"kept_address_a_day\": {:.4f}, \"hosts_per_address\": {:.3f}}}",
        i == 0 ? "" : ",", json_string(count.strata[i]), steps.addresses, steps.a_period, steps.seen_share,
        steps.on_share, steps.kept, steps.hosts_per_address);
  }
  return text;
}

/// ", \"recapture\": {...}".
std::string recapture_json(const Recapture& recapture) {
  const auto text_or_null = [](const std::string& text) { return text.empty() ? "null" : json_string(text); };
  std::string text = fmt::format(
      "\"recapture\": {{\"first\": {}, \"second\": {}, \"seen_first\": {}, \"seen_second\": {}, \"seen_both\": {}, ",
      text_or_null(recapture.first), text_or_null(recapture.second), recapture.seen_first, recapture.seen_second,
      recapture.seen_both);
  if (!recapture.addresses)
    return text + fmt::format("\"addresses\": null, \"reason\": {}}}", json_string(recapture.reason));
  text += fmt::format("\"addresses\": {:.0f}, \"p05\": {:.0f}, \"p95\": {:.0f}, \"assumptions\": [",
                      recapture.addresses->estimate, recapture.addresses->p05, recapture.addresses->p95);
  for (std::size_t i = 0; i < recapture.assumptions.size(); ++i)
    text += (i == 0 ? "" : ", ") + json_string(recapture.assumptions[i]);
  return text + "]}";
}

std::string recapture_text(const Recapture& recapture) {
  if (!recapture.addresses)
    return fmt::format("\nAddresses in use, seen or not: not estimated; {}\n", recapture.reason);
  std::string text = fmt::format(
      "\nAddresses in use, seen or not: {:.0f} (90% interval {:.0f} to {:.0f})\nby Chapman's recapture between {} ({} "
      "addresses) and {} ({}), {} in both\n",
      recapture.addresses->estimate, recapture.addresses->p05, recapture.addresses->p95, recapture.first,
      recapture.seen_first, recapture.second, recapture.seen_second, recapture.seen_both);
  for (const std::string& each : recapture.assumptions) text += "  assumed: " + each + "\n";
  return text;
}

}  // namespace

Result<HostSetting> host_setting_of(const CensusOptions& options) {
  HostSetting setting;
  SensorCoverage coverage;
  for (const std::string& text : options.sensor_prefixes) {
    const Result<Prefix> prefix = parse_prefix(text);
    if (!prefix) {
      return failure(ErrorKind::usage, "--sensor-prefix: " + prefix.error().message, {}, prefix.error().remedy);
    }
    for (const Prefix& other : coverage.prefixes) {
      if (other.contains(prefix->base) || prefix->contains(other.base)) {
        return failure(ErrorKind::usage,
                       "--sensor-prefix: " + to_string(other) + " and " + to_string(*prefix) + " overlap");
      }
    }
    coverage.prefixes.push_back(*prefix);
  }
  setting.sighting_probability = sighting_probability(coverage);
  if (options.scan_rate.empty()) return setting;
  const std::size_t colon = std::min(options.scan_rate.find(':'), options.scan_rate.size());
  const auto mean = number_of(std::string_view(options.scan_rate).substr(0, colon));
  const auto sd = colon < options.scan_rate.size() ? number_of(std::string_view(options.scan_rate).substr(colon + 1))
                                                   : std::optional<double>(0.0);
  if (!mean || !(*mean > 0) || *mean > 1e8 || !sd || !(*sd >= 0) || *sd > *mean) {
    return failure(ErrorKind::usage, "--scan-rate: '" + options.scan_rate.substr(0, 80) +
                                         "' is not MEAN or MEAN:SD, above 0 targets a second");
  }
  if (coverage.prefixes.empty()) {
    return failure(ErrorKind::usage, "--scan-rate needs to know what the sensor watches", {},
                   "add --sensor-prefix, for example --sensor-prefix 198.18.0.0/16");
  }
  setting.scan_rate_per_s = *mean;
  setting.scan_rate_sd_per_s = *sd;
  return setting;
}

std::string hosts_json(const HostCount& count, const Recapture& recapture) {
  const HostEstimate& whole = count.whole;
  if (!whole.estimate) {
    return fmt::format("{{\"addresses\": {}, \"estimate\": null, \"reason\": {}, {}}}", whole.addresses,
                       json_string(whole.reason), recapture_json(recapture));
  }
  std::string assumptions;
  for (const std::string& each : whole.assumptions) {
    assumptions += (assumptions.empty() ? "" : ", ") + json_string(each);
  }
  return fmt::format(
      "{{\"addresses\": {}, \"estimate\": {:.0f}, \"p05\": {:.0f}, \"p95\": {:.0f}, \"hosts_per_address\": {:.3f},\n"
      "    \"method\": {},\n    \"assumptions\": [{}],\n    \"strata\": [{}\n    ],\n    {}}}",
      whole.addresses, *whole.estimate, whole.p05, whole.p95, whole.hosts_per_address, json_string(whole.method),
      assumptions, steps_json(count), recapture_json(recapture));
}

std::string part_json(const HostCount& count, const ByAssignment& addresses) {
  const auto part = count.of(addresses);
  return part ? fmt::format(", \"estimate\": {:.1f}, \"p05\": {:.1f}, \"p95\": {:.1f}", part->estimate, part->p05,
                            part->p95)
              : std::string();
}

std::string hosts_text(const HostCount& count, const Recapture& recapture) {
  const HostEstimate& whole = count.whole;
  if (!whole.estimate) {
    return fmt::format("\nHosts behind the addresses: not estimated; {}\n", whole.reason) + recapture_text(recapture);
  }
  std::string text = fmt::format("\nHosts behind the {} addresses: {:.0f} (90% interval {:.0f} to {:.0f})\nby {}\n",
                                 whole.addresses, *whole.estimate, whole.p05, whole.p95, whole.method);
  for (const std::string& each : whole.assumptions) text += "  assumed: " + each + "\n";
  return text + recapture_text(recapture);
}

}  // namespace secondwave
