#include <gtest/gtest.h>

#include "shoal/plan/document.hpp"
#include "shoal/program/counts.hpp"
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
using testing::Random;

/// What occurred in the random cases, so that none of it is missed unnoticed.
struct Tally {
  int fused = 0;       ///< layers
  int recomputed = 0;  ///< of them, those of which elements are made more than once
  int idle = 0;        ///< of them, those of which some member makes nothing
  int sums = 0;        ///< residual additions that read a fused layer
  int clips = 0;       ///< of them, those of more than one frame
};

/// Nothing of a fused layer is moved, and none of its elements counted less than it is made.
void expect_nothing_moved(const program::Program& program, LayerId layer, Tally& tally) {
  const Graph& graph = program.graph;
  const auto consumers = graph.consumers();
  for (const LayerId reader : consumers[layer.value]) {
    EXPECT_EQ(program::bytes_between(program, layer, reader), 0U) << graph[reader].name;
    if (std::holds_alternative<graph::Add>(graph[reader].op)) ++tally.sums;
  }
  const auto made = std::find_if(program.tensors.begin(), program.tensors.end(),
                                 [&](const auto& tensor) { return tensor.layer == layer; });
  ASSERT_NE(made, program.tensors.end());
  const std::vector<Box>& boxes = made->layout.boxes;
  ++tally.fused;
  tally.recomputed += made->layout.is_disjoint() ? 0 : 1;
  tally.idle += std::any_of(boxes.begin(), boxes.end(), [](const Box& box) { return box.empty(); });
  tally.clips += graph[layer].output[Axis::depth] > 1 ? 1 : 0;
}

TEST(FusionProperty, RandomRunsEqualTheReference) {
  Random random(20240602);
  Tally tally;
  for (int i = 0; i < 600; ++i) {
    const Graph graph = testing::random_run(random);
    const int ranks = static_cast<int>(random.between(1, 7));
    const plan::Plan plan = testing::random_fused_plan(random, graph, ranks);
    const std::vector<program::Program> lanes = program::compile_lanes(plan, graph);
    ASSERT_EQ(lanes.size(), 1U);
    for (const auto& [name, placement] : plan.stages.front().replicas.front().layers) {
      if (!placement.options.fused) continue;
      expect_nothing_moved(lanes.front(), graph.find(name).value(), tally);
    }
    ASSERT_LE(testing::error_of(lanes, random), 1e-4) << "case " << i << ": " << to_json(plan);
    ASSERT_FALSE(HasFailure()) << "case " << i << ": " << to_json(plan);
  }
  EXPECT_GE(tally.fused, 1000);
  EXPECT_GE(tally.recomputed, 500);
  EXPECT_GE(tally.idle, 100);
  EXPECT_GE(tally.sums, 100);
  EXPECT_GE(tally.clips, 100);
}

}  // namespace
}  // namespace shoal
