#include "shoal/runtime/liveness.hpp"

#include <gtest/gtest.h>

namespace shoal::runtime {
namespace {

/// Looks every half second from `begin` to `end`; the first one that is silent and when.
std::optional<std::pair<Rank, Seconds>> look(Liveness& liveness, Seconds begin, Seconds end) {
  for (Seconds now = begin; now <= end; now += 0.5) {
    if (const auto rank = liveness.silent(now)) return std::pair(*rank, now);
  }
  return std::nullopt;
}

TEST(Liveness, NamesTheRankThatIsSilentForLongerThanThePatience) {
  Liveness liveness({{1}, {2}}, 10);
  for (Seconds now = 0; now < 8; now += 0.5) {
    EXPECT_FALSE(liveness.silent(now));
    liveness.heard({2});
  }
  const auto found = look(liveness, 8, 20);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->first, Rank{1});
  EXPECT_EQ(found->second, 10.5);
}

TEST(Liveness, AWordEndsTheSilence) {
  Liveness liveness({{1}}, 3);
  EXPECT_FALSE(look(liveness, 0, 2.5));
  liveness.heard({1});
  EXPECT_FALSE(look(liveness, 3, 5.5));
  EXPECT_TRUE(look(liveness, 6, 6.5));
}

TEST(Liveness, AnAnnouncedSilenceIsAllowedOnce) {
  Liveness liveness({{1}}, 3);
  EXPECT_FALSE(liveness.silent(0));
  liveness.heard({1}, 20);
  EXPECT_FALSE(look(liveness, 0.5, 23));
  liveness.heard({1});
  EXPECT_TRUE(look(liveness, 23.5, 26.5));
}

TEST(Liveness, TimeInWhichNobodyLookedIsNoSilence) {
  Liveness liveness({{1}}, 3);
  EXPECT_FALSE(liveness.silent(0));
  EXPECT_FALSE(liveness.silent(60)) << "this rank was away for a minute, not the other one";
  EXPECT_FALSE(look(liveness, 60.5, 62));
  EXPECT_TRUE(look(liveness, 62.5, 62.5));
}

TEST(Liveness, OfSeveralSilentRanksTheLongestSilentOneIsNamed) {
  Liveness liveness({{0}, {1}, {2}}, 2);
  EXPECT_FALSE(look(liveness, 0, 1));
  liveness.heard({0});
  liveness.heard({2});
  const auto found = look(liveness, 1.5, 9);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->first, Rank{1});
}

TEST(Liveness, ARankThatHearsNobodyIsItselfCutOff) {
  Liveness liveness({{1}, {2}, {3}}, 10);
  EXPECT_FALSE(look(liveness, 0, 4.5));
  EXPECT_FALSE(liveness.are_all_silent());
  EXPECT_FALSE(look(liveness, 5, 9));
  EXPECT_TRUE(liveness.are_all_silent());
  liveness.heard({2});
  EXPECT_FALSE(liveness.are_all_silent()) << "one rank is heard";
}

TEST(Liveness, WithOneOtherRankEitherMayBeCutOff) {
  Liveness liveness({{1}}, 10);
  EXPECT_TRUE(look(liveness, 0, 20));
  EXPECT_FALSE(liveness.are_all_silent());
}

TEST(Liveness, ARankThatIsForgottenMayBeSilent) {
  Liveness liveness({{1}, {2}}, 2);
  liveness.forget({1});
  const auto found = look(liveness, 0, 9);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->first, Rank{2});
}

TEST(Liveness, WatchesNobodyButThoseThatItIsToldTo) {
  Liveness liveness({}, 1);
  EXPECT_FALSE(look(liveness, 0, 5));
}

}  // namespace
}  // namespace shoal::runtime
