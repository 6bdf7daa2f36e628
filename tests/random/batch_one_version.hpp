// The kernels of random/batch.cpp compiled once more: one version for all processors, no optimiser.
#pragma once

#include <cstdint>
#include <span>

#include "random/philox.hpp"

namespace secondwave {

void fill_blocks_one_version(std::uint64_t seed, const StreamName& name, std::uint32_t first_block,
                             std::span<std::uint64_t> out);
void fill_entities_one_version(std::uint64_t seed, const StreamName& name, std::uint32_t block,
                               std::span<std::uint64_t> out);
void to_exponentials_one_version(std::span<const std::uint64_t> words, std::span<double> out);

}  // namespace secondwave
