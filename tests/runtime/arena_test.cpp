#include "runtime/arena.hpp"

#include <algorithm>

#include <gtest/gtest.h>

#include "support/random.hpp"

namespace shoal::runtime {
namespace {

bool meet(const Lifetime& one, const Lifetime& other) {
  return one.first <= other.last && other.first <= one.last;
}

/// What lives at the same time cannot lie in less.
std::size_t busiest(const std::vector<Lifetime>& lives) {
  std::size_t most = 0;
  for (const Lifetime& moment : lives) {
    std::size_t sum = 0;
    for (const Lifetime& one : lives) {
      if (one.first <= moment.first && moment.first <= one.last) sum += one.floats;
    }
    most = std::max(most, sum);
  }
  return most;
}

TEST(Arena, AChainTakesItsTwoLargestNeighbours) {
  const std::vector<Lifetime> lives = {{0, 1, 160}, {1, 2, 3200}, {2, 3, 3200}, {3, 4, 800}};
  EXPECT_EQ(arrange(lives).floats, 6400U);
}

TEST(Arena, GapsAreFilledBeforeItGrows) {
  const std::vector<Lifetime> lives = {{0, 9, 320}, {0, 1, 160}, {1, 9, 480}, {2, 5, 160}};
  const Arena arena = arrange(lives);
  EXPECT_EQ(arena.floats, 960U);
  EXPECT_EQ(arena.offsets[3], arena.offsets[1]);
}

TEST(Arena, EverythingBeginsOnACacheLine) {
  const std::vector<Lifetime> lives = {{0, 1, 3}, {0, 1, 17}, {0, 1, 1}};
  const Arena arena = arrange(lives);
  for (const std::size_t offset : arena.offsets) EXPECT_EQ(offset % 16, 0U);
  EXPECT_EQ(arena.floats, 64U);
}

TEST(Arena, OfNothingIsNothing) {
  EXPECT_EQ(arrange({}).floats, 0U);
  EXPECT_EQ(arrange(std::vector<Lifetime>{{0, 1, 0}}).floats, 0U);
}

TEST(Arena, NothingLiesWhereSomethingElseLives) {
  testing::Random random(11);
  double most = 0;
  for (int i = 0; i < 500; ++i) {
    std::vector<Lifetime> lives(static_cast<std::size_t>(random.between(1, 60)));
    for (Lifetime& life : lives) {
      life.first = static_cast<std::size_t>(random.between(0, 100));
      life.last =
          life.first + static_cast<std::size_t>(random.between(0, random.chance(20) ? 50 : 3));
      life.floats = static_cast<std::size_t>(16 * random.between(0, 1000));
    }
    const Arena arena = arrange(lives);
    for (std::size_t one = 0; one < lives.size(); ++one) {
      EXPECT_LE(arena.offsets[one] + lives[one].floats, arena.floats);
      for (std::size_t other = 0; other < one; ++other) {
        if (!meet(lives[one], lives[other])) continue;
        const bool apart = arena.offsets[one] + lives[one].floats <= arena.offsets[other] ||
                           arena.offsets[other] + lives[other].floats <= arena.offsets[one];
        ASSERT_TRUE(apart) << "case " << i << ": " << one << " and " << other;
      }
    }
    ASSERT_GE(arena.floats, busiest(lives));
    most = std::max(most, static_cast<double>(arena.floats) / static_cast<double>(busiest(lives)));
  }
  EXPECT_LT(most, 1.5);
}

}  // namespace
}  // namespace shoal::runtime
