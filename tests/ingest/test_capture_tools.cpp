// What the tools themselves write, where they are installed: editcap of Wireshark, nfpcapd and nfdump.
#include <gtest/gtest.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <map>
#include <string>
#include <tuple>

#include "packets.hpp"
#include "pieces.hpp"

namespace secondwave {
namespace {

using namespace ingest_test;

bool runs(const std::string& command) {
  return std::system(("{ " + command + "; } >/dev/null 2>&1").c_str()) == 0;
}

/// A folder of its own with a capture of SYNs, UDP and ICMP, 30 of each.
class CaptureTools : public ::testing::Test {
 protected:
  void SetUp() override {
    std::string name = (std::filesystem::temp_directory_path() / "secondwave-XXXXXX").string();
    ASSERT_NE(mkdtemp(name.data()), nullptr);
    folder_ = name;
    PcapFile file{.link = 1};
    file.start();
    for (std::uint32_t i = 0; i < 30; ++i) {
      const Ipv4 source = 0xC0000201 + i;
      file.add(995'500'000 + i, 1000, ethernet(ipv4({.source = source}, tcp(1000 + i, 80, i, syn))));
      file.add(995'500'000 + i, 2000, ethernet(ipv4({.source = source, .protocol = 17}, udp(1000 + i, 1434, "\4"))));
      file.add(995'500'000 + i, 3000, ethernet(ipv4({.source = source, .protocol = 1}, icmp(8, 0, "abc"))));
    }
    bytes_ = file.bytes;
    std::ofstream(folder_ / "a.pcap", std::ios::binary) << bytes_;
  }
  void TearDown() override { std::filesystem::remove_all(folder_); }

  [[nodiscard]] Outcome read_file(const std::string& name) const {
    const std::string bytes = file_bytes(folder_ / name);
    return read_all(*make_reader(detect_format(bytes).value(), {}), bytes);
  }

  std::filesystem::path folder_;
  std::string bytes_;
};

TEST_F(CaptureTools, EditcapsFormatsGiveTheSame) {
  if (!runs("command -v editcap")) GTEST_SKIP() << "editcap is not installed";
  const Outcome original = read_file("a.pcap");
  ASSERT_EQ(original.seen.size(), 90U);
  for (const std::string format : {"pcapng", "nsecpcap"}) {
    ASSERT_TRUE(runs("cd " + folder_.string() + " && editcap -F " + format + " a.pcap b"));
    Outcome other = read_file("b");
    ASSERT_EQ(other.seen.size(), 90U);
    for (std::size_t i = 0; i < other.seen.size(); ++i) other.seen[i].sighting.place = original.seen[i].sighting.place;
    EXPECT_EQ(difference(original, other), "") << format;
  }
}

TEST_F(CaptureTools, NfdumpSeesTheSameFlows) {
  if (!runs("command -v nfpcapd") || !runs("command -v nfdump")) GTEST_SKIP() << "nfdump is not installed";
  ASSERT_TRUE(runs("cd " + folder_.string() +
                   " && export TZ=UTC && mkdir f && nfpcapd -r a.pcap -l f >&2 && nfdump -R f -o csv > flows.csv && "
                   "test -s flows.csv"));
  const std::string csv = file_bytes(folder_ / "flows.csv");
  const Outcome flows = read_all(*make_reader(InputFormat::nfdump_csv, {}), csv);
  EXPECT_EQ(flows.counts.bad, 0U);
  using Key = std::tuple<std::int64_t, Ipv4, Ipv4, int, int, int>;
  const auto keys = [](const Outcome& outcome) {
    std::multimap<Key, std::uint64_t> all;
    for (const auto& [s, text] : outcome.seen) {
      all.emplace(Key{s.time_us / 1'000'000, s.source, s.target, s.protocol, s.source_port, s.target_port}, s.packets);
    }
    return all;
  };
  EXPECT_EQ(keys(flows), keys(read_file("a.pcap")));
}

}  // namespace
}  // namespace secondwave
