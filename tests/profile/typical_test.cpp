#include "shoal/profile/typical.hpp"

#include <vector>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace shoal::profile {
namespace {

using ::testing::SizeIs;

std::vector<RankShare> ranks(std::size_t count, const RankShare& rank) {
  return std::vector<RankShare>(count, rank);
}

Seconds time_of_convolution(const Profile& profile) {
  return profile.devices.front().laws.at(Kind::convolution)(1e9, 1e6);
}

TEST(TypicalProfile, HasALawForEveryKindOfWork) {
  const Profile profile = typical_profile(ranks(3, {"pi1", "CORTEXA72", 4, 1, 1'000'000'000}));
  ASSERT_THAT(profile.devices, SizeIs(3));
  for (const Device& device : profile.devices) {
    ASSERT_THAT(device.laws, SizeIs(kind_count));
    for (const auto& [kind, law] : device.laws) EXPECT_GT(law(1e6, 1e6), 0) << name(kind);
  }
}

TEST(TypicalProfile, IsAsFastAsTheSlowestRank) {
  const std::vector<RankShare> mixed = {{"desk", "Haswell", 8, 1, 1'000'000'000},
                                        {"pi1", "CORTEXA72", 4, 1, 1'000'000'000}};
  const Profile profile = typical_profile(mixed);
  EXPECT_EQ(profile.devices[0].laws, profile.devices[1].laws);
  EXPECT_EQ(time_of_convolution(profile), time_of_convolution(typical_profile(ranks(2, mixed[1]))));
  EXPECT_LT(time_of_convolution(typical_profile(ranks(2, mixed[0]))), time_of_convolution(profile));
}

TEST(TypicalProfile, SharesAHostAmongItsRanks) {
  const Profile one = typical_profile(ranks(1, {"desk", "Haswell", 2, 1, 1}));
  const Profile four = typical_profile(ranks(4, {"desk", "Haswell", 0.5, 4, 1}));
  EXPECT_GT(time_of_convolution(four), 3 * time_of_convolution(one));
}

TEST(TypicalProfile, KnowsNetworksFromMemory) {
  const RankShare desk = {"desk", "Haswell", 1, 1, 1};
  RankShare other = desk;
  other.host = "other";
  RankShare pi3 = desk;
  pi3.core = "CORTEXA53";
  const auto speed = [](const std::vector<RankShare>& all) {
    return typical_profile(all).network.link.bytes_per_second;
  };
  EXPECT_GT(speed({desk, desk}), 5 * speed({desk, other}));
  EXPECT_GT(speed({desk, other}), 5 * speed({pi3, other}));
}

/// What is free on a computer differs from minute to minute; the plan must not.
TEST(TypicalProfile, DoesNotDependOnTheLastByteOfMemory) {
  const auto memory = [](Bytes bytes) {
    return typical_profile(ranks(1, {"pi1", "ARMV8", 4, 1, bytes})).devices.front().memory;
  };
  EXPECT_EQ(memory(860'000'000), memory(810'000'000));
  EXPECT_LE(memory(830'000'000), 830'000'000U);
  EXPECT_GT(memory(830'000'000), 830'000'000U * 3 / 4);
  EXPECT_EQ(memory(20'000'000'000), memory(9'000'000'000));
  EXPECT_EQ(memory(0), 0U);
}

TEST(TypicalProfile, TakesAnyProcessor) {
  EXPECT_GT(time_of_convolution(typical_profile(ranks(2, {"a", "Whatever9", 1, 1, 1}))), 0);
}

}  // namespace
}  // namespace shoal::profile
