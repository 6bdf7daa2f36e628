#include <bzlib.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <lzma.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zlib.h>
#include <zstd.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <random>
#include <string>
#include <thread>
#include <vector>

#include "ingest/byte_source.hpp"
#include "ingest/decoder.hpp"

namespace secondwave {
namespace {

using testing::HasSubstr;
namespace fs = std::filesystem;

std::string gzipped(std::string_view text) {
  z_stream stream{};
  EXPECT_EQ(deflateInit2(&stream, 6, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  deflateEnd(&stream);
  return out;
}

std::string bzipped(std::string_view text) {
  std::string out(text.size() + text.size() / 50 + 1000, '\0');
  auto size = static_cast<unsigned>(out.size());
  EXPECT_EQ(BZ2_bzBuffToBuffCompress(out.data(), &size, const_cast<char*>(text.data()),
                                     static_cast<unsigned>(text.size()), 1, 0, 0),
            BZ_OK);
  out.resize(size);
  return out;
}

std::string xzed(std::string_view text, std::uint32_t dictionary = 1u << 20) {
  lzma_options_lzma options;
  lzma_lzma_preset(&options, 1);
  options.dict_size = dictionary;
  lzma_filter filters[] = {{LZMA_FILTER_LZMA2, &options}, {LZMA_VLI_UNKNOWN, nullptr}};
  std::string out(lzma_stream_buffer_bound(text.size()), '\0');
  std::size_t size = 0;
  EXPECT_EQ(
      lzma_stream_buffer_encode(filters, LZMA_CHECK_CRC64, nullptr, reinterpret_cast<const std::uint8_t*>(text.data()),
                                text.size(), reinterpret_cast<std::uint8_t*>(out.data()), &size, out.size()),
      LZMA_OK);
  out.resize(size);
  return out;
}

std::string zstded(std::string_view text) {
  std::string out(ZSTD_compressBound(text.size()), '\0');
  ZSTD_CCtx* context = ZSTD_createCCtx();
  ZSTD_CCtx_setParameter(context, ZSTD_c_checksumFlag, 1);  // as the program zstd does
  out.resize(ZSTD_compress2(context, out.data(), out.size(), text.data(), text.size()));
  ZSTD_freeCCtx(context);
  return out;
}

struct Packer {
  const char* name;
  Compression compression;
  std::string (*pack)(std::string_view);
};
const std::vector<Packer>& packers() {
  static const std::vector<Packer> all{{"gzip", Compression::gzip, gzipped},
                                       {"bzip2", Compression::bzip2, bzipped},
                                       {"xz", Compression::xz, [](std::string_view text) { return xzed(text); }},
                                       {"zstd", Compression::zstd, zstded}};
  return all;
}

/// Log-like text: compressible, yet not trivially so.
std::string sample_text(std::size_t lines) {
  std::mt19937 random(7);
  std::string text;
  for (std::size_t i = 0; i < lines; ++i) {
    text += std::to_string(random() % 256) + "." + std::to_string(random() % 256) + " GET /default.ida?NNNNNNNN " +
            std::to_string(random()) + "\n";
  }
  return text;
}

class ByteSourceTest : public testing::Test {
 protected:
  ByteSourceTest() : folder_(fs::temp_directory_path() / ("secondwave-bytes-" + std::to_string(::getpid()))) {
    fs::create_directories(folder_);
  }
  ~ByteSourceTest() override { fs::remove_all(folder_); }

  std::string written(std::string_view bytes) {
    const fs::path path = folder_ / "input";
    std::ofstream(path, std::ios::binary) << bytes;
    return path;
  }

  struct All {
    std::string bytes;
    std::string error;
    std::uint64_t taken = 0;
    Compression compression = Compression::none;
  };
  static All drain(ByteSource& source, std::size_t piece = 4096) {
    All all;
    all.compression = source.compression();
    std::vector<char> buffer(piece);
    while (true) {
      const auto got = source.read(buffer);
      if (!got) {
        EXPECT_EQ(got.error().kind, ErrorKind::data);
        all.error = got.error().text();
        break;
      }
      if (*got == 0) break;
      all.bytes.append(buffer.data(), *got);
    }
    all.taken = source.taken();
    return all;
  }
  All drained(std::string_view bytes, std::size_t piece = 4096) {
    auto source = open_source(written(bytes));
    EXPECT_TRUE(source.has_value());
    return drain(**source, piece);
  }

  fs::path folder_;
};

TEST_F(ByteSourceTest, PlainFiles) {
  const std::string text = sample_text(1000);
  auto source = open_source(written(text));
  ASSERT_TRUE(source.has_value());
  EXPECT_EQ((*source)->size(), text.size());
  EXPECT_TRUE((*source)->file_time().has_value());
  const All all = drain(**source, 777);
  EXPECT_EQ(all.bytes, text);
  EXPECT_EQ(all.taken, text.size());
  EXPECT_EQ(all.compression, Compression::none);
  for (const char* tiny : {"", "a", "BZ", "BZhello", "\x1f"}) EXPECT_EQ(drained(tiny, 1).bytes, tiny);
}

TEST_F(ByteSourceTest, UnpacksEachKind) {
  const std::string text = sample_text(20'000);
  for (const Packer& packer : packers()) {
    const std::string packed = packer.pack(text);
    for (const std::size_t piece : {std::size_t{1} << 20, std::size_t{4096}, std::size_t{3}}) {
      const All all = drained(packed, piece);
      EXPECT_EQ(all.error, "") << packer.name;
      EXPECT_TRUE(all.bytes == text) << packer.name << " in pieces of " << piece;
      EXPECT_EQ(all.taken, packed.size()) << packer.name;
      EXPECT_EQ(all.compression, packer.compression) << packer.name;
    }
    EXPECT_EQ(drained(packer.pack("")).bytes, "") << packer.name;
    EXPECT_EQ(drained(packer.pack("")).error, "") << packer.name;
  }
}

TEST_F(ByteSourceTest, UnpacksSeveralMembers) {
  for (const Packer& packer : packers()) {
    std::string packed;
    for (const char* part : {"one\n", "", "two\n", "three\n"}) packed += packer.pack(part);
    const std::string padded = packed + std::string(8, '\0');
    EXPECT_EQ(drained(packed).bytes, "one\ntwo\nthree\n") << packer.name;
    EXPECT_EQ(drained(padded).error, "") << packer.name;
    const All all = drained(packed + "rubbish", 5);
    EXPECT_EQ(all.bytes, "one\ntwo\nthree\n") << packer.name;
    EXPECT_THAT(all.error, HasSubstr("byte " + std::to_string(packed.size()))) << packer.name;
  }
}

TEST_F(ByteSourceTest, ManyMembersAcrossBufferEdges) {
  std::string text;
  std::string packed;
  for (int i = 0; i < 3000; ++i) {
    const std::string part = sample_text(static_cast<std::size_t>(i % 40));
    text += part;
    packed += gzipped(part);
  }
  ASSERT_GT(packed.size(), std::size_t{512} << 10);
  const All all = drained(packed, 10'000);
  EXPECT_EQ(all.error, "");
  EXPECT_TRUE(all.bytes == text);
}

TEST_F(ByteSourceTest, ATruncatedStreamGivesWhatCameBefore) {
  const std::string text = sample_text(3000);
  for (const Packer& packer : packers()) {
    const std::string packed = packer.pack(text);
    for (const std::size_t kept :
         {std::size_t{7}, packed.size() / 3, packed.size() / 2, packed.size() - 9, packed.size() - 1}) {
      const All all = drained(std::string_view(packed).substr(0, kept), 1000);
      EXPECT_TRUE(text.starts_with(all.bytes)) << packer.name;
      EXPECT_THAT(all.error, HasSubstr("byte " + std::to_string(kept))) << packer.name;
      EXPECT_THAT(all.error, HasSubstr(packer.name));
      // Of gzip, only the sum and the length are missing.
      const bool whole = kept + 8 >= packed.size() && packer.compression == Compression::gzip;
      EXPECT_TRUE(!whole || all.bytes.size() == text.size());
    }
  }
}

TEST_F(ByteSourceTest, ADamagedStreamGivesWhatCameBefore) {
  const std::string text = sample_text(12'000);
  for (const Packer& packer : packers()) {
    std::string packed = packer.pack(text);
    for (std::size_t i = packed.size() / 2; i < packed.size() / 2 + 40; ++i) packed[i] = static_cast<char>(~packed[i]);
    const All all = drained(packed);
    EXPECT_THAT(all.error, HasSubstr("broken at byte ")) << packer.name;
    EXPECT_GT(all.bytes.size() + 300'000, text.size() / 3) << packer.name;
  }
  std::string wrong_sum = gzipped(text);
  wrong_sum[wrong_sum.size() - 6] = static_cast<char>(~wrong_sum[wrong_sum.size() - 6]);
  const All all = drained(wrong_sum);
  EXPECT_EQ(all.bytes, text);
  EXPECT_THAT(all.error, HasSubstr("incorrect data check"));
}

/// All that a decoder gives for `packed` when it comes in pieces of `piece` bytes.
std::string decoded(Decoder& decoder, std::string_view packed, std::size_t piece, std::size_t room) {
  std::string all;
  std::string output(room, '\0');
  std::size_t at = 0;
  int idle = 0;
  while (idle < 3) {
    DecoderBuffers buffers{std::span(packed.substr(at, piece)), std::span(output)};
    const std::size_t offered = buffers.input.size();
    const Decoder::Step step = decoder.step(buffers);
    const std::size_t taken = offered - buffers.input.size();
    const std::size_t given = room - buffers.output.size();
    at += taken;
    all.append(output, 0, given);
    if (step != Decoder::Step::going) break;
    idle = taken == 0 && given == 0 ? idle + 1 : 0;
  }
  return all;
}

TEST_F(ByteSourceTest, TheFastGzipGivesWhatZlibGives) {
  const std::string text = sample_text(500);
  const std::string packed = gzipped(text);
  for (std::size_t kept = 0; kept <= packed.size(); kept += kept < 40 || kept + 40 > packed.size() ? 1 : 97) {
    for (const std::size_t piece : {std::size_t{1}, std::size_t{13}, packed.size()}) {
      const auto fast = make_gzip_decoder();
      const auto slow = make_zlib_gzip_decoder();
      const std::string_view part = std::string_view(packed).substr(0, kept);
      const std::string a = decoded(*fast, part, piece, 100);
      const std::string b = decoded(*slow, part, piece, 100);
      ASSERT_TRUE(text.starts_with(a));
      // Where the input breaks off, ISA-L may hold back one symbol, which is at most 258 bytes.
      ASSERT_LE(a.size(), b.size()) << kept << " bytes in pieces of " << piece;
      ASSERT_GE(a.size() + 258, b.size()) << kept << " bytes in pieces of " << piece;
      ASSERT_TRUE(kept < packed.size() || a.size() == text.size());
    }
  }
}

TEST_F(ByteSourceTest, DamagedGzipDoesNotDependOnHowItIsAskedFor) {
  const std::string corpus = SECONDWAVE_SOURCE_DIR "/tests/fuzz/corpus/byte_source/";
  for (const char* name : {"regression_gzip_too_far_back", "regression_gzip_given_back"}) {
    std::ifstream in(corpus + name, std::ios::binary);
    const std::string packed{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    ASSERT_GT(packed.size(), 10u) << name;
    const All small = drained(packed, 1);
    const All large = drained(packed, 1'000'000);
    EXPECT_EQ(small.bytes, large.bytes) << name;
    EXPECT_EQ(small.error, large.error) << name;
    EXPECT_THAT(large.error, HasSubstr("broken at byte")) << name;
    EXPECT_LE(large.taken, packed.size()) << name;
  }
}

TEST_F(ByteSourceTest, SaysWhatIsWrongWithAStream) {
  std::string method = gzipped("text");
  method[2] = 7;
  EXPECT_THAT(drained(method).error, HasSubstr("method"));
  std::string block = gzipped("text");
  block[10] = '\x07';
  EXPECT_THAT(drained(block).error, HasSubstr("block"));
  std::string symbol = gzipped(sample_text(10));
  symbol[40] = static_cast<char>(~symbol[40]);
  EXPECT_THAT(drained(symbol).error, HasSubstr("broken at byte"));
  std::string flags = xzed("text");
  flags[7] = 15;
  EXPECT_THAT(drained(flags).error, HasSubstr("xz"));
  EXPECT_THAT(drained("BZh9rubbish").error, HasSubstr("bzip2"));
  // The same with a check sum that fits: an option of a later xz, and a second stream that is none.
  flags[6] = 1;
  const auto sum = static_cast<std::uint32_t>(crc32(0, reinterpret_cast<const Bytef*>(flags.data()) + 6, 2));
  for (std::size_t i = 0; i < 4; ++i) flags[8 + i] = static_cast<char>(sum >> (8 * i));
  EXPECT_THAT(drained(flags).error, HasSubstr("unsupported options"));
  const All second = drained(xzed("text") + "\xfdno stream at all");
  EXPECT_EQ(second.bytes, "text");
  EXPECT_THAT(second.error, HasSubstr("incorrect header"));
}

TEST_F(ByteSourceTest, TheSlowGzipGoesOnToTheNextMemberAndSaysWhatIsWrong) {
  const std::string packed = gzipped("one");
  const auto slow = make_zlib_gzip_decoder();
  EXPECT_EQ(decoded(*slow, packed, packed.size(), 100), "one");
  EXPECT_TRUE(slow->can_begin('\x1f'));
  EXPECT_FALSE(slow->can_begin('x'));
  slow->begin_next();
  std::string damaged = packed;
  damaged[2] = 7;
  EXPECT_EQ(decoded(*slow, damaged, damaged.size(), 100), "");
  EXPECT_THAT(slow->why(), HasSubstr("method"));
}

TEST_F(ByteSourceTest, HugeWindowsAreRefused) {
  // The first bytes of what `zstd --long=31` writes: a frame header with a window of 2 GB.
  const std::string zstd_long("\x28\xb5\x2f\xfd\x00\xa8\x00\x00\x00\x00\x00\x00", 12);
  EXPECT_THAT(drained(zstd_long).error, HasSubstr("128 MB"));
  const std::string xz_large = xzed("text", 1u << 30);
  EXPECT_THAT(drained(xz_large).error, HasSubstr("MB allowed"));
  EXPECT_EQ(drained(xzed("text", 64u << 20)).bytes, "text") << "xz -9";
}

TEST_F(ByteSourceTest, ABombIsALongStream) {
  const std::string zeros(std::size_t{6} << 20, '\0');
  for (const Packer& packer : packers()) {
    const std::string packed = packer.pack(zeros);
    auto source = open_source(written(packed));
    std::vector<char> buffer(std::size_t{64} << 10);
    std::size_t bytes = 0;
    while (true) {
      const auto got = (*source)->read(buffer);
      ASSERT_TRUE(got.has_value());
      if (*got == 0) break;
      bytes += *got;
    }
    EXPECT_EQ(bytes, zeros.size()) << packer.name;
  }
}

TEST_F(ByteSourceTest, PipesAreReadAsTheyCome) {
  const std::string text = sample_text(5000);
  const std::string pipe = folder_ / "pipe";
  ASSERT_EQ(::mkfifo(pipe.c_str(), 0600), 0);
  for (const std::string& bytes : {text, gzipped(text), std::string("ab")}) {
    std::thread writer([&] {
      const int out = ::open(pipe.c_str(), O_WRONLY);
      for (std::size_t at = 0; at < bytes.size();) {
        const ssize_t wrote =
            ::write(out, bytes.data() + at, std::min<std::size_t>(at < 10 ? 1 : 5000, bytes.size() - at));
        if (wrote < 0) break;
        at += static_cast<std::size_t>(wrote);
      }
      ::close(out);
    });
    auto source = open_source(pipe);
    ASSERT_TRUE(source.has_value());
    EXPECT_EQ((*source)->size(), std::nullopt);
    EXPECT_EQ((*source)->file_time(), std::nullopt);
    const All all = drain(**source);
    writer.join();
    EXPECT_EQ(all.error, "");
    EXPECT_TRUE(all.bytes == (bytes == "ab" ? "ab" : text));
  }
}

TEST_F(ByteSourceTest, SaysWhyAPathCannotBeRead) {
  const auto absent = open_source(folder_ / "absent");
  ASSERT_FALSE(absent.has_value());
  EXPECT_EQ(absent.error().kind, ErrorKind::usage);
  EXPECT_THAT(absent.error().text(), HasSubstr("absent"));
  EXPECT_THAT(absent.error().text(), HasSubstr("No such file"));
  EXPECT_THAT(open_source(folder_).error().text(), HasSubstr("directory"));
  EXPECT_FALSE(open_source(std::string("a\0b", 3)).has_value());
}

}  // namespace
}  // namespace secondwave
