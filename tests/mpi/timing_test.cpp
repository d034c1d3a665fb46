#include "shoal/runtime/timing.hpp"

#include <gtest/gtest.h>

#include "shoal/plan/split_text.hpp"
#include "shoal/program/lanes.hpp"

#include "support/small_network.hpp"

namespace shoal::runtime {
namespace {

/// Programs of which only the transfers are counted: how many ranks they are for does not matter.
std::vector<program::Program> some_lanes() {
  const graph::Graph graph = shoal::testing::small_network();
  return program::compile_lanes(plan::parse_split("a=spatial:3", 3, graph), graph);
}

/// Rank r comes r seconds late to a transfer that takes a tenth of a second: the last one does not
/// wait, and the others wait for it.
TEST(Timing, TellsWaitingFromTheQuickestOfATransfer) {
  const comm::Communicator world = comm::Communicator::world();
  const auto lanes = some_lanes();
  ASSERT_GE(lanes.front().transfers.size(), 2U);
  Timing timing(lanes);
  const int last = world.size() - 1;
  const Seconds early = last - world.rank().value;
  timing.transferred(0, {0}, 0.1 + early);
  timing.transferred(0, {0}, 0.1 + early);
  // A transfer in which only rank 0 takes part is not compared with others.
  if (world.rank() == Rank{0}) timing.transferred(0, {1}, 5);
  timing.finish(world);
  const Seconds alone = world.rank() == Rank{0} ? 5 : 0;
  EXPECT_NEAR(timing.times().communicating, 0.2 + alone, 1e-12);
  EXPECT_NEAR(timing.times().waiting, 2 * early, 1e-12);
}

TEST(Timing, AddsUpWhatNeedsNoComparison) {
  const comm::Communicator world = comm::Communicator::world();
  Timing timing(some_lanes(), {1, 2, 3});
  timing.computed(0.5);
  timing.computed(0.25);
  timing.communicated(0.125);
  timing.waited(4);
  timing.finish(world);
  timing.finish(world);
  EXPECT_EQ(timing.times().computing, 1.75);
  EXPECT_EQ(timing.times().communicating, 2.125);
  EXPECT_EQ(timing.times().waiting, 7);
}

}  // namespace
}  // namespace shoal::runtime
