#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "ingest/pcap_reader.hpp"
#include "packets.hpp"
#include "pieces.hpp"

namespace secondwave {
namespace {

using namespace ingest_test;
using ::testing::HasSubstr;

constexpr std::uint32_t t0 = 995'500'000;

std::unique_ptr<Reader> make() {
  return make_pcap_reader({});
}

Outcome read(const PcapFile& file) {
  return read_all(make, file.bytes);
}

PcapFile raw() {
  return PcapFile{}.start();
}

TEST(PcapReader, ASynHasItsFields) {
  PcapFile file = raw();
  file.add(t0, 250'000, ipv4({.id = 54321}, tcp(1025, 80, 77, syn)));
  const Outcome seen = read(file);
  ASSERT_EQ(seen.seen.size(), 1U);
  const Sighting& s = seen.seen[0].sighting;
  EXPECT_EQ(s.time_us, std::int64_t{t0} * 1'000'000 + 250'000);
  EXPECT_EQ(s.place, 24U);
  EXPECT_EQ(s.source, 0xC0000201U);
  EXPECT_EQ(s.target, 0x0A000001U);
  EXPECT_EQ(s.source_port, 1025);
  EXPECT_EQ(s.target_port, 80);
  EXPECT_EQ(s.protocol, protocol_tcp);
  EXPECT_EQ(s.tcp_flags, syn);
  EXPECT_EQ(s.tcp_sequence, 77U);
  EXPECT_EQ(s.tcp_window, 8192);
  EXPECT_EQ(s.ip_id, 54321);
  EXPECT_EQ(s.ip_length, 40);
  EXPECT_EQ(s.known, 127);
  EXPECT_EQ(s.kind, Sighting::Kind::packet);
  EXPECT_FALSE(s.repeats);
  EXPECT_EQ(s.packets, 1U);
  EXPECT_EQ(s.targets, 1U);
  EXPECT_EQ(seen.counts.first_us, s.time_us);
  EXPECT_EQ(seen.counts.last_us, s.time_us);
}

TEST(PcapReader, UdpAndIcmpShowTheStartOfTheirPayload) {
  PcapFile file = raw();
  file.add(t0, 0, ipv4({.protocol = 17}, udp(4000, 1434, std::string(376, 'x'))));
  file.add(t0, 1, ipv4({.protocol = 1}, icmp(8, 3, "pingpong")));
  file.add(t0, 2, ipv4({.protocol = 1}, icmp(8, 0)));
  const Outcome seen = read(file);
  ASSERT_EQ(seen.seen.size(), 3U);
  EXPECT_EQ(seen.seen[0].sighting.target_port, 1434);
  EXPECT_EQ(seen.seen[0].sighting.ip_length, 404);
  EXPECT_EQ(seen.seen[0].text, std::string(64, 'x'));
  EXPECT_EQ(seen.seen[1].sighting.target_port, 8 * 256 + 3);
  EXPECT_EQ(seen.seen[1].sighting.protocol, protocol_icmp);
  EXPECT_EQ(seen.seen[1].text, "pingpong");
  EXPECT_EQ(seen.seen[2].text, "");
}

TEST(PcapReader, EitherOrderAndBothResolutionsGiveTheSame) {
  const std::string packet = ipv4({}, tcp(1, 2, 3, syn));
  for (const bool big : {false, true}) {
    for (const bool nano : {false, true}) {
      PcapFile file{.numbers = {big}, .magic = nano ? 0xA1B23C4D : 0xA1B2C3D4};
      file.start().add(t0, nano ? 999'999'999 : 999'999, packet);
      const Outcome seen = read(file);
      ASSERT_EQ(seen.seen.size(), 1U);
      EXPECT_EQ(seen.seen[0].sighting.time_us, std::int64_t{t0} * 1'000'000 + 999'999);
      EXPECT_TRUE(is_pcap(file.bytes));
    }
  }
}

TEST(PcapReader, LinkTypes) {
  const std::string packet = ipv4({}, tcp(1, 2, 3, syn));
  const std::string vlan = std::string(12, '\2') + be16(0x8100) + be16(5) + be16(0x0800) + packet;
  const std::string qinq =
      std::string(12, '\2') + be16(0x88A8) + be16(5) + be16(0x8100) + be16(6) + be16(0x0800) + packet;
  const std::string sll = std::string(14, '\0') + be16(0x0800) + packet;
  const std::string sll2 = be16(0x0800) + std::string(18, '\0') + packet;
  const std::vector<std::pair<std::uint32_t, std::string>> cases = {{1, ethernet(packet)},
                                                                    {1, vlan},
                                                                    {1, qinq},
                                                                    {113, sll},
                                                                    {276, sll2},
                                                                    {101, packet},
                                                                    {12, packet},
                                                                    {14, packet},
                                                                    {228, packet},
                                                                    {0, le32(2) + packet},
                                                                    {0, be32(2) + packet},
                                                                    {108, be32(2) + packet},
                                                                    {0x50000001, ethernet(packet) + "fcs!"}};
  for (const auto& [link, bytes] : cases) {
    PcapFile file{.link = link};
    file.start().add(t0, 0, bytes);
    const Outcome seen = read(file);
    ASSERT_EQ(seen.seen.size(), 1U) << link;
    EXPECT_EQ(seen.seen[0].sighting.target_port, 2);
    // Cut anywhere, it is bad or (within TCP's last four bytes, which nobody needs) good; never anything else.
    for (std::size_t size = 0; size + 4 < bytes.size(); ++size) {
      PcapFile cut{.link = link};
      cut.start().add(t0, 0, bytes.substr(0, size), static_cast<std::uint32_t>(bytes.size()));
      const Outcome less = read(cut);
      EXPECT_EQ(less.counts.bad + less.counts.sightings, 1U) << link << ' ' << size;
    }
  }
  PcapFile wifi{.link = 105};
  wifi.start().add(t0, 0, packet);
  EXPECT_THAT(read(wifi).counts.bad_samples.at(0).why, HasSubstr("link type"));
}

TEST(PcapReader, Ipv6IsCountedApartAndOtherProtocolsAreOther) {
  PcapFile file{.link = 1};
  file.start();
  file.add(t0, 0, ethernet("\x60" + std::string(39, '\0'), 0x86DD));
  file.add(t0, 1, ethernet(std::string(28, '\0'), 0x0806));
  file.add(t0, 2, ethernet(ipv4({.protocol = 47}, "gre")));
  file.add(t0, 3, ethernet(ipv4({}, tcp(1, 2, 3, ack))));
  file.add(t0, 4, ethernet(ipv4({.fragment = 100}, "the rest of something")));
  const Outcome seen = read(file);
  EXPECT_EQ(seen.counts.ipv6, 1U);
  EXPECT_EQ(seen.counts.other, 4U);
  EXPECT_EQ(seen.counts.records(), 5U);
  PcapFile loop{.link = 0};
  loop.start().add(t0, 0, le32(30) + "\x60").add(t0, 0, le32(24) + "\x60").add(t0, 0, le32(7) + "?");
  EXPECT_EQ(read(loop).counts.ipv6, 2U);
  EXPECT_EQ(read(loop).counts.other, 1U);
}

TEST(PcapReader, OptionsFragmentsAndPaddingAreUnderstood) {
  PcapFile file{.link = 1};
  file.start();
  file.add(t0, 0, ethernet(ipv4({.protocol = 17, .options = std::string(8, '\1')}, udp(1, 2, "ab"))));
  file.add(t0, 1, ethernet(ipv4({.protocol = 17, .fragment = 0x2000}, udp(1, 3, "first part"))));
  file.add(t0, 2, ethernet(ipv4({.protocol = 17}, udp(1, 4, "ab")) + std::string(16, '\0')));
  std::string offloaded = ipv4({.protocol = 17}, udp(1, 5, "abc"));
  offloaded[2] = offloaded[3] = '\0';
  file.add(t0, 3, ethernet(offloaded));
  const Outcome seen = read(file);
  ASSERT_EQ(seen.seen.size(), 4U);
  EXPECT_EQ(seen.seen[0].text, "ab");
  EXPECT_EQ(seen.seen[1].sighting.target_port, 3);
  EXPECT_EQ(seen.seen[2].text, "ab");
  EXPECT_EQ(seen.seen[3].text, "abc");
  EXPECT_EQ(seen.seen[3].sighting.ip_length, 31);
}

TEST(PcapReader, PacketsThatContradictThemselvesAreBad) {
  const std::string good = ipv4({}, tcp(1, 2, 3, syn));
  std::string short_header = good;
  short_header[0] = '\x44';
  std::string short_total = good;
  short_total[3] = '\x13';
  std::string short_tcp = good;
  short_tcp[20 + 12] = '\x40';
  std::string version = good;
  version[0] = '\x55';
  PcapFile file{.link = 1};
  file.start();
  for (const std::string& packet : {short_header, short_total, short_tcp, version}) file.add(t0, 0, ethernet(packet));
  const Outcome seen = read(file);
  EXPECT_EQ(seen.counts.bad, 4U);
  EXPECT_EQ(seen.counts.records(), 4U);
  EXPECT_EQ(seen.counts.bad_samples.at(1).place, 24U + 16 + 54);
}

TEST(PcapReader, ARetransmittedSynRepeatsItsTarget) {
  PcapFile file = raw();
  const auto add = [&file](std::uint32_t s, std::uint32_t sequence, unsigned port) {
    file.add(t0 + s, 0, ipv4({}, tcp(port, 80, sequence, syn)));
  };
  add(0, 5, 1000);
  add(3, 5, 1000);    // again
  add(3, 5, 1001);    // another port
  add(4, 6, 1000);    // another connection
  add(64, 6, 1000);   // again, after 60 s
  add(125, 6, 1000);  // after 61 s: new
  const Outcome seen = read(file);
  std::vector<bool> repeats;
  for (const auto& [s, text] : seen.seen) {
    repeats.push_back(s.repeats);
    EXPECT_EQ(s.targets, s.repeats ? 0U : 1U);
    EXPECT_EQ(s.packets, 1U);
  }
  EXPECT_EQ(repeats, (std::vector<bool>{false, true, false, false, true, false}));
}

TEST(PcapReader, TheRequestLineComesFromTheFirstDataOnce) {
  const Ip there{};
  const Ip back{.source = there.target, .target = there.source};
  PcapFile file = raw();
  file.add(t0, 0, ipv4(there, tcp(1000, 80, 10, syn)));
  file.add(t0, 1, ipv4(back, tcp(80, 1000, 90, syn | ack)));
  file.add(t0, 2, ipv4(there, tcp(1000, 80, 11, ack)));
  file.add(t0, 3, ipv4(there, tcp(1000, 80, 40, ack | psh, "GET /second HTTP/1.0\r\n")));  // overtook the first
  file.add(t0, 4, ipv4(there, tcp(1000, 80, 11, ack | psh, "GET /default.ida?NNN HTTP/1.0\r\nHost: x\r\n")));
  file.add(t0, 5, ipv4(there, tcp(1000, 80, 11, ack | psh, "GET /default.ida?NNN HTTP/1.0\r\nHost: x\r\n")));
  file.add(t0, 6, ipv4(back, tcp(80, 1000, 91, ack | psh, "NOT A REQUEST\r\n")));
  file.add(t0, 7, ipv4(there, tcp(1000, 80, 51, rst)));
  const Outcome seen = read(file);
  ASSERT_EQ(seen.seen.size(), 3U);
  EXPECT_EQ(seen.seen[2].sighting.kind, Sighting::Kind::request);
  EXPECT_EQ(seen.seen[2].text, "GET /default.ida?NNN HTTP/1.0");
  EXPECT_EQ(seen.seen[2].sighting.target_port, 80);
  EXPECT_EQ(seen.counts.other, 6U);
  EXPECT_EQ(seen.counts.sightings, 2U);  // records: what is taken back is none
}

TEST(PcapReader, ARequestTakesBackTheSightingOfItsSyn) {
  const Ip there{};
  PcapFile file = raw();
  file.add(t0, 0, ipv4(there, tcp(1000, 80, 10, syn)));
  file.add(t0 + 45, 0, ipv4(there, tcp(1000, 80, 10, syn)));
  file.add(t0 + 90, 0, ipv4(there, tcp(1000, 80, 11, ack | psh, "GET / HTTP/1.0\r\n")));
  file.add(t0 + 91, 0, ipv4(there, tcp(1001, 80, 20, syn)));
  file.add(t0 + 92, 0, ipv4(there, tcp(1001, 80, 21, ack | psh, "no request\r\n")));
  file.add(t0 + 93, 0, ipv4(there, tcp(1002, 80, 31, ack | psh, "GET / HTTP/1.0\r\n")));  // its SYN was not captured
  const Outcome outcome = read(file);
  ASSERT_EQ(outcome.seen.size(), 6U);
  const Sighting& first = outcome.seen[0].sighting;
  Sighting back = outcome.seen[2].sighting;
  EXPECT_TRUE(outcome.seen[1].sighting.repeats);
  EXPECT_TRUE(back.takes_back);
  back.takes_back = false;
  back.place = first.place;
  // The same header and time, so the same rule and minute.
  EXPECT_EQ(std::tie(back.time_us, back.source, back.target, back.source_port, back.target_port, back.ip_length,
                     back.ip_id, back.tcp_flags, back.tcp_sequence, back.tcp_window, back.known, back.packets,
                     back.targets, back.kind, back.protocol),
            std::tie(first.time_us, first.source, first.target, first.source_port, first.target_port, first.ip_length,
                     first.ip_id, first.tcp_flags, first.tcp_sequence, first.tcp_window, first.known, first.packets,
                     first.targets, first.kind, first.protocol));
  EXPECT_EQ(outcome.seen[3].sighting.kind, Sighting::Kind::request);
  EXPECT_EQ(outcome.seen[3].sighting.packets, 2U);
  EXPECT_EQ(outcome.seen[3].sighting.targets, 1U);
  EXPECT_FALSE(outcome.seen[4].sighting.takes_back);
  EXPECT_EQ(outcome.seen[5].sighting.packets, 1U);
  EXPECT_EQ(outcome.counts.sightings, 5U);
}

TEST(PcapReader, ARequestWithoutItsSynIsTakenAndAnythingElseIsNot) {
  PcapFile file = raw();
  file.add(t0, 0, ipv4({}, tcp(1000, 80, 11, ack, "HEAD /" + std::string(1300, 'a'))));
  file.add(t0, 1, ipv4({}, tcp(1000, 80, 1400, ack, "GET /more HTTP/1.0\r\n")));
  file.add(t0, 2, ipv4({}, tcp(1001, 80, 11, ack, "lower case\r\n")));
  file.add(t0, 3, ipv4({}, tcp(1002, 80, 11, ack, "HTTP/1.0 200 OK\r\n")));
  file.add(t0, 4, ipv4({}, tcp(1003, 80, 11, ack, "WORDWITHOUTSPACE")));
  const std::string longest = "GET /" + std::string(5000, 'b');
  file.add(t0 + 700, 5, ipv4({}, tcp(1000, 80, 11, ack, longest)));  // so late that the stream is forgotten
  const Outcome seen = read(file);
  ASSERT_EQ(seen.seen.size(), 2U);
  EXPECT_EQ(seen.seen[0].text.size(), 1306U);
  EXPECT_EQ(seen.seen[1].text, longest.substr(0, 2048));
}

TEST(PcapReader, BackscatterIsKeptUnlessItAnswersWhatWasSeen) {
  const Ip there{};
  const Ip back{.source = there.target, .target = there.source};
  PcapFile file = raw();
  file.add(t0, 0, ipv4(there, tcp(80, 5000, 10, syn | ack)));
  file.add(t0, 1, ipv4(there, tcp(80, 5000, 10, syn | ack)));
  file.add(t0, 2, ipv4(there, tcp(80, 5001, 10, rst | ack)));
  file.add(t0, 3, ipv4(there, tcp(6000, 80, 10, syn)));
  file.add(t0, 4, ipv4(back, tcp(80, 6000, 10, rst | ack)));
  const Outcome seen = read(file);
  ASSERT_EQ(seen.seen.size(), 4U);
  EXPECT_EQ(seen.seen[0].sighting.tcp_flags, syn | ack);
  EXPECT_TRUE(seen.seen[1].sighting.repeats);
  EXPECT_EQ(seen.seen[2].sighting.tcp_flags, rst | ack);
  EXPECT_EQ(seen.counts.other, 1U);
}

TEST(PcapReader, TheTableForgetsTheOldestAndStaysBounded) {
  // 300 000 streams within a minute: early ones are forgotten, late ones are not.
  PcapFile file = raw();
  const auto packet = [](std::uint32_t i) { return ipv4({.source = 0x01000000 + i}, tcp(1000, 80, i, syn)); };
  for (std::uint32_t i = 0; i < 300'000; ++i) file.add(t0 + i / 10'000, 0, packet(i));
  for (std::uint32_t i = 299'000; i < 300'000; ++i) file.add(t0 + 31, 0, packet(i));
  for (std::uint32_t i = 0; i < 1000; ++i) file.add(t0 + 31, 0, packet(i));
  const auto reader = make();
  const Outcome seen = read_all(*reader, file.bytes);
  std::uint64_t again = 0;
  for (const auto& [s, text] : seen.seen) again += s.repeats;
  EXPECT_EQ(again, 1000U);
  EXPECT_LT(reader->state().size(), std::size_t{2'000'000});
}

// ---- Files that lie.

TEST(PcapReader, NotAPcapFile) {
  for (const std::string& bytes : {std::string(100, 'x'), std::string("short"), std::string(1 << 21, '\0')}) {
    const Outcome seen = read_all(make, bytes);
    EXPECT_EQ(seen.counts.bad, 1U);
    EXPECT_EQ(seen.counts.bad_samples.at(0).place, 0U);
    EXPECT_FALSE(is_pcap(bytes));
    expect_pieces_do_not_matter(make, std::string_view(bytes).substr(0, 1000), 10);
  }
  EXPECT_EQ(read_all(make, "").counts.records(), 0U);
}

TEST(PcapReader, ASnapLengthOfZeroIsReportedAndReadOn) {
  PcapFile file{.snap = 0};
  file.start().add(t0, 0, ipv4({}, tcp(1, 2, 3, syn)));
  const Outcome seen = read(file);
  EXPECT_EQ(seen.seen.size(), 1U);
  EXPECT_EQ(seen.counts.bad, 1U);
  EXPECT_EQ(seen.counts.bad_samples.at(0).place, 16U);
}

TEST(PcapReader, LengthsThatLieCostOneRecord) {
  const std::string packet = ipv4({}, tcp(1, 2, 3, syn));
  struct Lie {
    std::uint32_t captured, original, body;
    const char* why;
  };
  for (const Lie& lie : {Lie{40, 20, 40, "captured longer"}, Lie{0x7FFFFFFF, 0x7FFFFFFF, 40, "256 KiB"},
                         Lie{2000, 2000, 2000, "snap length"}, Lie{2000, 2000, 40, "snap length"}}) {
    PcapFile file{.snap = 100};
    file.start().add(t0, 0, packet);
    const std::size_t place = file.bytes.size();
    file.header(t0, 0, lie.captured, lie.original);
    file.bytes += std::string(lie.body, '\xEE');
    for (std::uint32_t i = 1; i <= 5; ++i) file.add(t0 + i, 0, ipv4({}, tcp(1, 2, i, syn)));
    const Outcome seen = read(file);
    EXPECT_EQ(seen.counts.bad, 1U) << lie.why;
    EXPECT_EQ(seen.counts.bad_samples.at(0).place, place);
    EXPECT_THAT(seen.counts.bad_samples.at(0).why, HasSubstr(lie.why));
    EXPECT_EQ(seen.seen.size(), 6U) << lie.why;
    expect_large_pieces_do_not_matter(make, file.bytes, 5, 100);
  }
}

TEST(PcapReader, AnImpossibleFractionIsBad) {
  PcapFile file = raw();
  file.add(t0, 1'000'000, ipv4({}, tcp(1, 2, 3, syn))).add(t0, 999'999, ipv4({}, tcp(1, 2, 4, syn)));
  const Outcome seen = read(file);
  EXPECT_EQ(seen.counts.bad, 1U);
  EXPECT_EQ(seen.seen.size(), 1U);
}

TEST(PcapReader, AfterDamageItReadsOnOrSaysThatItStops) {
  const std::string packet = ipv4({}, tcp(1, 2, 3, syn));
  for (const std::size_t junk : {50UL, 60'000UL, 70'000UL, 900'000UL}) {
    PcapFile file = raw();
    file.add(t0, 0, packet);
    const std::size_t place = file.bytes.size();
    file.bytes += std::string(junk, '\xFF');
    for (std::uint32_t i = 0; i < 40'000; ++i) file.add(t0 + 1, i, packet);
    const Outcome seen = read(file);
    EXPECT_EQ(seen.counts.bad_samples.at(0).place, place);
    if (junk < PcapReader::search_window) {
      EXPECT_EQ(seen.counts.bad, 1U);
      EXPECT_EQ(seen.seen.size(), 40'001U);
    } else {
      EXPECT_EQ(seen.counts.bad, 2U);
      EXPECT_EQ(seen.seen.size(), 1U);
      EXPECT_THAT(seen.counts.bad_samples.at(1).why, HasSubstr("the rest is not read"));
    }
    expect_large_pieces_do_not_matter(make, file.bytes, 2, 300'000);
  }
}

TEST(PcapReader, AClockThatStepsBackCostsOneRecord) {
  PcapFile file = raw();
  std::uint32_t port = 1;
  for (const std::uint32_t s : {100U, 101U, 100U, 50U, 51U}) file.add(t0 + s, 0, ipv4({}, tcp(port++, 80, 3, syn)));
  const Outcome seen = read(file);
  EXPECT_EQ(seen.counts.bad, 1U);  // one second back is a matter of queues
  EXPECT_EQ(seen.seen.size(), 4U);
  EXPECT_THAT(seen.counts.bad_samples.at(0).why, HasSubstr("steps back"));
  EXPECT_EQ(seen.counts.first_us, (std::int64_t{t0} + 51) * 1'000'000);
}

TEST(PcapReader, ACutOffEndIsOneBadRecord) {
  PcapFile file = raw();
  file.add(t0, 0, ipv4({}, tcp(1, 2, 3, syn))).add(t0, 0, ipv4({}, tcp(1, 2, 4, syn)));
  for (std::size_t cut = 1; cut < 56; ++cut) {
    const std::string less = file.bytes.substr(0, file.bytes.size() - cut);
    const Outcome seen = read_all(make, less);
    EXPECT_EQ(seen.seen.size(), 1U);
    EXPECT_EQ(seen.counts.bad, 1U);
    EXPECT_EQ(seen.counts.bad_samples.at(0).place, 80U);
  }
}

// ---- Pieces.

/// A capture with everything in it, among it damage, from a fixed seed.
std::string mixed_capture(std::uint32_t seed, bool damage) {
  std::mt19937 generator(seed);
  const auto random = [&generator] { return static_cast<std::uint32_t>(generator()); };
  PcapFile file{.numbers = {seed % 2 == 1}, .link = 1};
  file.start();
  for (std::uint32_t i = 0; i < 300; ++i) {
    const Ip ip{.source = 0xC0000200 + static_cast<Ipv4>(random() % 4),
                .protocol = std::array{6U, 6U, 6U, 17U, 1U, 50U}[random() % 6]};
    const unsigned port = 1000 + random() % 3;
    std::string body = ip.protocol == 17 ? udp(port, 53, "query") : ip.protocol == 1 ? icmp(8, 0, "echo") : "?";
    if (ip.protocol == 6) {
      const unsigned flags = std::array{syn, syn, ack, syn | ack, rst, ack | psh}[random() % 6];
      body = tcp(port, 80, random() % 3, flags, flags == (ack | psh) ? "GET / HTTP/1.0\r\n" : "");
    }
    file.add(t0 + i, 0, ethernet(ipv4(ip, body)));
  }
  for (int i = 0; damage && i < 8; ++i)
    file.bytes[24 + random() % (file.bytes.size() - 24)] = static_cast<char>(random());
  return file.bytes;
}

TEST(PcapReader, PiecesAndRestoredStatesChangeNothing) {
  for (std::uint32_t seed = 0; seed < 8; ++seed) {
    expect_large_pieces_do_not_matter(make, mixed_capture(seed, seed >= 2), 4, 1000);
  }
}

TEST(PcapReader, EverySplitInTwoChangesNothing) {
  const std::string bytes = mixed_capture(0, false).substr(0, 600);
  const Outcome whole = read_all(make, bytes);
  for (std::size_t split = 0; split <= bytes.size(); ++split) {
    Batch batch;
    const auto reader = make();
    const std::size_t taken = reader->read(std::string_view(bytes).substr(0, split), false, batch);
    Outcome rest = read_all(*reader, std::string_view(bytes).substr(taken));
    ASSERT_EQ(batch.sightings.size() + rest.seen.size(), whole.seen.size()) << split;
    ASSERT_EQ(batch.counts.records() + rest.counts.records(), whole.counts.records()) << split;
  }
}

TEST(PcapReader, ADamagedStateIsRefused) {
  expect_state_is_checked(make, mixed_capture(1, false));
}

TEST(PcapReader, JunkNeverCrashes) {
  std::mt19937 random(5);
  for (int i = 0; i < 200; ++i) {
    std::string bytes = PcapFile{.snap = 65535}.start().bytes;
    for (int j = 0; j < 2000; ++j) bytes += static_cast<char>(random() % (i % 2 == 0 ? 256 : 2));
    const Outcome seen = read_all(make, bytes);
    EXPECT_LE(seen.counts.bad_samples.size(), 5U);
    EXPECT_GT(seen.counts.bad, 0U);
  }
}

}  // namespace
}  // namespace secondwave
