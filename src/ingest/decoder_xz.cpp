#include <fmt/format.h>
#include <lzma.h>

#include "ingest/decoder.hpp"

namespace secondwave {
namespace {

class Xz final : public Decoder {
 public:
  Xz() { begin_next(); }
  Xz(const Xz&) = delete;
  Xz& operator=(const Xz&) = delete;
  ~Xz() override { lzma_end(&stream_); }

  Step step(DecoderBuffers& buffers) override {
    stream_.next_in = reinterpret_cast<const std::uint8_t*>(buffers.input.data());
    stream_.avail_in = buffers.input.size();
    stream_.next_out = reinterpret_cast<std::uint8_t*>(buffers.output.data());
    stream_.avail_out = buffers.output.size();
    const lzma_ret code = lzma_code(&stream_, LZMA_RUN);
    buffers.input = buffers.input.subspan(buffers.input.size() - stream_.avail_in);
    buffers.output = buffers.output.subspan(buffers.output.size() - stream_.avail_out);
    if (code == LZMA_STREAM_END) return Step::ended;
    if (code == LZMA_OK || code == LZMA_BUF_ERROR) return Step::going;
    why_ = reason(code);
    return Step::broken;
  }

  /// lzma_stream_decoder takes an earlier stream's memory over.
  void begin_next() override { SECONDWAVE_REQUIRE(lzma_stream_decoder(&stream_, memory_limit, 0) == LZMA_OK); }
  [[nodiscard]] bool can_begin(char first) const override { return first == '\xfd'; }
  [[nodiscard]] std::string why() const override { return why_; }

 private:
  static constexpr std::uint64_t memory_limit = longest_window + (std::uint64_t{8} << 20);

  [[nodiscard]] std::string reason(lzma_ret code) {
    switch (code) {
      case LZMA_MEMLIMIT_ERROR:
        return fmt::format("unpacking needs {} MB of memory, more than the {} MB allowed (xz --lzma2=dict=...)",
                           lzma_memusage(&stream_) >> 20, memory_limit >> 20);
      case LZMA_FORMAT_ERROR:
        return "incorrect header";
      case LZMA_OPTIONS_ERROR:
        return "unsupported options";
      case LZMA_MEM_ERROR:
        return "out of memory";
      default:
        return "invalid block";
    }
  }

  lzma_stream stream_ = LZMA_STREAM_INIT;
  std::string why_;
};

}  // namespace

std::unique_ptr<Decoder> make_xz_decoder() {
  return std::make_unique<Xz>();
}

}  // namespace secondwave
