// Room for texts that a reader puts together from several places of its input.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstring>
#include <initializer_list>
#include <memory>
#include <string_view>
#include <vector>

namespace secondwave {

/// Texts that stay where they are until `clear`. Grows by blocks; `clear` keeps the first block for the next batch.
class TextArena {
 public:
  /// The parts one after the other, as one text.
  std::string_view store(std::initializer_list<std::string_view> parts) {
    std::size_t size = 0;
    for (const std::string_view part : parts) size += part.size();
    char* const start = room(size);
    char* at = start;
    for (const std::string_view part : parts) {
      if (!part.empty()) std::memcpy(at, part.data(), part.size());
      at += part.size();
    }
    return {start, size};
  }

  void clear() {
    if (blocks_.size() > 1) blocks_.resize(1);
    used_ = 0;
    if (!blocks_.empty() && blocks_[0].size > block_bytes) blocks_.clear();
  }

 private:
  struct Block {
    std::unique_ptr<char[]> bytes;
    std::size_t size = 0;
  };
  static constexpr std::size_t block_bytes = std::size_t{1} << 16;

  char* room(std::size_t size) {
    if (blocks_.empty() || blocks_.back().size - used_ < size) {
      const std::size_t wanted = std::max(size, block_bytes);
      blocks_.push_back({std::make_unique<char[]>(wanted), wanted});
      used_ = 0;
    }
    char* const start = blocks_.back().bytes.get() + used_;
    used_ += size;
    return start;
  }

  std::vector<Block> blocks_;
  std::size_t used_ = 0;  ///< of the last block
};

}  // namespace secondwave
