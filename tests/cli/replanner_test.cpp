#include "cli/replanner.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shoal/base/error.hpp"
#include "shoal/plan/document.hpp"
#include "shoal/plan/wires.hpp"
#include "shoal/planner/planner.hpp"

#include "support/small_network.hpp"

namespace shoal::cli {
namespace {

using ::testing::HasSubstr;

constexpr int ranks = 3;

/// AlexNet on three Raspberry Pis that hold it only together, and frames whose computing takes what
/// it is told.
class Replanning : public ::testing::Test {
 protected:
  Replanning() {
    profile::Device device;
    device.memory = 51'000;
    for (const auto kind :
         {profile::Kind::convolution, profile::Kind::dense, profile::Kind::elementwise}) {
      device.laws[kind].per_flop = 1e-6;
    }
    profile_.devices.assign(ranks, device);
    profile_.network.link = {1e-4, 1e8};
    plan_ = planner::propose(lowered_, profile_, {}).plan;
    in_force_ = plan_;
    replanner_.emplace(lowered_, plan_, profile_, 10, 5, now_);
  }

  /// A frame a second until `end`; gives the document of a plan as soon as one is wanted. The
  /// planner is waited for: it takes no time of the run.
  std::optional<std::string> go_on(Seconds end) {
    for (; now_ < end; ++now_) {
      const std::vector<plan::Plan> lanes = plan::lanes(in_force_);
      const std::size_t lane = static_cast<std::size_t>(frame_) % lanes.size();
      for (const plan::Stage& stage : lanes[lane].stages) {
        for (const Rank rank : stage.replicas.front().ranks) {
          runtime::FrameReport report{frame_, static_cast<std::int64_t>(lane)};
          report.computing = seconds_[static_cast<std::size_t>(rank.value)];
          replanner_->report(rank, report, now_);
        }
      }
      ++frame_;
      if (auto document = replanner_->next(now_)) return document;
      replanner_->wait();
    }
    return std::nullopt;
  }

  Replanned move(const std::string& document) {
    in_force_ = plan::parse(document, "found", lowered_);
    return replanner_->moved({in_force_, frame_, now_}, now_);
  }

  graph::Graph lowered_ = testing::small_network();
  profile::Profile profile_;
  plan::Plan plan_;
  plan::Plan in_force_;
  std::optional<Replanner> replanner_;
  std::vector<Seconds> seconds_ = {0.1, 0.1, 0.1};
  std::int64_t frame_ = 0;
  Seconds now_ = 0;
};

TEST_F(Replanning, MovesAwayFromADeviceThatBecameSlow) {
  EXPECT_FALSE(go_on(100));
  seconds_[1] = 0.5;
  const auto document = go_on(200);
  ASSERT_TRUE(document);
  const Replanned change = move(*document);
  EXPECT_EQ(change.plan.ranks, ranks);
  EXPECT_EQ(change.plan.in_flight, 5) << "what the user asked for holds for every plan";
  EXPECT_EQ(change.reason.rank, Rank{1});
  EXPECT_NEAR(change.reason.slowness, 5, 1e-9);
  EXPECT_GE(change.reason.lasted, 10);
  EXPECT_GE(change.interval_before, 1.1 * change.interval_after);
  // The planner was asked about the devices as they are now.
  const auto now = runtime::slowed(profile_, {1, 5, 1});
  EXPECT_NEAR(planner::price(plan_, lowered_, now).interval, change.interval_before, 1e-9);
  EXPECT_THAT(to_text(change), HasSubstr("rank 1 takes 5.00 times as long as at first"));
  EXPECT_FALSE(go_on(400)) << "one change, one new plan";
}

/// A new plan rounds as the old one, and where that left an output as it is it rounds none.
TEST_F(Replanning, RoundsNoMoreThanBefore) {
  for (const bool all : {true, false}) {
    plan::set_wires(plan_, lowered_, split::WireType::float16);
    if (!all) plan_.stages.back().replicas.back().wires.erase("z");
    in_force_ = plan_;
    seconds_ = {0.1, 0.1, 0.1};
    replanner_.emplace(lowered_, plan_, profile_, 10, 5, now_);
    EXPECT_FALSE(go_on(now_ + 100));
    seconds_[1] = 0.5;
    const auto document = go_on(now_ + 100);
    ASSERT_TRUE(document);
    const Replanned change = move(*document);
    EXPECT_EQ(change.plan.stages.front().replicas.front().wire("a"),
              all ? split::WireType::float16 : split::WireType::float32);
  }
}

TEST_F(Replanning, GoesBackWhenTheDeviceIsItselfAgain) {
  EXPECT_FALSE(go_on(100));
  seconds_[1] = 0.3;
  const auto document = go_on(200);
  ASSERT_TRUE(document);
  move(*document);
  EXPECT_FALSE(go_on(300));
  seconds_[1] = 0.1;
  const auto back = go_on(400);
  ASSERT_TRUE(back);
  const Replanned change =
      replanner_->moved({plan::parse(*back, "", lowered_), frame_, now_}, now_);
  EXPECT_NEAR(change.reason.slowness, 1.0 / 3, 1e-9);
  EXPECT_NEAR(change.interval_after, planner::price(plan_, lowered_, profile_).interval, 1e-9);
}

TEST_F(Replanning, StaysWhereNoPlanIsBetter) {
  EXPECT_FALSE(go_on(100));
  seconds_ = {0.3, 0.3, 0.3};
  EXPECT_FALSE(go_on(300)) << "all devices alike: the old plan is the best still";
}

TEST_F(Replanning, AnErrorOfThePlannerIsToldOnce) {
  EXPECT_FALSE(go_on(100));
  for (profile::Device& device : profile_.devices) device.memory = 1000;
  replanner_.emplace(lowered_, plan_, profile_, 10, 0, now_);
  EXPECT_FALSE(go_on(200));
  seconds_[2] = 1;
  EXPECT_THROW(go_on(300), Error);
  EXPECT_FALSE(go_on(400));
}

}  // namespace
}  // namespace shoal::cli
