#include "sensor/watch.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <map>
#include <numeric>
#include <set>

#include "support/statistics.hpp"

namespace secondwave {
namespace {

constexpr std::uint64_t watch_seed = 720;

/// 60 hosts: some hit the sensor a few times a bin, others hundreds of times.
RunResult mixed_outbreak() {
  RunResult run;
  run.hosts = 60;
  run.end_s = 95;
  for (std::uint32_t host = 0; host < run.hosts; ++host) {
    run.infections.host.push_back(host);
    run.infections.infector.push_back(no_host);
    run.infections.time_s.push_back(host * 0.7);
    run.scan_rate_per_s.push_back(host % 3 == 0 ? 30 : 0.2 + 0.01 * host);
  }
  return run;
}

Telescope lossy_telescope() {
  Telescope sensor{.name = "dark", .bin_s = 10, .packets_per_target = 2.4, .loss = 0.3};
  sensor.outages = {{3, 4.5}, {12, 20}, {47, 47.001}, {49, 53}};
  return sensor;
}

struct Seen {
  std::vector<SeenTarget> targets;  ///< of the packets, in their order
  std::vector<SeenPacket> packets;
};

/// With the counts of `observe`, as an engine leaves them behind.
Seen watch_all(const Telescope& sensor, RunResult& run, WatchOptions options = {}) {
  options.seed = watch_seed;
  options.addresses = 1000;
  run.sensors = {observe(sensor, run, std::vector<double>{0.5}, watch_seed)};
  Seen seen;
  const PlaceOfHit place = [](std::uint32_t, Stream& stream) { return static_cast<std::uint32_t>(stream.below(1000)); };
  const PacketTaker take = [&](std::span<const SeenTarget> targets, std::span<const SeenPacket> packets) -> Status {
    EXPECT_LE(targets.size(), packets.size());
    for (const SeenPacket& packet : packets) {
      seen.targets.push_back(targets[packet.target]);
      seen.packets.push_back(packet);
    }
    return {};
  };
  EXPECT_TRUE(watch(sensor, run, std::vector<double>{0.5}, place, options, take));
  return seen;
}

/// Counts as a sensor would have, from packets alone.
SensorCounts count_again(const Seen& seen, const SensorCounts& like) {
  SensorCounts counts{.sensor = like.sensor, .bin_s = like.bin_s};
  const std::size_t bins = like.packets.size();
  for (auto* values : {&counts.packets, &counts.targets, &counts.sources, &counts.new_sources}) values->resize(bins);
  std::vector<std::set<std::uint32_t>> in_bin(bins);
  std::set<std::uint32_t> before;
  for (std::size_t i = 0; i < seen.packets.size(); ++i) {
    const auto bin = static_cast<std::size_t>(static_cast<double>(seen.packets[i].time_us) / 1e6 / like.bin_s);
    counts.packets[bin] += 1;
    counts.targets[bin] += seen.packets[i].number == 0 ? 1 : 0;
    if (in_bin[bin].insert(seen.targets[i].address).second) counts.sources[bin] += 1;
    if (before.insert(seen.targets[i].address).second) counts.new_sources[bin] += 1;
  }
  return counts;
}

void expect_same(const SensorCounts& a, const SensorCounts& b) {
  EXPECT_EQ(a.packets, b.packets);
  EXPECT_EQ(a.targets, b.targets);
  EXPECT_EQ(a.sources, b.sources);
  EXPECT_EQ(a.new_sources, b.new_sources);
}

TEST(Watch, PacketsAreThoseThatWereCountedBinByBin) {
  for (const bool plain : {true, false}) {
    Telescope sensor = lossy_telescope();
    if (plain) sensor = {.name = "dark", .bin_s = 10, .packets_per_target = 3};
    RunResult run = mixed_outbreak();
    const Seen seen = watch_all(sensor, run);
    ASSERT_GT(seen.packets.size(), 5000u);
    expect_same(count_again(seen, run.sensors[0]), run.sensors[0]);
    EXPECT_TRUE(std::is_sorted(seen.packets.begin(), seen.packets.end(),
                               [](const SeenPacket& a, const SeenPacket& b) { return a.time_us < b.time_us; }));
  }
}

TEST(Watch, CopiesThatComeAgainUnderOtherAddresses) {
  RunResult run = mixed_outbreak();
  run.activity.recorded = run.activity.shared = true;
  run.activity.addresses = 100;
  for (std::uint32_t i = 0; i < 180; ++i) {
    run.activity.host.push_back(i % 60);
    run.activity.address.push_back(i % 100);
    run.activity.from_s.push_back(0.4 * i);
    run.activity.until_s.push_back(0.4 * i + 20);
  }
  const Seen seen = watch_all(lossy_telescope(), run);
  ASSERT_GT(seen.packets.size(), 1000u);
  expect_same(count_again(seen, run.sensors[0]), run.sensors[0]);
}

TEST(Watch, NothingComesDuringAnOutage) {
  RunResult run = mixed_outbreak();
  const Telescope sensor = lossy_telescope();
  for (const SeenPacket& packet : watch_all(sensor, run, {.noise_per_h = 36000}).packets) {
    for (const Telescope::Outage& outage : sensor.outages) {
      EXPECT_FALSE(static_cast<double>(packet.time_us) > outage.from_s * 1e6 &&
                   static_cast<double>(packet.time_us + 1) < outage.until_s * 1e6)
          << packet.time_us;
    }
  }
}

/// Whether little or much is held at a time: the same packets.
TEST(Watch, MemoryChangesNothing) {
  RunResult run = mixed_outbreak();
  const Seen all = watch_all(lossy_telescope(), run, {.noise_per_h = 36000});
  for (const std::size_t most : {100u, 700u, 5000u}) {
    const Seen some = watch_all(lossy_telescope(), run, {.noise_per_h = 36000, .most = most});
    ASSERT_EQ(some.packets.size(), all.packets.size()) << most;
    std::size_t different = 0;
    for (std::size_t i = 0; i < all.packets.size(); ++i) {
      const SeenTarget& a = all.targets[i];
      const SeenTarget& b = some.targets[i];
      different += a.luck != b.luck || a.target != b.target || all.packets[i].time_us != some.packets[i].time_us;
    }
    EXPECT_EQ(different, 0u) << most;
  }
}

TEST(Watch, RepeatsComeAsTcpSendsThemWhereThereIsTime) {
  Telescope sensor{.name = "dark", .bin_s = 1000, .packets_per_target = 4};
  RunResult run = mixed_outbreak();
  run.end_s = 1000;
  std::map<std::uint64_t, std::vector<std::int64_t>> times;
  const Seen seen = watch_all(sensor, run);
  for (std::size_t i = 0; i < seen.packets.size(); ++i) {
    times[seen.targets[i].luck].push_back(seen.packets[i].time_us - seen.targets[i].time_us);
  }
  std::size_t early = 0;
  for (const auto& [luck, since] : times) {
    ASSERT_EQ(since.size(), 4u);
    early += since == std::vector<std::int64_t>{0, 3'000'000, 9'000'000, 21'000'000} ? 0 : 1;
    EXPECT_EQ(since[0], 0);
  }
  EXPECT_LT(static_cast<double>(early), 0.05 * static_cast<double>(times.size()));  // the last 21 s of the bin
}

/// Given the counts: even over the time awake, over the addresses, and a binomial number of packets.
TEST(Watch, SightingsAreSpreadEvenly) {
  const Telescope sensor = lossy_telescope();
  RunResult run = mixed_outbreak();
  for (double& time_s : run.infections.time_s) time_s = 0;
  for (double& rate : run.scan_rate_per_s) rate = 40;
  const Seen seen = watch_all(sensor, run);
  double place = 0;
  double n = 0;
  double early = 0;
  double in_bin = 0;
  std::vector<double> by_packets(4);
  for (std::size_t i = 0; i < seen.packets.size(); ++i) {
    if (seen.packets[i].number > 0) continue;
    n += 1;
    place += seen.targets[i].target;
    by_packets.at(seen.targets[i].packets) += 1;
    if (seen.targets[i].time_us < 10'000'000) in_bin += 1;
    if (seen.targets[i].time_us < 3'000'000) early += 1;
  }
  // 40/s x 0.5 x 60 hosts; 1.5 + 8 + 0.001 + 4 s of outages; P(none of 2 or 3 arrives) = 0.6 x 0.09 + 0.4 x 0.027.
  const double seen_share = 1 - 0.6 * 0.09 - 0.4 * 0.027;
  EXPECT_NEAR(n, 1200 * (95 - 13.501) * seen_share, 5 * std::sqrt(n));
  EXPECT_NEAR(place / n, 499.5, 5 * 289 / std::sqrt(n));
  EXPECT_NEAR(early / in_bin, 3 / 8.5, 5 * 0.48 / std::sqrt(in_bin));
  const double p1 = (0.6 * 2 * 0.7 * 0.3 + 0.4 * 3 * 0.7 * 0.09) / seen_share;
  const double p3 = 0.4 * 0.343 / seen_share;
  EXPECT_NEAR(by_packets[1] / n, p1, 5 * std::sqrt(p1 / n));
  EXPECT_NEAR(by_packets[3] / n, p3, 5 * std::sqrt(p3 / n));
}

/// Copies that hinder each other: within a bin, what came lies where the pace let it be sent.
TEST(Watch, SightingsFollowThePace) {
  const Telescope sensor = lossy_telescope();
  RunResult run = mixed_outbreak();
  for (double& time_s : run.infections.time_s) time_s = 0;
  for (double& rate : run.scan_rate_per_s) rate = 40;
  run.pace.change(5, 0.25);
  run.pace.change(25, 0);
  run.pace.change(28, 1);
  const Seen seen = watch_all(sensor, run);
  expect_same(count_again(seen, run.sensors[0]), run.sensors[0]);
  double early = 0;
  double in_bin = 0;
  for (std::size_t i = 0; i < seen.packets.size(); ++i) {
    const std::int64_t time_us = seen.targets[i].time_us;
    if (seen.packets[i].number > 0) continue;
    EXPECT_FALSE(time_us > 25'000'000 && time_us < 28'000'000 - 1) << time_us << ": nobody sends then";
    if (time_us < 10'000'000) in_bin += 1;
    if (time_us < 5'000'000) early += 1;
  }
  ASSERT_GT(in_bin, 1000);
  // 3.5 s awake at full pace, 5 s at a quarter.
  EXPECT_NEAR(early / in_bin, 3.5 / 4.75, 5 * 0.45 / std::sqrt(in_bin));
}

TEST(Watch, NoiseIsBesideTheWorm) {
  RunResult run = mixed_outbreak();
  const Telescope sensor = lossy_telescope();
  const Seen seen = watch_all(sensor, run, {.noise_per_h = 36000});
  Seen of_worm;
  double noise = 0;
  for (std::size_t i = 0; i < seen.packets.size(); ++i) {
    if (seen.targets[i].address == SeenTarget::noise) {
      noise += 1;
      continue;
    }
    of_worm.targets.push_back(seen.targets[i]);
    of_worm.packets.push_back(seen.packets[i]);
  }
  expect_same(count_again(of_worm, run.sensors[0]), run.sensors[0]);
  EXPECT_GT(poisson_p(static_cast<std::uint64_t>(noise), 10 * (95 - 13.501)), 1e-6);
}

TEST(Watch, StopsWhenToldSo) {
  RunResult run = mixed_outbreak();
  const Telescope sensor = lossy_telescope();
  run.sensors = {observe(sensor, run, std::vector<double>{0.5}, watch_seed)};
  const PlaceOfHit place = [](std::uint32_t, Stream&) { return 0u; };
  int calls = 0;
  CancelToken cancel;
  const Status stopped = watch(sensor, run, std::vector<double>{0.5}, place, {.seed = watch_seed, .cancel = &cancel},
                               [&](auto, auto) -> Status {
                                 ++calls;
                                 cancel.cancel();
                                 return {};
                               });
  ASSERT_FALSE(stopped);
  EXPECT_EQ(stopped.error().kind, ErrorKind::interrupted);
  EXPECT_EQ(calls, 1);
  const Status full = watch(sensor, run, std::vector<double>{0.5}, place, {.seed = watch_seed},
                            [](auto, auto) -> Status { return failure(ErrorKind::machine, "no space"); });
  ASSERT_FALSE(full);
  EXPECT_EQ(full.error().message, "no space");
}

}  // namespace
}  // namespace secondwave
