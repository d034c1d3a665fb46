#include "shoal/runtime/buffer_pool.hpp"

#include <gtest/gtest.h>

namespace shoal::runtime {
namespace {

constexpr Bytes each = sizeof(float);

TEST(BufferPool, LendsTheSmallestThatHoldsTheFloats) {
  BufferPool pool;
  auto small = pool.acquire(10);
  auto middle = pool.acquire(20);
  auto large = pool.acquire(30);
  const float* const expected = middle->data();
  large.reset();
  small.reset();
  middle.reset();
  const auto again = pool.acquire(11);
  EXPECT_EQ(again->data(), expected);
  EXPECT_EQ(again->size(), 20U);
  EXPECT_EQ(pool.bytes(), 60 * each);
}

/// Frames repeat the same sizes in the same order: from the second on nothing is taken anew.
TEST(BufferPool, TakesNothingMoreForWhatRepeats) {
  BufferPool pool;
  Bytes after_the_first = 0;
  for (int frame = 0; frame < 5; ++frame) {
    auto input = pool.acquire(500);
    auto output = pool.acquire(300);
    input.reset();
    const auto next = pool.acquire(100);
    if (frame == 0) after_the_first = pool.bytes();
    EXPECT_EQ(pool.bytes(), after_the_first) << "frame " << frame;
  }
}

TEST(BufferPool, HasBackWhatTheLastOneLeaves) {
  BufferPool pool;
  auto one = pool.acquire(10);
  const float* const memory = one->data();
  const auto other = one;
  one.reset();
  EXPECT_NE(pool.acquire(10)->data(), memory);
}

/// Free buffers that are all too small would be held for nothing: the largest makes room.
TEST(BufferPool, GrowsInPlaceOfWhatIsTooSmall) {
  BufferPool pool;
  pool.acquire(10).reset();
  const auto larger = pool.acquire(40);
  EXPECT_EQ(larger->size(), 40U);
  EXPECT_EQ(pool.bytes(), 40 * each);
}

TEST(BufferPool, LendsNothingForNothing) {
  BufferPool pool;
  EXPECT_EQ(pool.acquire(0)->size(), 0U);
  EXPECT_EQ(pool.bytes(), 0U);
}

}  // namespace
}  // namespace shoal::runtime
