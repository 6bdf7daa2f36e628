#include <fmt/format.h>
#include <zstd.h>
#include <zstd_errors.h>

#include "ingest/decoder.hpp"

namespace secondwave {
namespace {

class Zstd final : public Decoder {
 public:
  Zstd() : stream_(ZSTD_createDStream()) {
    SECONDWAVE_REQUIRE(stream_ != nullptr);
    SECONDWAVE_REQUIRE(ZSTD_isError(ZSTD_DCtx_setParameter(stream_, ZSTD_d_windowLogMax, window_log)) == 0);
  }
  Zstd(const Zstd&) = delete;
  Zstd& operator=(const Zstd&) = delete;
  ~Zstd() override { ZSTD_freeDStream(stream_); }

  Step step(DecoderBuffers& buffers) override {
    ZSTD_inBuffer input{buffers.input.data(), buffers.input.size(), 0};
    ZSTD_outBuffer output{buffers.output.data(), buffers.output.size(), 0};
    const std::size_t code = ZSTD_decompressStream(stream_, &output, &input);
    buffers.input = buffers.input.subspan(input.pos);
    buffers.output = buffers.output.subspan(output.pos);
    if (ZSTD_isError(code) == 0) return code == 0 ? Step::ended : Step::going;
    if (ZSTD_getErrorCode(code) == ZSTD_error_frameParameter_windowTooLarge) {
      why_ = fmt::format("unpacking needs a window of more than {} MB (zstd --long)", longest_window >> 20);
    } else {
      why_ = ZSTD_getErrorName(code);
    }
    return Step::broken;
  }

  void begin_next() override { ZSTD_DCtx_reset(stream_, ZSTD_reset_session_only); }
  /// A frame, or a skippable frame (0x184D2A50 to 0x184D2A5F).
  [[nodiscard]] bool can_begin(char first) const override { return first == '\x28' || (first & 0xF0) == 0x50; }
  [[nodiscard]] std::string why() const override { return why_; }

 private:
  static constexpr int window_log = 27;
  static_assert(std::size_t{1} << window_log == longest_window);

  ZSTD_DStream* stream_;
  std::string why_;
};

}  // namespace

std::unique_ptr<Decoder> make_zstd_decoder() {
  return std::make_unique<Zstd>();
}

}  // namespace secondwave
