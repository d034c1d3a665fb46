#include "shoal/base/aligned_buffer.hpp"

#include <algorithm>
#include <cstdint>
#include <limits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shoal/base/error.hpp"

#include "support/error_text.hpp"

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

// A size that wraps would give a buffer that is too small.
TEST(Addressable, RefusesWhatHasNoAddresses) {
  constexpr Index most = std::numeric_limits<std::ptrdiff_t>::max() / sizeof(float);
  EXPECT_EQ(addressable(0), 0U);
  EXPECT_EQ(addressable(most), static_cast<std::size_t>(most));
  EXPECT_THROW(addressable(most + 1), Error);
  EXPECT_THROW(addressable(most * 2 + 3), Error);
  EXPECT_THROW(addressable(-1), Error);
}

TEST(AlignedBuffer, SaysHowMuchIsTooMuch) {
#if defined(__SANITIZE_ADDRESS__)
  GTEST_SKIP() << "AddressSanitizer ends a program that asks for so much";
#endif
  constexpr std::size_t most_addresses = std::numeric_limits<std::size_t>::max() / 4 * 3;
  EXPECT_THAT(
      testing::error_text([] { const AlignedBuffer buffer(most_addresses / sizeof(float)); }),
      ::testing::StartsWith("there is no memory for "));
}

/// Freeing them itself, or letting go of their owner too early, is what the sanitizers would see.
TEST(AlignedBuffer, KeepsTheOwnerOfOtherMemory) {
  const auto owner = std::make_shared<AlignedBuffer>(20);
  std::ranges::fill(owner->span(), 7.0F);
  {
    AlignedBuffer first(owner->span().first(16), owner);
    AlignedBuffer second(3);
    second = std::move(first);
    EXPECT_EQ(second.data(), owner->data());
    EXPECT_EQ(second.size(), 16U);
    EXPECT_EQ(owner.use_count(), 2);
    second = AlignedBuffer(4);
    first = AlignedBuffer(2);
    EXPECT_EQ(owner.use_count(), 1);
  }
  EXPECT_EQ(owner->span()[19], 7.0F);
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
