#include "random/batch.hpp"

#include <algorithm>
#include <cstddef>

#if defined(__x86_64__) && !defined(SECONDWAVE_ONE_VERSION)
#include <immintrin.h>
#endif

#include "base/error.hpp"
#include "random/stream.hpp"

// The widest vectors that the processor has, chosen when the program starts. All clones do the same integer and IEEE
// operations lane by lane (no contraction, no reassociation), so their bits are equal. Sanitisers cannot instrument the
// chooser, which runs before they are ready.
#if defined(__x86_64__) && !defined(__SANITIZE_ADDRESS__) && !defined(__SANITIZE_THREAD__) && \
    !defined(SECONDWAVE_ONE_VERSION)
#if defined(__has_feature)
#if !__has_feature(address_sanitizer) && !__has_feature(thread_sanitizer) && !__has_feature(memory_sanitizer)
#define SECONDWAVE_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#endif
#else
#define SECONDWAVE_CLONES __attribute__((target_clones("avx512f", "avx2", "default")))
#endif
#endif
#ifndef SECONDWAVE_CLONES
#define SECONDWAVE_CLONES
#endif

namespace secondwave {
namespace {

constexpr std::size_t lanes = 64;

struct Counters {
  std::uint32_t key0, key1;
  std::uint32_t c0, c1, c2, c3;
  std::uint32_t step0, step1;  ///< how much words 0 and 1 of the counter grow from lane to lane
};

/// Philox4x32-10 over `lanes` counters at once, one array a word, so that each round is a few vector operations.
void philox_lanes_plain(const Counters& from, std::uint64_t* out) {
  alignas(64) std::uint32_t x0[lanes], x1[lanes], x2[lanes], x3[lanes];
  for (std::uint32_t i = 0; i < lanes; ++i) {
    x0[i] = from.c0 + i * from.step0;
    x1[i] = from.c1 + i * from.step1;
    x2[i] = from.c2;
    x3[i] = from.c3;
  }
  std::uint32_t k0 = from.key0;
  std::uint32_t k1 = from.key1;
  for (int round = 0; round < 10; ++round) {
    for (std::size_t i = 0; i < lanes; ++i) {
      const std::uint64_t p0 = std::uint64_t{0xD2511F53u} * x0[i];
      const std::uint64_t p1 = std::uint64_t{0xCD9E8D57u} * x2[i];
      const std::uint32_t y0 = static_cast<std::uint32_t>(p1 >> 32) ^ x1[i] ^ k0;
      const std::uint32_t y2 = static_cast<std::uint32_t>(p0 >> 32) ^ x3[i] ^ k1;
      x1[i] = static_cast<std::uint32_t>(p1);
      x3[i] = static_cast<std::uint32_t>(p0);
      x0[i] = y0;
      x2[i] = y2;
    }
    k0 += 0x9E3779B9u;
    k1 += 0xBB67AE85u;
  }
  for (std::size_t i = 0; i < lanes; ++i) {
    out[2 * i] = x0[i] | (std::uint64_t{x1[i]} << 32);
    out[2 * i + 1] = x2[i] | (std::uint64_t{x3[i]} << 32);
  }
}

#if defined(__x86_64__) && !defined(SECONDWAVE_ONE_VERSION)
/// The same with four counters to a vector of 64-bit lanes. Only the lower half of a lane means anything between
/// rounds: the multiplication looks at nothing else, so what stands in the upper half need not be cleared.
__attribute__((target("avx2"))) void philox_lanes_avx2(const Counters& from, std::uint64_t* out) {
  constexpr std::size_t groups = 4;  // interleaved, to hide the latency of the multiplication
  constexpr std::uint32_t width = 4;
  const __m256i m0 = _mm256_set1_epi64x(0xD2511F53);
  const __m256i m1 = _mm256_set1_epi64x(0xCD9E8D57);
  const __m256i low = _mm256_set1_epi64x(0xFFFFFFFF);
  for (std::uint32_t start = 0; start < lanes; start += groups * width) {
    __m256i x0[groups], x1[groups], x2[groups], x3[groups];
    for (std::uint32_t g = 0; g < groups; ++g) {
      const std::uint32_t i = start + g * width;
      const auto word0 = [&](std::uint32_t j) { return static_cast<long long>(from.c0 + (i + j) * from.step0); };
      const auto word1 = [&](std::uint32_t j) { return static_cast<long long>(from.c1 + (i + j) * from.step1); };
      x0[g] = _mm256_set_epi64x(word0(3), word0(2), word0(1), word0(0));
      x1[g] = _mm256_set_epi64x(word1(3), word1(2), word1(1), word1(0));
      x2[g] = _mm256_set1_epi64x(from.c2);
      x3[g] = _mm256_set1_epi64x(from.c3);
    }
    std::uint32_t k0 = from.key0;
    std::uint32_t k1 = from.key1;
    for (int round = 0; round < 10; ++round) {
      const __m256i key0 = _mm256_set1_epi64x(k0);
      const __m256i key1 = _mm256_set1_epi64x(k1);
      for (std::size_t g = 0; g < groups; ++g) {
        const __m256i p0 = _mm256_mul_epu32(x0[g], m0);
        const __m256i p1 = _mm256_mul_epu32(x2[g], m1);
        x0[g] = _mm256_xor_si256(_mm256_xor_si256(_mm256_srli_epi64(p1, 32), x1[g]), key0);
        x2[g] = _mm256_xor_si256(_mm256_xor_si256(_mm256_srli_epi64(p0, 32), x3[g]), key1);
        x1[g] = p1;
        x3[g] = p0;
      }
      k0 += 0x9E3779B9u;
      k1 += 0xBB67AE85u;
    }
    for (std::size_t g = 0; g < groups; ++g) {
      const __m256i a = _mm256_or_si256(_mm256_and_si256(x0[g], low), _mm256_slli_epi64(x1[g], 32));
      const __m256i b = _mm256_or_si256(_mm256_and_si256(x2[g], low), _mm256_slli_epi64(x3[g], 32));
      const __m256i even = _mm256_unpacklo_epi64(a, b);  // blocks 0 and 2
      const __m256i odd = _mm256_unpackhi_epi64(a, b);   // blocks 1 and 3
      auto* to = reinterpret_cast<__m256i*>(out + 2 * (start + g * width));
      _mm256_storeu_si256(to, _mm256_permute2x128_si256(even, odd, 0x20));
      _mm256_storeu_si256(to + 1, _mm256_permute2x128_si256(even, odd, 0x31));
    }
  }
}

void philox_lanes(const Counters& from, std::uint64_t* out) {
  static const bool has_avx2 = __builtin_cpu_supports("avx2") != 0;
  return has_avx2 ? philox_lanes_avx2(from, out) : philox_lanes_plain(from, out);
}
#else
void philox_lanes(const Counters& from, std::uint64_t* out) {
  philox_lanes_plain(from, out);
}
#endif

SECONDWAVE_CLONES void exponentials(const std::uint64_t* words, double* out, std::size_t count) {
  for (std::size_t i = 0; i < count; ++i) {
    // to_uniform with the conversion through the mantissa: exact below 2^53, and in every vector unit.
    const std::uint64_t top = (words[i] >> 12);
    const std::uint64_t last = (words[i] >> 11) & 1u;
    const double high = std::bit_cast<double>(0x3FF0000000000000u | top) - 1.0;
    const double u = high + static_cast<double>(static_cast<std::int32_t>(last + 1)) * 0x1p-53;
    out[i] = -fixed_log(u);
  }
}

/// Runs `philox_lanes` over `out`, which may end in the middle of a batch of lanes.
void fill(Counters counters, std::span<std::uint64_t> out) {
  SECONDWAVE_REQUIRE(out.size() % 2 == 0);
  while (out.size() >= 2 * lanes) {
    philox_lanes(counters, out.data());
    counters.c0 += counters.step0 * static_cast<std::uint32_t>(lanes);
    counters.c1 += counters.step1 * static_cast<std::uint32_t>(lanes);
    out = out.subspan(2 * lanes);
  }
  if (out.empty()) return;
  std::uint64_t rest[2 * lanes];
  philox_lanes(counters, rest);
  std::copy_n(rest, out.size(), out.begin());
}

Counters counters_of(std::uint64_t seed, const StreamName& name, std::uint32_t block) {
  return {.key0 = static_cast<std::uint32_t>(seed),
          .key1 = static_cast<std::uint32_t>(seed >> 32),
          .c0 = block,
          .c1 = name.entity,
          .c2 = name.replicate,
          .c3 = (std::uint32_t{static_cast<std::uint8_t>(name.purpose)} << 24) | (name.generation & 0xFFFFFFu),
          .step0 = 0,
          .step1 = 0};
}

}  // namespace

void fill_blocks(std::uint64_t seed, const StreamName& name, std::uint32_t first_block, std::span<std::uint64_t> out) {
  Counters counters = counters_of(seed, name, first_block);
  counters.step0 = 1;
  fill(counters, out);
}

void fill_entities(std::uint64_t seed, const StreamName& name, std::uint32_t block, std::span<std::uint64_t> out) {
  Counters counters = counters_of(seed, name, block);
  counters.step1 = 1;
  fill(counters, out);
}

void to_exponentials(std::span<const std::uint64_t> words, std::span<double> out) {
  SECONDWAVE_REQUIRE(words.size() == out.size());
  exponentials(words.data(), out.data(), words.size());
}

}  // namespace secondwave
