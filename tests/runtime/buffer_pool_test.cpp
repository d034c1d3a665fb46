#include "shoal/runtime/buffer_pool.hpp"

#include <gtest/gtest.h>

namespace shoal::runtime {
namespace {

constexpr Bytes each = sizeof(float);

TEST(BufferPool, GivesTheSmallestThatHoldsTheFloats) {
  BufferPool pool;
  AlignedBuffer small = pool.take(10);
  AlignedBuffer middle = pool.take(20);
  AlignedBuffer large = pool.take(30);
  const float* const expected = middle.data();
  pool.give_back(std::move(large));
  pool.give_back(std::move(small));
  pool.give_back(std::move(middle));
  const AlignedBuffer again = pool.take(11);
  EXPECT_EQ(again.data(), expected);
  EXPECT_EQ(again.size(), 20U);
  EXPECT_EQ(pool.bytes(), 60 * each);
}

/// Frames repeat the same sizes in the same order: from the second on nothing is taken anew.
TEST(BufferPool, TakesNothingMoreForWhatRepeats) {
  BufferPool pool;
  Bytes after_the_first = 0;
  for (int frame = 0; frame < 5; ++frame) {
    AlignedBuffer input = pool.take(500);
    AlignedBuffer output = pool.take(300);
    pool.give_back(std::move(input));
    AlignedBuffer next = pool.take(100);
    pool.give_back(std::move(output));
    pool.give_back(std::move(next));
    if (frame == 0) after_the_first = pool.bytes();
    EXPECT_EQ(pool.bytes(), after_the_first) << "frame " << frame;
  }
}

/// Free buffers that are all too small would be held for nothing: the largest makes room.
TEST(BufferPool, GrowsInPlaceOfWhatIsTooSmall) {
  BufferPool pool;
  pool.give_back(pool.take(10));
  const AlignedBuffer larger = pool.take(40);
  EXPECT_EQ(larger.size(), 40U);
  EXPECT_EQ(pool.bytes(), 40 * each);
}

TEST(BufferPool, GivesNothingForNothing) {
  BufferPool pool;
  EXPECT_EQ(pool.take(0).size(), 0U);
  EXPECT_EQ(pool.bytes(), 0U);
}

}  // namespace
}  // namespace shoal::runtime
