#include "shoal/split/partition.hpp"

#include <cmath>
#include <limits>
#include <numeric>

#include <gtest/gtest.h>

#include "shoal/base/error.hpp"

#include "support/random.hpp"

namespace shoal::split {
namespace {

using Ranges = std::vector<Range>;

Ranges cut(Index extent, const std::vector<double>& shares, Index grain = 1) {
  return partition(extent, shares, grain);
}

TEST(Partition, IsAsTheHeaderSays) {
  EXPECT_EQ(cut(10, {1, 1, 2}), (Ranges{{0, 3}, {3, 5}, {5, 10}}));
  EXPECT_EQ(cut(2, {1, 1, 1}), (Ranges{{0, 1}, {1, 2}, {2, 2}}));
}

/// Quotas 4.44, 2.67, 0.89: rounding each by itself gives 4 + 3 + 1, cutting down 4 + 2 + 0.
TEST(Partition, GivesWhatIsLeftToTheLargestRemainders) {
  EXPECT_EQ(cut(8, {5, 3, 1}), (Ranges{{0, 4}, {4, 7}, {7, 8}}));
  // 3.5, 2.33, 1.17.
  EXPECT_EQ(cut(7, {3, 2, 1}), (Ranges{{0, 4}, {4, 6}, {6, 7}}));
  EXPECT_EQ(cut(10, {1, 1, 1}), (Ranges{{0, 4}, {4, 7}, {7, 10}})) << "the first of equals first";
}

/// The remainders are equal but for rounding, and fused multiplications round otherwise: ranks of
/// two architectures would cut in different places.
TEST(Partition, IsTheSameOnEveryProcessor) {
  EXPECT_EQ(cut(3, {1, 5}), (Ranges{{0, 1}, {1, 3}}));
  EXPECT_EQ(cut(5, {2, 3, 5}), (Ranges{{0, 1}, {1, 3}, {3, 5}}));
  EXPECT_EQ(cut(5, {3, 5, 2}), (Ranges{{0, 2}, {2, 4}, {4, 5}}));
}

TEST(Partition, LooksOnlyAtTheProportions) {
  for (const double unit : {1e-9, 0.125, 1e8}) {
    EXPECT_EQ(cut(11, {2 * unit, 5 * unit, unit}), cut(11, {2, 5, 1})) << unit;
  }
}

TEST(Partition, GivesNothingForAShareOfNothing) {
  EXPECT_EQ(cut(5, {1, 0, 1}), (Ranges{{0, 3}, {3, 3}, {3, 5}}));
  EXPECT_EQ(cut(3, {0, 0, 7}), (Ranges{{0, 0}, {0, 0}, {0, 3}}));
}

TEST(Partition, LeavesMoreSharesThanElementsEmpty) {
  EXPECT_EQ(cut(0, {1, 1}), (Ranges{{0, 0}, {0, 0}}));
  EXPECT_EQ(cut(1, {1, 3, 2}), (Ranges{{0, 0}, {0, 1}, {1, 1}}));
}

TEST(Partition, CutsOnlyBetweenGrains) {
  EXPECT_EQ(cut(10, {1, 1}, 4), (Ranges{{0, 8}, {8, 10}}));
  EXPECT_EQ(cut(7, {1, 1, 1}, 4), (Ranges{{0, 4}, {4, 7}, {7, 7}}));
  EXPECT_EQ(cut(6, {1, 1, 1}, 2), (Ranges{{0, 2}, {2, 4}, {4, 6}}));
}

TEST(Partition, CoversTheAxisWithNoRangeMoreThanOneGrainOff) {
  testing::Random random(7);
  for (int i = 0; i < 2000; ++i) {
    const Index extent = random.between(0, 60);
    const Index grain = random.between(1, 5);
    const auto shares = random.shares(static_cast<std::size_t>(random.between(1, 9)));
    const double total = std::accumulate(shares.begin(), shares.end(), 0.0);
    const Index grains = (extent + grain - 1) / grain;
    const Ranges ranges = cut(extent, shares, grain);
    ASSERT_EQ(ranges.size(), shares.size());
    Index begin = 0;
    for (std::size_t member = 0; member < ranges.size(); ++member) {
      ASSERT_EQ(ranges[member].begin, begin);
      begin = ranges[member].end;
      ASSERT_TRUE(begin % grain == 0 || begin == extent) << begin << " of " << extent;
      const auto got =
          std::ceil(static_cast<double>(ranges[member].size()) / static_cast<double>(grain));
      ASSERT_LT(std::abs(got - static_cast<double>(grains) * shares[member] / total), 1.0)
          << extent << " by " << grain;
    }
    ASSERT_EQ(begin, extent);
  }
}

TEST(Partition, RefusesSharesThatAreNone) {
  EXPECT_THROW(cut(4, {}), Error);
  EXPECT_THROW(cut(4, {0, 0}), Error);
  EXPECT_THROW(cut(4, {1, -1}), Error);
  EXPECT_THROW(cut(4, {1, std::numeric_limits<double>::quiet_NaN()}), Error);
  EXPECT_THROW(cut(4, {1, std::numeric_limits<double>::infinity()}), Error);
}

}  // namespace
}  // namespace shoal::split
