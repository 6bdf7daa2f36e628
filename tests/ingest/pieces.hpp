// Beside reading.hpp: pieces as large as those of a file, and states that somebody damaged.
#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <random>
#include <string>
#include <string_view>

#include "reading.hpp"

namespace secondwave::ingest_test {

/// As expect_pieces_do_not_matter, for inputs of megabytes.
inline void expect_large_pieces_do_not_matter(const MakeReader& make, std::string_view bytes, int rounds,
                                              std::size_t longest_piece) {
  const Outcome whole = read_all(make, bytes);
  for (int round = 0; round < rounds; ++round) {
    const Outcome pieces = read_in_pieces(make, bytes, static_cast<std::uint64_t>(round), longest_piece);
    ASSERT_EQ(difference(whole, pieces), "") << "round " << round;
  }
}

/// Cut states are refused; altered ones are refused or give a reader that works.
inline void expect_state_is_checked(const MakeReader& make, std::string_view bytes) {
  const std::unique_ptr<Reader> reader = make();
  Batch batch;
  reader->read(bytes, false, batch);
  const std::string state = reader->state();
  std::mt19937 random(1);
  for (int i = 0; i < 60; ++i) {
    std::string damaged = state.substr(0, i % 2 == 0 ? random() % state.size() : state.size());
    if (i % 2 == 1) damaged[random() % damaged.size()] ^= static_cast<char>(1 + random() % 255);
    const std::unique_ptr<Reader> other = make();
    const Status restored = other->restore(damaged);
    EXPECT_TRUE(i % 2 == 1 || !restored.has_value());
    read_all(*other, bytes);
  }
  EXPECT_FALSE(make()->restore(state + "x").has_value());
  EXPECT_FALSE(make()->restore("").has_value());
}

}  // namespace secondwave::ingest_test
