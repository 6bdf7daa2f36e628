#include <zlib.h>

#include <algorithm>
#include <limits>

#include "ingest/decoder.hpp"

namespace secondwave {
namespace {

class ZlibGzip final : public Decoder {
 public:
  ZlibGzip() { SECONDWAVE_REQUIRE(inflateInit2(&stream_, 15 + 16) == Z_OK); }
  ZlibGzip(const ZlibGzip&) = delete;
  ZlibGzip& operator=(const ZlibGzip&) = delete;
  ~ZlibGzip() override { inflateEnd(&stream_); }

  Step step(DecoderBuffers& buffers) override {
    constexpr std::size_t most = std::numeric_limits<uInt>::max();
    const auto input = static_cast<uInt>(std::min(buffers.input.size(), most));
    const auto output = static_cast<uInt>(std::min(buffers.output.size(), most));
    // zlib does not write to its input; its interface lacks the const.
    stream_.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(buffers.input.data()));
    stream_.avail_in = input;
    stream_.next_out = reinterpret_cast<Bytef*>(buffers.output.data());
    stream_.avail_out = output;
    const int code = inflate(&stream_, Z_NO_FLUSH);
    buffers.input = buffers.input.subspan(input - stream_.avail_in);
    buffers.output = buffers.output.subspan(output - stream_.avail_out);
    if (code == Z_STREAM_END) return Step::ended;
    if (code == Z_OK || code == Z_BUF_ERROR) return Step::going;
    why_ = stream_.msg != nullptr ? stream_.msg : "not a deflate stream";
    return Step::broken;
  }

  void begin_next() override { inflateReset(&stream_); }
  [[nodiscard]] bool can_begin(char first) const override { return first == '\x1f'; }
  [[nodiscard]] std::string why() const override { return why_; }

 private:
  z_stream stream_{};
  std::string why_;
};

}  // namespace

std::unique_ptr<Decoder> make_zlib_gzip_decoder() {
  return std::make_unique<ZlibGzip>();
}

#ifndef SECONDWAVE_ISAL
std::unique_ptr<Decoder> make_gzip_decoder() {
  return make_zlib_gzip_decoder();
}
#endif

}  // namespace secondwave
