#include "base/cancel.hpp"

#include <gtest/gtest.h>

#include <atomic>

namespace secondwave {
namespace {

TEST(CancelToken, StaysCancelled) {
  CancelToken token;
  EXPECT_FALSE(token.cancelled());
  token.cancel();
  token.cancel();
  EXPECT_TRUE(token.cancelled());
}

TEST(CancelToken, MayBeSetInASignalHandler) {
  EXPECT_TRUE(std::atomic<bool>::is_always_lock_free);
}

}  // namespace
}  // namespace secondwave
