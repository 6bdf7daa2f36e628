#include "observatory/content_digest.hpp"

#include <fmt/format.h>
#include <xxhash.h>

#include <algorithm>
#include <utility>

#include "base/error.hpp"

namespace secondwave {
namespace {

std::string hex_of(XXH128_hash_t hash) {
  return fmt::format("{:016x}{:016x}", hash.high64, hash.low64);
}

}  // namespace

struct ContentDigest::State {
  XXH3_state_t* xxh = XXH3_createState();
  State() {
    SECONDWAVE_REQUIRE(xxh != nullptr);
    XXH3_128bits_reset(xxh);
  }
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() { XXH3_freeState(xxh); }
};

ContentDigest::ContentDigest() : state_(std::make_unique<State>()) {}
ContentDigest::~ContentDigest() = default;
ContentDigest::ContentDigest(ContentDigest&&) noexcept = default;
ContentDigest& ContentDigest::operator=(ContentDigest&&) noexcept = default;

void ContentDigest::add(std::string_view bytes) {
  if (bytes.empty()) return;
  if (head_.size() < head_bytes) head_ += bytes.substr(0, head_bytes - head_.size());
  XXH3_128bits_update(state_->xxh, bytes.data(), bytes.size());
  length_ += bytes.size();
}

std::string ContentDigest::hex() const {
  return hex_of(XXH3_128bits_digest(state_->xxh));
}
std::string ContentDigest::head_hex() const {
  return content_digest(head_);
}

std::string content_digest(std::string_view bytes) {
  return hex_of(XXH3_128bits(bytes.data(), bytes.size()));
}

}  // namespace secondwave
