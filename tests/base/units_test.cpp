#include "shoal/base/units.hpp"

#include <gtest/gtest.h>

namespace shoal {
namespace {

TEST(Units, WritesBytesInDecimalUnits) {
  EXPECT_EQ(human_bytes(0), "0 B");
  EXPECT_EQ(human_bytes(999), "999 B");
  EXPECT_EQ(human_bytes(1000), "1.0 kB");
  EXPECT_EQ(human_bytes(12'845'056), "12.8 MB");
  EXPECT_EQ(human_bytes(553'430'176), "553.4 MB");
  EXPECT_EQ(human_bytes(2'000'000'000'000'000), "2.0 PB");
}

TEST(Units, RoundsUpIntoTheNextUnit) {
  EXPECT_EQ(human_bytes(999'949), "999.9 kB");
  EXPECT_EQ(human_bytes(999'950), "1.0 MB");
}

TEST(Units, WritesCountsWithTheirUnit) {
  EXPECT_EQ(human_count(30.94e9, "FLOP"), "30.9 GFLOP");
  EXPECT_EQ(human_count(12, "FLOP"), "12 FLOP");
}

TEST(Units, ComparesRanks) {
  EXPECT_LT(Rank{1}, Rank{2});
  EXPECT_EQ(Rank{3}, Rank{3});
}

}  // namespace
}  // namespace shoal
