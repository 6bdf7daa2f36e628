#include "records/digest.hpp"

#include <gtest/gtest.h>

#include <bit>
#include <functional>
#include <set>
#include <string>

namespace secondwave {
namespace {

RunResult small_run() {
  RunResult run;
  run.hosts = 5;
  run.infections.time_s = {0.0, 1.5, 2.25};
  run.infections.host = {3, 1, 4};
  run.infections.infector = {no_host, 3, 3};
  return run;
}

TEST(Digest, Golden) {
  // XXH3-128 in one go of (3 as 64 bits, the doubles, 3, the hosts, 3, the infectors), little-endian, packed by another
  // program.
  EXPECT_EQ(replicate_digest(small_run()), "4a1d400b39afc14ca7b2a7fef13f3fcd");
  EXPECT_EQ(replicate_digest(RunResult{}), "10e45c7ce2292320743df94ee4c78a2a");
}

TEST(Digest, EveryBitMatters) {
  std::set<std::string> digests = {replicate_digest(small_run())};
  std::size_t changes = 0;
  const auto change = [&](const std::function<void(RunResult&)>& by) {
    RunResult run = small_run();
    by(run);
    digests.insert(replicate_digest(run));
    ++changes;
  };
  for (std::size_t i = 0; i < 3; ++i) {
    for (int bit = 0; bit < 64; ++bit) {
      change([&](RunResult& run) {
        double& time = run.infections.time_s[i];
        time = std::bit_cast<double>(std::bit_cast<std::uint64_t>(time) ^ (std::uint64_t{1} << bit));
      });
    }
    for (int bit = 0; bit < 32; ++bit) {
      change([&](RunResult& run) { run.infections.host[i] ^= std::uint32_t{1} << bit; });
      change([&](RunResult& run) { run.infections.infector[i] ^= std::uint32_t{1} << bit; });
    }
  }
  change([](RunResult& run) { run.infections.infector.clear(); });
  change([](RunResult& run) { std::swap(run.infections.host, run.infections.infector); });
  change([](RunResult& run) { run.infections.time_s.push_back(3.0); });
  EXPECT_EQ(digests.size(), changes + 1);
}

TEST(Digest, NothingElseMatters) {
  RunResult run = small_run();
  run.replicate = 9;
  run.end_s = 1e6;
  run.sensors.resize(2);
  EXPECT_EQ(replicate_digest(run), replicate_digest(small_run()));
}

TEST(RunHash, IsSha256OverLines) {
  // printf '' | sha256sum
  EXPECT_EQ(RunHash().hex(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
  RunHash hash;
  hash.add("00112233445566778899aabbccddeeff");
  EXPECT_EQ(
      hash.hex(),
      "49da4c1c25a1e9536832e200fb5d8a3ca00402c139cdf8703ff638ac79e5c370");  // printf
                                                                            // '00112233445566778899aabbccddeeff\n'
                                                                            // | sha256sum
  EXPECT_EQ(hash.hex(), "49da4c1c25a1e9536832e200fb5d8a3ca00402c139cdf8703ff638ac79e5c370");
  hash.add("ffeeddccbbaa99887766554433221100");
  EXPECT_EQ(hash.hex(),
            "7f828c8f628e687dd1c5dd5ffe8be542ab112d82ec46c1e7a4d2a0c82843d17e");  // and with the second line
}

TEST(RunHash, TheOrderMatters) {
  const std::string a(32, 'a'), b(32, 'b');
  RunHash forth, back;
  forth.add(a), forth.add(b);
  back.add(b), back.add(a);
  EXPECT_NE(forth.hex(), back.hex());
  RunHash moved = std::move(forth);
  EXPECT_EQ(moved.hex().size(), 64u);
}

TEST(RunHashDeath, OnlyDigestsAreTaken) {
  RunHash hash;
  EXPECT_DEATH(hash.add("short"), "broken contract");
  EXPECT_DEATH(hash.add(std::string(32, 'X')), "broken contract");
}

}  // namespace
}  // namespace secondwave
