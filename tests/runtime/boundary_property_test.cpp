#include <map>

#include <gtest/gtest.h>

#include "shoal/plan/document.hpp"
#include "shoal/program/lanes.hpp"
#include "shoal/runtime/executor.hpp"

#include "support/answer_error.hpp"
#include "support/random_layers.hpp"
#include "support/random_plans.hpp"
#include "support/random_runs.hpp"

namespace shoal {
namespace {

using graph::Graph;
using graph::LayerId;
using program::Compute;
using testing::Random;

/// What occurred in the random cases, so that none of it is missed unnoticed.
struct Tally {
  int ends_first = 0;  ///< steps of which an end is made before the rows beside it
  int ends_last = 0;   ///< or after those
  int clips = 0;       ///< of them, those cut between frames
  int followers = 0;   ///< of them, those of layers that the plan does not place
};

/// Counts the layers of a rank that are made in another order than from one end to the other.
void note(const program::Program& program, const plan::Replica& replica, Rank rank, Tally& tally) {
  std::map<LayerId, std::vector<Box>> chunks;
  for (const program::Step& step : program.of(rank)) {
    if (const auto* compute = std::get_if<Compute>(&step)) {
      chunks[compute->layer].push_back(compute->box);
    }
  }
  for (const auto& [layer, boxes] : chunks) {
    const auto found = replica.layers.find(program.graph[layer].name);
    const bool is_placed = found != replica.layers.end();
    if (boxes.size() < 2) continue;
    if (is_placed && found->second.order != plan::Order::boundary_first) continue;
    const bool is_clip = boxes[0][Axis::depth] != boxes[1][Axis::depth];
    tally.ends_first += boxes.front().volume() < boxes.back().volume() ? 1 : 0;
    tally.ends_last += boxes.front().volume() > boxes.back().volume() ? 1 : 0;
    tally.clips += is_clip ? 1 : 0;
    tally.followers += is_placed ? 0 : 1;
  }
}

/// Whatever is made first and whatever waits, the answer is that of one device. compile_lanes()
/// proves that nothing is read before it is there.
TEST(BoundaryProperty, RandomRunsEqualTheReference) {
  Random random(20240603);
  Tally tally;
  for (int i = 0; i < 800; ++i) {
    const Graph graph = testing::random_run(random);
    const int ranks = static_cast<int>(random.between(1, 6));
    const plan::Plan plan = testing::random_boundary_plan(random, graph, ranks);
    const std::vector<program::Program> lanes = program::compile_lanes(plan, graph);
    ASSERT_EQ(lanes.size(), 1U);
    for (int rank = 0; rank < ranks; ++rank) {
      note(lanes.front(), plan.stages.front().replicas.front(), {rank}, tally);
    }
    ASSERT_LE(testing::error_of(lanes, random), 1e-4) << "case " << i << ": " << to_json(plan);
  }
  EXPECT_GE(tally.ends_first, 300);
  EXPECT_GE(tally.ends_last, 100);
  EXPECT_GE(tally.clips, 50);
  EXPECT_GE(tally.followers, 100);
}

}  // namespace
}  // namespace shoal
