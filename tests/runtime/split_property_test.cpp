#include <algorithm>
#include <map>
#include <set>

#include <gtest/gtest.h>

#include "shoal/plan/wires.hpp"
#include "shoal/program/lanes.hpp"
#include "shoal/program/text.hpp"
#include "shoal/runtime/executor.hpp"

#include "support/answer_error.hpp"
#include "support/random_layers.hpp"
#include "support/random_plans.hpp"

namespace shoal {
namespace {

using graph::Graph;
using graph::LayerId;
using testing::Random;

/// 2,000 random layers, each split in every way that applies to it: split, computed and merged they
/// equal the unsplit reference.
TEST(SplitProperty, EveryLayerSplitInEveryWayEqualsTheReference) {
  Random random(20240601);
  std::map<std::string_view, int> tried;
  for (int i = 0; i < 2000; ++i) {
    const testing::RandomLayer layer = testing::random_layer(random);
    Graph graph("one");
    const LayerId input = graph.add("input", graph::Input(layer.input), {});
    const LayerId id =
        graph.add("layer", layer.op, {input},
                  random.chance(30) ? graph::Activation::relu : graph::Activation::linear);
    const int ranks = static_cast<int>(random.between(1, 7));
    for (const split::Scheme& scheme : split::schemes()) {
      if (!scheme.applies(graph, id)) continue;
      plan::Plan plan = testing::plan_for(graph, ranks);
      plan.input_rank = {static_cast<int>(random.between(0, ranks - 1))};
      plan.output_rank = {static_cast<int>(random.between(0, ranks - 1))};
      plan.stages.front().replicas.front().layers.emplace(
          "layer", testing::random_placement(random, scheme, ranks));
      const std::vector<program::Program> lanes = program::compile_lanes(plan, graph);
      const double error = testing::error_of(lanes, random);
      ++tried[scheme.name];
      ASSERT_LE(error, 1e-4) << "case " << i << ": " << graph.kind(id) << " of "
                             << to_string(layer.input) << " by " << scheme.name << "\n"
                             << program::to_text(lanes.front(), Rank{0});
    }
  }
  for (const split::Scheme& scheme : split::schemes()) {
    EXPECT_GE(tried[scheme.name], 100) << scheme.name;
  }
}

TEST(SplitProperty, ChainsWithMixedSchemesEqualTheReference) {
  Random random(7);
  std::set<split::Pattern> patterns;
  for (int i = 0; i < 1500; ++i) {
    const Graph graph = testing::random_chain(random);
    const plan::Plan plan =
        testing::random_plan(random, graph, static_cast<int>(random.between(1, 6)));
    const std::vector<program::Program> lanes = program::compile_lanes(plan, graph);
    for (const program::Program& lane : lanes) {
      for (const auto& transfer : lane.transfers) patterns.insert(transfer.redistribution.pattern);
    }
    ASSERT_LE(testing::error_of(lanes, random), 1e-4)
        << "case " << i << ", " << plan.ranks << " ranks";
  }
  EXPECT_EQ(patterns.size(), 9U) << "some pattern of redistribution never occurred";
}

/// The errors of many networks in which everything travels as one type, in ascending order.
std::vector<double> errors_as(split::WireType wire) {
  Random random(8);
  std::vector<double> errors;
  for (int i = 0; i < 1000; ++i) {
    const Graph graph = testing::random_chain(random);
    plan::Plan plan = testing::random_plan(random, graph, static_cast<int>(random.between(2, 6)));
    plan::set_wires(plan, graph, wire);
    errors.push_back(testing::error_of(program::compile_lanes(plan, graph), random));
  }
  std::sort(errors.begin(), errors.end());
  return errors;
}

/// Roundings follow each other and are of single elements, the error is of the answer's largest:
/// what sums average makes it smaller, what they cancel larger, in few networks much larger. Half
/// of them are off by less than two roundings, and not by much less.
TEST(SplitProperty, ChainsThatTravelRoundedAreOffByAFewRoundings) {
  for (const auto wire : {split::WireType::float16, split::WireType::int8}) {
    const double one = split::rounding_error(wire);
    const std::vector<double> errors = errors_as(wire);
    EXPECT_GE(errors[errors.size() / 2], one / 8) << split::name(wire);
    EXPECT_LE(errors[errors.size() / 2], one * 2) << split::name(wire);
    EXPECT_LE(errors.back(), one * 100) << split::name(wire);
  }
}

}  // namespace
}  // namespace shoal
