#include "runtime/dispatcher.hpp"

#include <gtest/gtest.h>

#include "shoal/plan/document.hpp"
#include "shoal/program/lanes.hpp"

#include "support/small_network.hpp"

namespace shoal::runtime {
namespace {

/// The input on rank 0, then a stage of three replicas: rank 1, ranks 2 and 3, rank 4. Rank 5
/// idles.
std::vector<program::Program> three_lanes() {
  const graph::Graph graph = shoal::testing::small_network();
  return program::compile_lanes(
      plan::parse(R"({"format": "shoal-plan", "version": 1, "model": "small", "ranks": 6,
                      "stages": [{"replicas": [{"ranks": [1]},
                                               {"ranks": [2, 3], "layers": {"a": {"scheme": "spatial"}}},
                                               {"ranks": [4]}]}]})",
                  "plan.json", graph),
      graph);
}

FrameReport took(std::int64_t frame, Seconds computing, Seconds transferring = 0) {
  FrameReport report;
  report.frame = frame;
  report.computing = computing;
  report.transferring = transferring;
  report.waiting = 100;
  return report;
}

class DispatcherTest : public ::testing::Test {
 protected:
  /// All of a lane's ranks have done their part of a frame; the replica's in so long.
  void finish(std::int64_t frame, std::size_t lane, Seconds seconds) {
    for (const Rank rank : dispatcher_.members(lane)) {
      dispatcher_.done(rank, took(frame, rank == Rank{0} ? 0 : seconds));
    }
  }

  std::vector<program::Program> lanes_ = three_lanes();
  Dispatcher dispatcher_{lanes_, 4};
};

TEST_F(DispatcherTest, KnowsWhoTakesPart) {
  EXPECT_EQ(dispatcher_.members(0), (std::vector<Rank>{{0}, {1}}));
  EXPECT_EQ(dispatcher_.members(1), (std::vector<Rank>{{0}, {2}, {3}}));
  EXPECT_EQ(dispatcher_.members(2), (std::vector<Rank>{{0}, {4}}));
}

TEST_F(DispatcherTest, HasSoManyCreditsAndNoMore) {
  for (std::int64_t frame = 0; frame < 4; ++frame) {
    EXPECT_TRUE(dispatcher_.has_credit());
    dispatcher_.admit(frame);
  }
  EXPECT_FALSE(dispatcher_.has_credit());
  EXPECT_EQ(dispatcher_.in_flight(), 4U);
}

/// A frame's last rank gives its credit back, whichever that is.
TEST_F(DispatcherTest, GivesACreditBackWhenAllRanksAreDone) {
  for (std::int64_t frame = 0; frame < 4; ++frame) dispatcher_.admit(frame);
  dispatcher_.done({3}, took(1, 1));
  dispatcher_.done({2}, took(1, 1));
  EXPECT_FALSE(dispatcher_.has_credit());
  dispatcher_.done({0}, took(1, 0));
  EXPECT_TRUE(dispatcher_.has_credit());
  EXPECT_EQ(dispatcher_.in_flight(), 3U);
  EXPECT_EQ(dispatcher_.most_in_flight(), 4U);
}

TEST_F(DispatcherTest, TakesLanesInTurnWhileNothingTellsThemApart) {
  std::vector<std::size_t> taken;
  for (std::int64_t frame = 0; frame < 9; ++frame) {
    taken.push_back(dispatcher_.admit(frame));
    finish(frame, taken.back(), 1);
  }
  EXPECT_EQ(taken, (std::vector<std::size_t>{0, 1, 2, 0, 1, 2, 0, 1, 2}));
}

TEST_F(DispatcherTest, TakesTheLaneThatWillBeFreeFirst) {
  for (std::int64_t frame = 0; frame < 3; ++frame) EXPECT_EQ(dispatcher_.admit(frame), frame);
  finish(1, 1, 1);
  EXPECT_EQ(dispatcher_.admit(3), 1U) << "the only one without a frame";
}

/// One replica is five times as fast: it gets the second to fifth frame too before the others,
/// which have none, get one more.
TEST_F(DispatcherTest, GivesAFastReplicaMoreFrames) {
  for (std::int64_t frame = 0; frame < 3; ++frame) dispatcher_.admit(frame);
  finish(0, 0, 1);
  finish(1, 1, 0.2);
  finish(2, 2, 1);
  EXPECT_EQ(dispatcher_.admit(3), 1U);
  EXPECT_EQ(dispatcher_.admit(4), 1U);
  EXPECT_EQ(dispatcher_.admit(5), 1U);
}

/// What a frame takes is computing and its transfers; a rank that waits for others is not slow.
TEST_F(DispatcherTest, CountsWorkAndTransfersButNoWaits) {
  for (std::int64_t frame = 0; frame < 3; ++frame) dispatcher_.admit(frame);
  dispatcher_.done({0}, took(0, 0));
  dispatcher_.done({1}, took(0, 0.1, 0.9));
  finish(1, 1, 0.5);
  finish(2, 2, 0.8);
  std::vector<std::size_t> taken;
  for (std::int64_t frame = 3; frame < 6; ++frame) taken.push_back(dispatcher_.admit(frame));
  EXPECT_EQ(taken, (std::vector<std::size_t>{1, 2, 0})) << "0.5, 0.8, then 1.0 as twice 0.5";
}

/// A device that takes the frames in and is a replica too: that it is soon done with the frames of
/// others must not make it look quick.
TEST(Dispatcher, TellsWhatARankComputesFromWhatItOnlySends) {
  const graph::Graph graph = shoal::testing::small_network();
  const auto lanes = program::compile_lanes(
      plan::parse(R"({"format": "shoal-plan", "version": 1, "model": "small", "ranks": 4,
                      "stages": [{"replicas": [{"ranks": [0]}, {"ranks": [1]}, {"ranks": [2]},
                                               {"ranks": [3]}]}]})",
                  "plan.json", graph),
      graph);
  Dispatcher dispatcher(lanes, 8);
  std::vector<std::size_t> frames_of(lanes.size(), 0);
  for (std::int64_t frame = 0; frame < 40; ++frame) {
    const std::size_t lane = dispatcher.admit(frame);
    ++frames_of[lane];
    for (const Rank rank : dispatcher.members(lane)) {
      dispatcher.done(rank, took(frame, static_cast<std::size_t>(rank.value) == lane ? 10 : 0));
    }
  }
  EXPECT_EQ(frames_of, (std::vector<std::size_t>{10, 10, 10, 10}));
}

/// A replica that becomes slow is left out sooner or later.
TEST_F(DispatcherTest, NoticesThatAReplicaSlowsDown) {
  std::vector<int> frames_of(3, 0);
  for (std::int64_t frame = 0; frame < 60; ++frame) {
    const std::size_t lane = dispatcher_.admit(frame);
    if (frame >= 30) ++frames_of[lane];
    finish(frame, lane, lane == 0 && frame >= 15 ? 10 : 1);
  }
  EXPECT_EQ(frames_of[0], 0);
  EXPECT_EQ(frames_of[1], frames_of[2]);
}

TEST(Dispatcher, OfOneLaneHasNoChoice) {
  const auto lanes = three_lanes();
  const std::vector<program::Program> one(lanes.begin(), lanes.begin() + 1);
  Dispatcher dispatcher(one, 1);
  EXPECT_EQ(dispatcher.admit(0), 0U);
  EXPECT_FALSE(dispatcher.has_credit());
}

}  // namespace
}  // namespace shoal::runtime
