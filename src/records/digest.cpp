#include "records/digest.hpp"

#include <fmt/format.h>
#include <openssl/evp.h>
#include <xxhash.h>

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

#include "base/error.hpp"

namespace secondwave {
namespace {

struct XxhDeleter {
  void operator()(XXH3_state_t* state) const { XXH3_freeState(state); }
};
using XxhState = std::unique_ptr<XXH3_state_t, XxhDeleter>;

struct EvpDeleter {
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using EvpContext = std::unique_ptr<EVP_MD_CTX, EvpDeleter>;

/// Feeds `value` byte by byte from the lowest: the same on machines of either byte order.
template <class Word>
void feed_word(XXH3_state_t* state, Word value) {
  std::array<unsigned char, sizeof(Word)> bytes;
  for (std::size_t i = 0; i < sizeof(Word); ++i) bytes[i] = static_cast<unsigned char>(value >> (8 * i));
  XXH3_128bits_update(state, bytes.data(), bytes.size());
}

/// Length, then elements. `Word` is the unsigned integer with the size of an element.
template <class Word, class T>
void feed_vector(XXH3_state_t* state, const std::vector<T>& values) {
  static_assert(sizeof(Word) == sizeof(T));
  feed_word(state, std::uint64_t{values.size()});
  if constexpr (std::endian::native == std::endian::little) {
    if (!values.empty()) XXH3_128bits_update(state, values.data(), values.size() * sizeof(T));
  } else {
    for (const T value : values) feed_word(state, std::bit_cast<Word>(value));
  }
}

}  // namespace

std::string replicate_digest(const RunResult& run) {
  const XxhState state(XXH3_createState());
  SECONDWAVE_REQUIRE(state != nullptr);
  XXH3_128bits_reset(state.get());
  feed_vector<std::uint64_t>(state.get(), run.infections.time_s);
  feed_vector<std::uint32_t>(state.get(), run.infections.host);
  feed_vector<std::uint32_t>(state.get(), run.infections.infector);
  const XXH128_hash_t hash = XXH3_128bits_digest(state.get());
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

struct RunHash::Context {
  EvpContext sha256{EVP_MD_CTX_new()};
};

RunHash::RunHash() : context_(std::make_unique<Context>()) {
  SECONDWAVE_REQUIRE(context_->sha256 != nullptr);
  SECONDWAVE_REQUIRE(EVP_DigestInit_ex(context_->sha256.get(), EVP_sha256(), nullptr) == 1);
}
RunHash::~RunHash() = default;
RunHash::RunHash(RunHash&&) noexcept = default;
RunHash& RunHash::operator=(RunHash&&) noexcept = default;

void RunHash::add(std::string_view digest) {
  SECONDWAVE_REQUIRE(digest.size() == 32 && digest.find_first_not_of("0123456789abcdef") == std::string_view::npos);
  SECONDWAVE_REQUIRE(EVP_DigestUpdate(context_->sha256.get(), digest.data(), digest.size()) == 1);
  SECONDWAVE_REQUIRE(EVP_DigestUpdate(context_->sha256.get(), "\n", 1) == 1);
}

std::string RunHash::hex() const {
  // Finishing ends a context, so a copy is finished and the original can go on.
  const EvpContext copy(EVP_MD_CTX_new());
  std::array<unsigned char, EVP_MAX_MD_SIZE> bytes;
  unsigned int size = 0;
  SECONDWAVE_REQUIRE(copy != nullptr && EVP_MD_CTX_copy_ex(copy.get(), context_->sha256.get()) == 1);
  SECONDWAVE_REQUIRE(EVP_DigestFinal_ex(copy.get(), bytes.data(), &size) == 1);
  std::string out;
  for (unsigned int i = 0; i < size; ++i) out += fmt::format("{:02x}", bytes[i]);
  return out;
}

}  // namespace secondwave
