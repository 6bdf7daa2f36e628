// A table of fixed size that takes memory only for the parts in use, so that short inputs have short states.
#pragma once

#include <array>
#include <cstddef>
#include <memory>

namespace secondwave {

/// `size` entries, a multiple of 256, all T{} at first.
template <class T, std::size_t size>
class SparseTable {
 public:
  static constexpr std::size_t part_size = 256;

  /// Makes room on first use.
  [[nodiscard]] T& at(std::size_t i) {
    std::unique_ptr<Part>& part = parts_[i / part_size];
    if (part == nullptr) part = std::make_unique<Part>();
    return (*part)[i % part_size];
  }
  /// The entry, or nullptr where nothing near it was ever used.
  [[nodiscard]] T* find(std::size_t i) const {
    const std::unique_ptr<Part>& part = parts_[i / part_size];
    return part == nullptr ? nullptr : &(*part)[i % part_size];
  }
  /// Calls use(i, entry) for all entries of the parts in use, in order.
  template <class Use>
  void for_each(const Use& use) const {
    for (std::size_t p = 0; p < parts_.size(); ++p) {
      if (parts_[p] == nullptr) continue;
      for (std::size_t i = 0; i < part_size; ++i) use(p * part_size + i, (*parts_[p])[i]);
    }
  }

 private:
  using Part = std::array<T, part_size>;
  static_assert(size % part_size == 0);
  std::array<std::unique_ptr<Part>, size / part_size> parts_;
};

}  // namespace secondwave
