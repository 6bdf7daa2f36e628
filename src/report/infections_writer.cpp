#include "report/infections_writer.hpp"

#include <fmt/format.h>
#include <zstd.h>

#include <charconv>
#include <string_view>
#include <utility>

#include "report/output_file.hpp"

namespace secondwave {
namespace {

constexpr int level = 3;
constexpr std::size_t flush_at = std::size_t{1} << 20;
constexpr std::size_t longest_line = 160;  // 10 + 24 + 10 + 15 + 10 + 15 characters, commas and the line's end

char* put_number(char* at, std::uint64_t value) {
  return std::to_chars(at, at + 20, value).ptr;
}

/// Shortest decimal that reads back as the same double.
char* put_number(char* at, double value) {
  return std::to_chars(at, at + 32, value).ptr;
}

char* put_address(char* at, Ipv4 address) {
  for (int shift = 24; shift >= 0; shift -= 8) {
    at = put_number(at, std::uint64_t{(address >> shift) & 0xFFu});
    if (shift > 0) *at++ = '.';
  }
  return at;
}

}  // namespace

struct InfectionsWriter::State {
  OutputFile file;
  ZSTD_CCtx* zstd = nullptr;
  std::string text;    ///< lines that wait for compression
  std::string packed;  ///< room for compressed bytes

  explicit State(OutputFile opened) : file(std::move(opened)), zstd(ZSTD_createCCtx()) {}
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { ZSTD_freeCCtx(zstd); }

  Status compress(ZSTD_EndDirective mode) {
    ZSTD_inBuffer in{text.data(), text.size(), 0};
    for (;;) {
      ZSTD_outBuffer out{packed.data(), packed.size(), 0};
      const std::size_t left = ZSTD_compressStream2(zstd, &out, &in, mode);
      if (ZSTD_isError(left) != 0)
        return failure(ErrorKind::machine, fmt::format("cannot compress: {}", ZSTD_getErrorName(left)),
                       {.file = file.path().string()});
      if (auto written = file.write({packed.data(), out.pos}); !written) return written;
      const bool done = mode == ZSTD_e_end ? left == 0 : in.pos == in.size;
      if (done) break;
    }
    text.clear();
    return {};
  }

  void add_line(const RunResult& run, std::size_t i, std::string_view replicate) {
    const std::size_t old_size = text.size();
    text.resize(old_size + longest_line);
    char* at = text.data() + old_size;
    at += replicate.copy(at, replicate.size());
    *at++ = ',';
    at = put_number(at, run.infections.time_s[i]);
    for (const std::uint32_t host : {run.infections.host[i], run.infections.infector[i]}) {
      *at++ = ',';
      if (host != no_host) at = put_number(at, std::uint64_t{host});
      *at++ = ',';
      if (host != no_host && host < run.address.size()) at = put_address(at, run.address[host]);
    }
    *at++ = '\n';
    text.resize(static_cast<std::size_t>(at - text.data()));
  }
};

InfectionsWriter::InfectionsWriter(std::unique_ptr<State> state) : state_(std::move(state)) {}
InfectionsWriter::InfectionsWriter(InfectionsWriter&&) noexcept = default;
InfectionsWriter& InfectionsWriter::operator=(InfectionsWriter&&) noexcept = default;
InfectionsWriter::~InfectionsWriter() = default;

Result<InfectionsWriter> InfectionsWriter::create(const std::filesystem::path& path) {
  auto file = OutputFile::create(path);
  if (!file) return tl::unexpected(file.error());
  auto state = std::make_unique<State>(std::move(*file));
  const bool ready = state->zstd != nullptr &&
                     ZSTD_isError(ZSTD_CCtx_setParameter(state->zstd, ZSTD_c_compressionLevel, level)) == 0 &&
                     ZSTD_isError(ZSTD_CCtx_setParameter(state->zstd, ZSTD_c_checksumFlag, 1)) == 0;
  if (!ready) return failure(ErrorKind::machine, "cannot start the compression", {.file = path.string()});
  state->packed.resize(ZSTD_CStreamOutSize());
  state->text = "replicate,time_s,host,address,source_host,source_address\n";
  return InfectionsWriter(std::move(state));
}

Status InfectionsWriter::append(const RunResult& run) {
  const Infections& infections = run.infections;
  SECONDWAVE_REQUIRE(infections.host.size() == infections.size() && infections.infector.size() == infections.size());
  const std::string replicate = fmt::format_int(run.replicate).str();
  for (std::size_t i = 0; i < infections.size(); ++i) {
    state_->add_line(run, i, replicate);
    if (state_->text.size() < flush_at) continue;
    if (auto done = state_->compress(ZSTD_e_continue); !done) return done;
  }
  return {};
}

Result<std::string> InfectionsWriter::finish() {
  if (auto done = state_->compress(ZSTD_e_end); !done) return tl::unexpected(done.error());
  return state_->file.finish();
}

}  // namespace secondwave
