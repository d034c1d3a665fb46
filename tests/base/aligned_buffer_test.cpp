#include "shoal/base/aligned_buffer.hpp"

#include <algorithm>
#include <cstdint>

#include <gtest/gtest.h>

namespace shoal {
namespace {

TEST(AlignedBuffer, BeginsOnACacheLine) {
  for (const std::size_t count : {1U, 15U, 16U, 17U, 1000U}) {
    AlignedBuffer buffer(count);
    EXPECT_EQ(reinterpret_cast<std::uintptr_t>(buffer.data()) % AlignedBuffer::alignment, 0U);
    EXPECT_EQ(buffer.span().size(), count);
    std::ranges::fill(buffer.span(), 1.0F);
  }
}

TEST(AlignedBuffer, HoldsNothingWhenEmpty) {
  const AlignedBuffer buffer(0);
  EXPECT_EQ(buffer.data(), nullptr);
  EXPECT_TRUE(buffer.span().empty());
}

TEST(AlignedBuffer, MovesItsFloats) {
  AlignedBuffer first(3);
  std::ranges::fill(first.span(), 7.0F);
  const float* const data = first.data();
  AlignedBuffer second = std::move(first);
  AlignedBuffer third(5);
  third = std::move(second);
  EXPECT_EQ(third.data(), data);
  EXPECT_EQ(third.size(), 3U);
  EXPECT_EQ(third.span()[2], 7.0F);
}

}  // namespace
}  // namespace shoal
