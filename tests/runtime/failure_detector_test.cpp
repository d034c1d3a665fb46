#include "shoal/runtime/failure_detector.hpp"

#include <gtest/gtest.h>

namespace shoal::runtime {
namespace {

/// Looks every half second from `begin` to `end`; the first one that is silent and when.
std::optional<std::pair<Rank, Seconds>> look(FailureDetector& detector, Seconds begin,
                                             Seconds end) {
  for (Seconds now = begin; now <= end; now += 0.5) {
    if (const auto rank = detector.silent(now)) return std::pair(*rank, now);
  }
  return std::nullopt;
}

TEST(FailureDetector, NamesTheRankThatIsSilentForLongerThanThePatience) {
  FailureDetector detector({{1}, {2}}, 10);
  for (Seconds now = 0; now < 8; now += 0.5) {
    EXPECT_FALSE(detector.silent(now));
    detector.heard({2});
  }
  const auto found = look(detector, 8, 20);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->first, Rank{1});
  EXPECT_EQ(found->second, 10.5);
}

TEST(FailureDetector, AWordEndsTheSilence) {
  FailureDetector detector({{1}}, 3);
  EXPECT_FALSE(look(detector, 0, 2.5));
  detector.heard({1});
  EXPECT_FALSE(look(detector, 3, 5.5));
  EXPECT_TRUE(look(detector, 6, 6.5));
}

TEST(FailureDetector, AnAnnouncedSilenceIsAllowedOnce) {
  FailureDetector detector({{1}}, 3);
  EXPECT_FALSE(detector.silent(0));
  detector.heard({1}, 20);
  EXPECT_FALSE(look(detector, 0.5, 23));
  detector.heard({1});
  EXPECT_TRUE(look(detector, 23.5, 26.5));
}

TEST(FailureDetector, TimeInWhichNobodyLookedIsNoSilence) {
  FailureDetector detector({{1}}, 3);
  EXPECT_FALSE(detector.silent(0));
  EXPECT_FALSE(detector.silent(60)) << "this rank was away for a minute, not the other one";
  EXPECT_FALSE(look(detector, 60.5, 62));
  EXPECT_TRUE(look(detector, 62.5, 62.5));
}

TEST(FailureDetector, OfSeveralSilentRanksTheLongestSilentOneIsNamed) {
  FailureDetector detector({{0}, {1}, {2}}, 2);
  EXPECT_FALSE(look(detector, 0, 1));
  detector.heard({0});
  detector.heard({2});
  const auto found = look(detector, 1.5, 9);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->first, Rank{1});
}

TEST(FailureDetector, ARankThatHearsNobodyIsItselfCutOff) {
  FailureDetector detector({{1}, {2}, {3}}, 10);
  EXPECT_FALSE(look(detector, 0, 4.5));
  EXPECT_FALSE(detector.are_all_silent());
  EXPECT_FALSE(look(detector, 5, 9));
  EXPECT_TRUE(detector.are_all_silent());
  detector.heard({2});
  EXPECT_FALSE(detector.are_all_silent()) << "one rank is heard";
}

TEST(FailureDetector, WithOneOtherRankEitherMayBeCutOff) {
  FailureDetector detector({{1}}, 10);
  EXPECT_TRUE(look(detector, 0, 20));
  EXPECT_FALSE(detector.are_all_silent());
}

TEST(FailureDetector, ARankThatIsForgottenMayBeSilent) {
  FailureDetector detector({{1}, {2}}, 2);
  detector.forget({1});
  const auto found = look(detector, 0, 9);
  ASSERT_TRUE(found);
  EXPECT_EQ(found->first, Rank{2});
}

TEST(FailureDetector, WatchesNobodyButThoseThatItIsToldTo) {
  FailureDetector detector({}, 1);
  EXPECT_FALSE(look(detector, 0, 5));
}

}  // namespace
}  // namespace shoal::runtime
