// Readers of captures and flows, page cache out of the way: the input lies in memory and comes in pieces, as from a
// file.
#include <benchmark/benchmark.h>
#include <fmt/format.h>

#include <cstdint>
#include <memory>
#include <random>
#include <string>
#include <string_view>

#include "ingest/reader.hpp"

namespace {

using namespace secondwave;

constexpr std::size_t piece = std::size_t{256} << 10;

/// Reads all of `bytes` in pieces; gives the counts.
ReadCounts read_all(Reader& reader, std::string_view bytes, Batch& batch) {
  std::size_t at = 0;
  while (at < bytes.size()) {
    const std::string_view part = bytes.substr(at, piece);
    at += reader.read(part, at + part.size() == bytes.size(), batch);
    benchmark::DoNotOptimize(batch.sightings.data());
    batch.clear();
  }
  return batch.counts;
}

/// One pass a turn of the benchmark, with a reader of its own each time.
void read_as(benchmark::State& state, InputFormat format, const std::string& bytes, std::uint64_t records) {
  Batch batch;
  for (auto _ : state) {
    batch.counts = {};
    const std::unique_ptr<Reader> reader = make_reader(format, {});
    const ReadCounts counts = read_all(*reader, bytes, batch);
    if (counts.records() != records || counts.bad > 0) state.SkipWithError("the reader did not understand its input");
  }
  const auto turns = static_cast<std::int64_t>(state.iterations());
  state.SetItemsProcessed(turns * static_cast<std::int64_t>(records));
  state.SetBytesProcessed(turns * static_cast<std::int64_t>(bytes.size()));
}

void append_be(std::string& out, std::uint32_t value, int bytes) {
  for (int shift = 8 * (bytes - 1); shift >= 0; shift -= 8) out += static_cast<char>(value >> shift);
}
void append_le(std::string& out, std::uint32_t value) {
  for (int shift = 0; shift < 32; shift += 8) out += static_cast<char>(value >> shift);
}

/// An IPv4 packet: a SYN with options (60 bytes, or 40 without), or UDP of 60 bytes.
void append_packet(std::string& out, std::mt19937& random, bool tcp, std::uint32_t size) {
  append_be(out, 0x45000000u | size, 4);
  append_be(out, static_cast<std::uint32_t>(random()), 4);
  out[out.size() - 2] = out[out.size() - 1] = '\0';  // no fragment
  out += '\x40';
  out += tcp ? '\x06' : '\x11';
  append_be(out, 0, 2);
  append_be(out, static_cast<std::uint32_t>(random()), 4);
  append_be(out, 0x0A000000u | (random() & 0xFFFFFFu), 4);
  append_be(out, static_cast<std::uint32_t>(random()), 2);
  append_be(out, tcp ? 80 : 1434, 2);
  append_be(out, tcp ? static_cast<std::uint32_t>(random()) : (size - 20) << 16, 4);
  if (tcp) {
    append_be(out, 0, 4);
    append_be(out, (size - 20) / 4 << 28 | 2u << 16 | 8192, 4);
    append_be(out, 0, 4);
  }
  out.resize(out.size() + size - (tcp ? 40 : 28));
}

enum class Mix { syn, udp, both };

std::string pcap_of(Mix mix, std::uint32_t packets) {
  std::mt19937 random(1);
  std::string out;
  out.reserve(packets * 80);
  for (const std::uint32_t word : {0xA1B2C3D4u, 0x00040002u, 0u, 0u, 65535u, 101u}) append_le(out, word);
  std::string packet;
  for (std::uint32_t i = 0; i < packets; ++i) {
    packet.clear();
    const bool tcp = mix == Mix::syn || (mix == Mix::both && random() % 4 != 0);
    append_packet(packet, random, tcp, random() % 2 == 0 ? 60 : 40);
    for (const std::uint32_t word : {995'500'000 + i / 100'000, i % 100'000 * 10}) append_le(out, word);
    for (int twice = 0; twice < 2; ++twice) append_le(out, static_cast<std::uint32_t>(packet.size()));
    out += packet;
  }
  return out;
}

constexpr std::uint32_t packets = 2'000'000;

void pcap_syn(benchmark::State& state) {
  read_as(state, InputFormat::pcap, pcap_of(Mix::syn, packets), packets);
}
void pcap_udp(benchmark::State& state) {
  read_as(state, InputFormat::pcap, pcap_of(Mix::udp, packets), packets);
}
void pcap_mixed(benchmark::State& state) {
  read_as(state, InputFormat::pcap, pcap_of(Mix::both, packets), packets);
}

constexpr std::uint32_t lines = 500'000;

std::string address(std::mt19937& random) {
  const auto bits = static_cast<std::uint32_t>(random());
  return fmt::format("{}.{}.{}.{}", bits >> 24, bits >> 16 & 255, bits >> 8 & 255, bits & 255);
}

/// `lines` lines that `write(random, number)` gives, behind a header.
template <class Write>
std::string text_of(std::string out, const Write& write) {
  std::mt19937 random(1);
  for (std::uint32_t i = 0; i < lines; ++i) out += write(random, i);
  return out;
}

void zeek_tsv(benchmark::State& state) {
  const std::string header =
      "#separator \\x09\n#unset_field\t-\n#path\tconn\n"
      "#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tservice\tduration\torig_bytes\tresp_bytes\t"
      "conn_state\tlocal_orig\tlocal_resp\tmissed_bytes\thistory\torig_pkts\torig_ip_bytes\tresp_pkts\tresp_ip_bytes\t"
      "tunnel_parents\n";
  const std::string bytes = text_of(header, [](std::mt19937& random, std::uint32_t i) {
    return fmt::format(
        "{}.{:06}\tCHhAvVGS1DHFjwGM{:05}\t{}\t{}\t10.1.2.3\t80\ttcp\t-\t3.0{}\t0\t0\tS0\t-\t-\t0\tS\t2\t96\t0\t0\t-\n",
        995'500'000 + i / 1000, i % 1000 * 1000, i % 100'000, address(random), random() % 65536, i % 1000);
  });
  read_as(state, InputFormat::zeek_tsv, bytes, lines + 4);
}

void zeek_json(benchmark::State& state) {
  const std::string bytes = text_of("", [](std::mt19937& random, std::uint32_t i) {
    return fmt::format(
        R"({{"ts":{}.{:06},"uid":"CHhAvVGS1DHFjwGM{:05}","id.orig_h":"{}","id.orig_p":{},"id.resp_h":"10.1.2.3",)"
        R"("id.resp_p":80,"proto":"tcp","duration":3.0{},"orig_bytes":0,"resp_bytes":0,"conn_state":"S0",)"
        R"("missed_bytes":0,"history":"S","orig_pkts":2,"orig_ip_bytes":96,"resp_pkts":0,"resp_ip_bytes":0}})"
        "\n",
        995'500'000 + i / 1000, i % 1000 * 1000, i % 100'000, address(random), random() % 65536, i % 1000);
  });
  read_as(state, InputFormat::zeek_json, bytes, lines);
}

void eve_flow(benchmark::State& state) {
  const std::string bytes = text_of("", [](std::mt19937& random, std::uint32_t i) {
    const std::uint32_t second = i / 1000 % 60;
    return fmt::format(
        R"({{"timestamp":"2001-07-19T14:02:{:02}.{:06}+0000","flow_id":{},"event_type":"flow","src_ip":"{}",)"
        R"("src_port":{},"dest_ip":"10.1.2.3","dest_port":80,"proto":"TCP","flow":{{"pkts_toserver":2,"pkts_toclient":0,)"
        R"("bytes_toserver":124,"bytes_toclient":0,"start":"2001-07-19T14:01:{:02}.000000+0000","end":)"
        R"("2001-07-19T14:02:{:02}.000000+0000","age":3,"state":"new","reason":"timeout","alerted":false}},"tcp":)"
        R"({{"tcp_flags":"02","tcp_flags_ts":"02","tcp_flags_tc":"00","syn":true,"state":"syn_sent"}}}})"
        "\n",
        second, i % 1000 * 1000, random() * 1000ULL + i, address(random), random() % 65536, second, second);
  });
  read_as(state, InputFormat::suricata_eve, bytes, lines);
}

void nfdump_csv(benchmark::State& state) {
  const std::string bytes =
      text_of("ts,te,td,sa,da,sp,dp,pr,flg,fwd,stos,ipkt,ibyt,opkt,obyt\n", [](std::mt19937& random, std::uint32_t i) {
        return fmt::format(
            "2001-07-19 14:{:02}:{:02},2001-07-19 14:{:02}:{:02},0.000,{},10.1.2.3,{},80,TCP,......S.,0,0,2,96,0,0\n",
            i / 60'000 % 60, i / 1000 % 60, i / 60'000 % 60, i / 1000 % 60, address(random), random() % 65536);
      });
  read_as(state, InputFormat::nfdump_csv, bytes, lines + 1);
}

BENCHMARK(zeek_tsv)->Unit(benchmark::kMillisecond);
BENCHMARK(zeek_json)->Unit(benchmark::kMillisecond);
BENCHMARK(eve_flow)->Unit(benchmark::kMillisecond);
BENCHMARK(nfdump_csv)->Unit(benchmark::kMillisecond);
BENCHMARK(pcap_syn)->Unit(benchmark::kMillisecond);
BENCHMARK(pcap_udp)->Unit(benchmark::kMillisecond);
BENCHMARK(pcap_mixed)->Unit(benchmark::kMillisecond);

}  // namespace
