#include <algorithm>

#include "records/store.hpp"

namespace secondwave {

void ReadTally::add(const ReadTally& more) {
  sightings += more.sightings;
  repeats += more.repeats;
  other += more.other;
  ipv6 += more.ipv6;
  bad += more.bad;
  outside += more.outside;
  unmatched += more.unmatched;
  if (more.first_us) first_us = first_us ? std::min(*first_us, *more.first_us) : *more.first_us;
  if (more.last_us) last_us = last_us ? std::max(*last_us, *more.last_us) : *more.last_us;
  for (const Bad& each : more.bad_samples) {
    if (bad_samples.size() < most_bad_samples) bad_samples.push_back(each);
  }
}

}  // namespace secondwave
