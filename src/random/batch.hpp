// The same numbers as Stream gives, many at a time, in loops that vectorise.
#pragma once

#include <cstdint>
#include <span>

#include "random/philox.hpp"

namespace secondwave {

/// out[2i], out[2i+1] = the two words of block `first_block + i` of the stream `name`. Requires an even size.
void fill_blocks(std::uint64_t seed, const StreamName& name, std::uint32_t first_block, std::span<std::uint64_t> out);

/// out[2i], out[2i+1] = the two words of block `block` of the stream of entity `name.entity + i`. Requires an even
/// size.
void fill_entities(std::uint64_t seed, const StreamName& name, std::uint32_t block, std::span<std::uint64_t> out);

/// Replaces each word by an exponential with mean 1: out[i] = to_exponential(words[i]).
void to_exponentials(std::span<const std::uint64_t> words, std::span<double> out);

}  // namespace secondwave
