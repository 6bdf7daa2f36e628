#include <bzlib.h>

#include <algorithm>
#include <limits>

#include "ingest/decoder.hpp"

namespace secondwave {
namespace {

/// Needs at most 4 MB, whatever the input.
class Bzip2 final : public Decoder {
 public:
  Bzip2() { begin(); }
  Bzip2(const Bzip2&) = delete;
  Bzip2& operator=(const Bzip2&) = delete;
  ~Bzip2() override { BZ2_bzDecompressEnd(&stream_); }

  Step step(DecoderBuffers& buffers) override {
    constexpr std::size_t most = std::numeric_limits<unsigned>::max();
    const auto input = static_cast<unsigned>(std::min(buffers.input.size(), most));
    const auto output = static_cast<unsigned>(std::min(buffers.output.size(), most));
    stream_.next_in = const_cast<char*>(buffers.input.data());  // only read
    stream_.avail_in = input;
    stream_.next_out = buffers.output.data();
    stream_.avail_out = output;
    const int code = BZ2_bzDecompress(&stream_);
    buffers.input = buffers.input.subspan(input - stream_.avail_in);
    buffers.output = buffers.output.subspan(output - stream_.avail_out);
    if (code == BZ_STREAM_END) return Step::ended;
    if (code == BZ_OK) return Step::going;
    why_ = code == BZ_DATA_ERROR_MAGIC ? "incorrect header" : code == BZ_MEM_ERROR ? "out of memory" : "invalid block";
    return Step::broken;
  }

  void begin_next() override {
    BZ2_bzDecompressEnd(&stream_);
    begin();
  }
  [[nodiscard]] bool can_begin(char first) const override { return first == 'B'; }
  [[nodiscard]] std::string why() const override { return why_; }

 private:
  void begin() {
    stream_ = bz_stream{};
    SECONDWAVE_REQUIRE(BZ2_bzDecompressInit(&stream_, 0, 0) == BZ_OK);
  }

  bz_stream stream_{};
  std::string why_;
};

}  // namespace

std::unique_ptr<Decoder> make_bzip2_decoder() {
  return std::make_unique<Bzip2>();
}

}  // namespace secondwave
