// Benchmarks of the byte sources and the readers of logs: bytes a second of what a log holds, unpacked.
#include <benchmark/benchmark.h>
#include <unistd.h>
#include <zlib.h>

#include <filesystem>
#include <fstream>
#include <functional>
#include <random>
#include <string>
#include <vector>

#include "ingest/byte_source.hpp"
#include "ingest/reader.hpp"
#include "net/prefix.hpp"

namespace secondwave {
namespace {

constexpr std::size_t log_bytes = std::size_t{64} << 20;
constexpr std::size_t piece_bytes = std::size_t{256} << 10;

using Line = std::function<std::string(std::mt19937&, int)>;

std::string log_of(const Line& line, std::string text = {}) {
  std::mt19937 random(1);
  for (int i = 0; text.size() < log_bytes; ++i) text += line(random, i);
  return text;
}

std::string clock_of(int i) {
  const int second = i / 50;
  char text[16];
  std::snprintf(text, sizeof text, "%02d:%02d:%02d", second / 3600 % 24, second / 60 % 60, second % 60);
  return text;
}

std::string address(std::mt19937& random) {
  return to_string_ipv4(static_cast<Ipv4>(random()));
}

/// Combined format, 190 bytes a line; one line in a hundred is Code Red II.
std::string web_line(std::mt19937& random, int i) {
  static const std::string worm = "GET /default.ida?" + std::string(224, 'X') + "%u9090%u6858%ucbd3%u7801 HTTP/1.0";
  const std::string page = "GET /articles/" + std::to_string(random() % 100'000) + "/index.html HTTP/1.1";
  return address(random) + " - - [13/Feb/2005:" + clock_of(i) + " -0500] \"" + (i % 100 == 0 ? worm : page) +
         "\" 200 " + std::to_string(random() % 100'000) +
         " \"http://www.example.org/start.html\" \"Mozilla/5.0 (X11; Linux x86_64; rv:102.0) Gecko/20100101 "
         "Firefox/102.0\"\n";
}

std::string firewall_line(std::mt19937& random, int i) {
  return "Feb 25 " + clock_of(i) +
         " bridge kernel: INBOUND TCP: IN=br0 PHYSIN=eth0 OUT=br0 PHYSOUT=eth1 SRC=" + address(random) +
         " DST=11.11.79." + std::to_string(random() % 256) +
         " LEN=48 TOS=0x00 PREC=0x00 TTL=113 ID=" + std::to_string(random() % 65536) +
         " DF PROTO=TCP SPT=" + std::to_string(random() % 65536) + " DPT=445 WINDOW=64240 RES=0x00 SYN URGP=0  \n";
}

std::string alert_line(std::mt19937& random, int i) {
  return "Feb 25 " + clock_of(i) +
         " bastion snort: [1:2003:8] MS-SQL Worm propagation attempt [Classification: Misc Attack] "
         "[Priority: 2]: {UDP} " +
         address(random) + ":1067 -> 11.11.79.89:1434\n";
}

std::string iis_line(std::mt19937& random, int i) {
  return "2001-08-01 " + clock_of(i) + " " + address(random) + " - 198.51.100.9 80 GET /a/" +
         std::to_string(random() % 1000) + ".html - 200 Mozilla/4.0+(compatible;+MSIE+5.5;+Windows+98)\n";
}

std::string native_line(std::mt19937& random, int i) {
  return address(random) + ", -, 8/1/01, " + clock_of(i) +
         ", W3SVC1, WEB, 198.51.100.9, 31, 263, 3223, 200, 0, GET, /a/" + std::to_string(random() % 1000) +
         ".html, -,\n";
}

/// A file for the time of the program.
class TemporaryFile {
 public:
  explicit TemporaryFile(const std::string& bytes)
      : path_(std::filesystem::temp_directory_path() / ("secondwave-bench-" + std::to_string(::getpid()))) {
    std::ofstream(path_, std::ios::binary) << bytes;
  }
  TemporaryFile(const TemporaryFile&) = delete;
  TemporaryFile& operator=(const TemporaryFile&) = delete;
  ~TemporaryFile() { std::filesystem::remove(path_); }
  [[nodiscard]] const std::string& path() const { return path_; }

 private:
  std::string path_;
};

std::string gzipped(const std::string& text) {
  z_stream stream{};
  deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  deflate(&stream, Z_FINISH);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

ReaderOptions year_2005() {
  ReaderOptions options;
  options.year = 2005;
  return options;
}

/// Parsing alone, from memory.
void parse(benchmark::State& state, InputFormat format, const Line& line, const std::string& head) {
  const std::string text = log_of(line, head);
  std::uint64_t lines = 0;
  for (auto _ : state) {
    const auto reader = make_reader(format, year_2005());
    Batch batch;
    for (std::size_t at = 0; at < text.size();) {
      const std::string_view piece = std::string_view(text).substr(at, piece_bytes);
      batch.clear();
      at += reader->read(piece, at + piece.size() == text.size(), batch);
      benchmark::DoNotOptimize(batch.sightings.data());
    }
    if (batch.counts.bad > 0) state.SkipWithError(batch.counts.bad_samples[0].why.c_str());
    lines += batch.counts.records();
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
  state.SetItemsProcessed(static_cast<std::int64_t>(lines));
}

/// A whole input: file, unpacking, lines, fields.
void read_file(benchmark::State& state, bool packed, bool parsed) {
  const std::string text = log_of(web_line);
  const TemporaryFile file(packed ? gzipped(text) : text);
  std::vector<char> buffer(piece_bytes + Reader::longest_record);
  for (auto _ : state) {
    const auto source = open_source(file.path());
    const auto reader = make_reader(InputFormat::web_log, {});
    Batch batch;
    std::size_t held = 0;
    while (true) {
      const auto got = (*source)->read(std::span(buffer).subspan(held, piece_bytes));
      if (!got || *got == 0) break;
      held += *got;
      if (!parsed) held = 0;
      batch.clear();
      const std::size_t taken = reader->read(std::string_view(buffer.data(), held), false, batch);
      std::copy(buffer.begin() + static_cast<std::ptrdiff_t>(taken), buffer.begin() + static_cast<std::ptrdiff_t>(held),
                buffer.begin());
      held -= taken;
    }
    benchmark::DoNotOptimize(batch.counts.sightings);
  }
  state.SetBytesProcessed(static_cast<std::int64_t>(state.iterations() * text.size()));
}

BENCHMARK_CAPTURE(parse, web_log, InputFormat::web_log, web_line, "")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(parse, firewall, InputFormat::firewall, firewall_line, "")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(parse, ids_fast, InputFormat::ids_fast, alert_line, "")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(
    parse, iis_w3c, InputFormat::iis_w3c, iis_line,
    "#Fields: date time c-ip cs-username s-ip s-port cs-method cs-uri-stem cs-uri-query sc-status cs(User-Agent)\n")
    ->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(parse, iis_native, InputFormat::iis_native, native_line, "")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read_file, web_log_plain, false, true)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read_file, web_log_gzip, true, true)->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(read_file, gzip_alone, true, false)->Unit(benchmark::kMillisecond);

}  // namespace
}  // namespace secondwave
