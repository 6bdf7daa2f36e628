#include "ingest/byte_source.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <string_view>
#include <utility>
#include <vector>

#include "ingest/decoder.hpp"
#include "ingest/raw_input.hpp"

namespace secondwave {
namespace {

class PlainSource final : public ByteSource {
 public:
  explicit PlainSource(RawInput input) : input_(std::move(input)) {}

  Result<std::size_t> read(std::span<char> into) override { return input_.read(into); }
  [[nodiscard]] Compression compression() const override { return Compression::none; }
  [[nodiscard]] std::uint64_t taken() const override { return input_.taken(); }
  [[nodiscard]] std::optional<std::uint64_t> size() const override { return input_.size(); }
  [[nodiscard]] std::optional<UtcTime> file_time() const override { return input_.file_time(); }

 private:
  RawInput input_;
};

/// The compressed bytes go through one buffer of fixed size; the rest of the memory is the decoder's window. Each step
/// of the decoder has the same room for what it gives, whatever the caller asks for: what comes out before a break in
/// the stream may depend on that room.
class PackedSource final : public ByteSource {
 public:
  PackedSource(RawInput input, Compression compression, std::unique_ptr<Decoder> decoder)
      : input_(std::move(input)), compression_(compression), decoder_(std::move(decoder)), packed_(buffer_bytes) {}

  Result<std::size_t> read(std::span<char> into) override {
    if (into.empty()) return std::size_t{0};
    if (ready_.empty()) {
      const bool direct = into.size() >= buffer_bytes;
      if (!direct) unpacked_.resize(buffer_bytes);
      const std::span<char> room = direct ? into.first(buffer_bytes) : std::span<char>(unpacked_);
      const auto given = unpack(room);
      if (!given || direct) return given;
      ready_ = room.first(*given);
    }
    const std::size_t bytes = std::min(into.size(), ready_.size());
    std::copy_n(ready_.begin(), bytes, into.begin());
    ready_ = ready_.subspan(bytes);
    return bytes;
  }

  [[nodiscard]] Compression compression() const override { return compression_; }
  [[nodiscard]] std::uint64_t taken() const override { return input_.taken() - left_.size(); }
  [[nodiscard]] std::optional<std::uint64_t> size() const override { return input_.size(); }
  [[nodiscard]] std::optional<UtcTime> file_time() const override { return input_.file_time(); }

 private:
  static constexpr std::size_t buffer_bytes = std::size_t{256} << 10;

  /// Steps until there is something to give, the end (0) or an error.
  Result<std::size_t> unpack(std::span<char> room) {
    if (failed_) return tl::unexpected(*failed_);
    DecoderBuffers buffers{left_, room};
    Status status;
    while (status && !finished_ && buffers.output.size() == room.size()) status = advance(buffers);
    left_ = buffers.input;
    const std::size_t given = room.size() - buffers.output.size();
    if (status) return given;
    failed_ = std::move(status.error());
    if (given > 0) return given;  // first what came before the break, the error with the next call
    return tl::unexpected(*failed_);
  }

  /// Fetch input where there is none, and one step: unpack, or go over to the next member.
  Status advance(DecoderBuffers& buffers) {
    if (buffers.input.empty() && !at_end_ && !hungry_for_room_) {
      const auto got = input_.read(packed_);
      if (!got) return tl::unexpected(got.error());
      at_end_ = *got == 0;
      buffers.input = std::span<const char>(packed_).first(*got);
    }
    if (between_members_) return begin_member(buffers);
    const std::size_t input_before = buffers.input.size();
    const std::size_t output_before = buffers.output.size();
    const Decoder::Step step = decoder_->step(buffers);
    hungry_for_room_ = buffers.output.empty();
    if (step == Decoder::Step::broken) return broken(buffers, decoder_->why());
    if (step == Decoder::Step::ended) {
      between_members_ = true;
      hungry_for_room_ = false;
      return {};
    }
    const bool stuck = buffers.input.size() == input_before && buffers.output.size() == output_before;
    if (stuck && at_end_) return broken(buffers, "the file ends in the middle of the stream");
    if (stuck && input_before > 0) return broken(buffers, "the stream makes no progress");
    return {};
  }

  /// After a whole member: the end, padding of zeros, or another member.
  Status begin_member(DecoderBuffers& buffers) {
    while (!buffers.input.empty() && buffers.input.front() == '\0') buffers.input = buffers.input.subspan(1);
    if (buffers.input.empty()) {
      finished_ = at_end_;
      return {};
    }
    if (!decoder_->can_begin(buffers.input.front())) return broken(buffers, "what follows is not compressed");
    decoder_->begin_next();
    between_members_ = false;
    return {};
  }

  [[nodiscard]] tl::unexpected<Error> broken(const DecoderBuffers& buffers, std::string_view why) const {
    return failure(ErrorKind::data, fmt::format("'{}': the {} data is broken at byte {}: {}", input_.path(),
                                                to_string(compression_), input_.taken() - buffers.input.size(), why));
  }

  RawInput input_;
  Compression compression_;
  std::unique_ptr<Decoder> decoder_;
  std::vector<char> packed_;
  std::vector<char> unpacked_;   ///< for callers that ask for less
  std::span<const char> left_;   ///< of packed_: read and not yet unpacked
  std::span<const char> ready_;  ///< of unpacked_: not yet given
  bool at_end_ = false;          ///< of the file
  bool between_members_ = false;
  bool hungry_for_room_ = false;  ///< the last step filled the output: it may have more to give without more input
  bool finished_ = false;
  std::optional<Error> failed_;
};

Compression compression_of(std::string_view head) {
  if (head.starts_with("\x1f\x8b")) return Compression::gzip;
  if (head.starts_with("BZh") && head.size() > 3 && head[3] >= '1' && head[3] <= '9') return Compression::bzip2;
  if (head.starts_with(std::string_view("\xfd"
                                        "7zXZ\0",
                                        6))) {
    return Compression::xz;
  }
  if (head.starts_with("\x28\xb5\x2f\xfd")) return Compression::zstd;
  // A skippable frame, as pzstd writes it in front.
  if (head.size() >= 4 && (head[0] & 0xF0) == 0x50 && head.substr(1, 3) == "\x2a\x4d\x18") return Compression::zstd;
  return Compression::none;
}

std::unique_ptr<Decoder> make_decoder(Compression compression) {
  switch (compression) {
    case Compression::gzip:
      return make_gzip_decoder();
    case Compression::bzip2:
      return make_bzip2_decoder();
    case Compression::xz:
      return make_xz_decoder();
    case Compression::zstd:
      return make_zstd_decoder();
    case Compression::none:
      break;
  }
  return nullptr;
}

}  // namespace

std::string_view to_string(Compression compression) {
  switch (compression) {
    case Compression::gzip:
      return "gzip";
    case Compression::bzip2:
      return "bzip2";
    case Compression::xz:
      return "xz";
    case Compression::zstd:
      return "zstd";
    case Compression::none:
      break;
  }
  return "none";
}

Result<std::unique_ptr<ByteSource>> open_source(const std::string& path) {
  Result<RawInput> input = RawInput::open(path);
  if (!input) return tl::unexpected(std::move(input.error()));
  const auto head = input->peek();
  if (!head) return tl::unexpected(head.error());
  const Compression compression = compression_of(*head);
  std::unique_ptr<ByteSource> source;
  if (compression == Compression::none) {
    source = std::make_unique<PlainSource>(std::move(*input));
  } else {
    source = std::make_unique<PackedSource>(std::move(*input), compression, make_decoder(compression));
  }
  return source;
}

}  // namespace secondwave
