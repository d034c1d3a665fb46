#include "shoal/runtime/watch.hpp"

#include <gtest/gtest.h>

namespace shoal::runtime {
namespace {

/// Two lanes over three ranks: rank 1 is in both, with twice the work in the second.
const Watch::Prediction predicted = {{0.1, 0.2, 0}, {0, 0.4, 0.3}};

/// A run in which every rank takes its prediction times a factor of its own, a frame a second.
struct Job {
  Watch watch = Watch({1.3, 10, 20, 8});
  std::vector<double> factors = {1, 1, 1};
  std::int64_t frame = 0;
  Seconds now = 0;

  Job() { watch.start(predicted, 0); }

  /// Frames until `end`, or until a change is told.
  std::optional<Watch::Change> go_on(Seconds end) {
    for (; now < end; ++now) {
      const std::int64_t lane = frame % 2;
      for (int rank = 0; rank < 3; ++rank) {
        const auto i = static_cast<std::size_t>(rank);
        const Seconds seconds = predicted[static_cast<std::size_t>(lane)][i];
        if (seconds == 0) continue;
        FrameReport report{frame, lane};
        report.computing = seconds * factors[i];
        watch.report({rank}, report, now);
      }
      ++frame;
      if (const auto change = watch.change(now)) return change;
    }
    return std::nullopt;
  }
};

TEST(Watch, AConstantErrorOfTheProfileIsNoChange) {
  Job job;
  job.factors = {5, 0.2, 1.9};
  EXPECT_FALSE(job.go_on(500));
  EXPECT_EQ(job.watch.slowness(), (std::vector<double>{1, 1, 1}));
}

TEST(Watch, TellsWhichRankBecameSlowerByHowMuchAndOnlyAfterAWhile) {
  Job job;
  EXPECT_FALSE(job.go_on(100));
  job.factors[1] = 3;
  const auto change = job.go_on(200);
  ASSERT_TRUE(change);
  EXPECT_EQ(change->rank, Rank{1});
  EXPECT_DOUBLE_EQ(change->slowness, 3);
  EXPECT_GE(change->lasted, 10);
  EXPECT_GT(job.now, 110) << "not before it has lasted";
  EXPECT_LT(job.now, 120) << "the median follows within a window";
  EXPECT_DOUBLE_EQ(job.watch.slowness()[1], 3);
  EXPECT_DOUBLE_EQ(job.watch.slowness()[0], 1);
}

TEST(Watch, ARankThatBecomesFasterHasChangedToo) {
  Job job;
  job.factors[2] = 3;
  EXPECT_FALSE(job.go_on(100));
  job.factors[2] = 1;
  const auto change = job.go_on(200);
  ASSERT_TRUE(change);
  EXPECT_EQ(change->rank, Rank{2});
  EXPECT_NEAR(change->slowness, 1.0 / 3, 1e-12);
}

TEST(Watch, ASlowSpellThatEndsIsNoChange) {
  Job job;
  EXPECT_FALSE(job.go_on(100));
  for (int i = 0; i < 10; ++i) {
    job.factors[1] = 10;
    EXPECT_FALSE(job.go_on(job.now + 8));
    job.factors[1] = 1;
    EXPECT_FALSE(job.go_on(job.now + 20));
  }
}

TEST(Watch, WhatDisturbsTheFirstFramesIsNotTakenForTheRanksOwnTime) {
  Job job;
  job.watch = Watch({1.3, 50, 100, 8});
  job.watch.start(predicted, 0);
  job.factors = {1.8, 1.8, 1.8};
  EXPECT_FALSE(job.go_on(20));
  job.factors = {1, 1, 1};
  EXPECT_FALSE(job.go_on(300));
  job.factors[1] = 1.5;
  const auto change = job.go_on(500);
  ASSERT_TRUE(change);
  EXPECT_EQ(change->rank, Rank{1});
  EXPECT_DOUBLE_EQ(change->slowness, 1.5);
}

TEST(Watch, LessThanTheFactorIsNoChangeAndSingleFramesDoNotCount) {
  Job job;
  EXPECT_FALSE(job.go_on(100));
  job.factors[0] = 1.25;
  EXPECT_FALSE(job.go_on(200));
  for (int i = 0; i < 100; ++i) {
    job.factors[1] = i % 3 == 0 ? 50 : 1;
    EXPECT_FALSE(job.go_on(job.now + 1));
  }
}

TEST(Watch, OfSeveralRanksTheOneThatChangedMostIsNamed) {
  Job job;
  job.watch = Watch({1.3, 10, 150, 8});
  job.watch.start(predicted, 0);
  EXPECT_FALSE(job.go_on(100));
  job.factors = {2, 1, 0.25};
  const auto change = job.go_on(200);
  ASSERT_TRUE(change);
  EXPECT_EQ(change->rank, Rank{2});
}

TEST(Watch, AfterAStartTheFirstFramesCountAnewAndNothingIsToldForAWhile) {
  Job job;
  EXPECT_FALSE(job.go_on(100));
  job.factors[1] = 3;
  ASSERT_TRUE(job.go_on(200));
  job.watch.start(predicted, job.now);
  EXPECT_FALSE(job.go_on(300)) << "what was the reason once is none again";
  EXPECT_EQ(job.watch.slowness()[1], 1);
  job.watch.start(predicted, job.now);
  const Seconds began = job.now;
  EXPECT_FALSE(job.go_on(began + 11));
  job.factors[1] = 9;
  const auto change = job.go_on(400);
  ASSERT_TRUE(change);
  EXPECT_GE(job.now - began, 20) << "sooner than the pause allows";
}

TEST(Slowed, EveryTimeOfADeviceIsMultipliedAndNothingElse) {
  profile::Device device;
  device.name = "board";
  device.memory = 1000;
  device.paging_rate = 5;
  device.laws[profile::Kind::dense] = {1, 2, 3, 0.1};
  device.measurements.push_back({{"net", "fc", profile::Kind::dense}, 4});
  profile::Profile profile;
  profile.devices = {device, device};
  profile.network.link = {0.5, 7};
  const profile::Profile result = slowed(profile, {1, 3});
  EXPECT_EQ(result.devices[0], device);
  EXPECT_EQ(result.network, profile.network);
  profile::Device expected = device;
  expected.laws[profile::Kind::dense] = {3, 6, 9, 0.1};
  expected.measurements[0].seconds = 12;
  EXPECT_EQ(result.devices[1], expected);
  profile::Work work{"net", "fc", profile::Kind::dense};
  work.flops = 10;
  work.bytes = 20;
  EXPECT_DOUBLE_EQ(result.devices[1].time(work), 3 * device.time(work));
}

}  // namespace
}  // namespace shoal::runtime
