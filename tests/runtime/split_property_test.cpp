#include <algorithm>
#include <map>
#include <set>

#include <gtest/gtest.h>

#include "shoal/kernels/algorithms.hpp"
#include "shoal/plan/wires.hpp"
#include "shoal/program/lanes.hpp"
#include "shoal/program/text.hpp"
#include "shoal/runtime/executor.hpp"
#include "shoal/runtime/machine.hpp"

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

/// By what the ranks of a lane are told to compute convolutions, where they can.
std::multiset<graph::ConvolutionAlgorithm> algorithms_of(const program::Program& lane) {
  std::multiset<graph::ConvolutionAlgorithm> result;
  for (const auto& steps : lane.steps) {
    for (const program::Step& step : steps) {
      const auto* compute = std::get_if<program::Compute>(&step);
      if (compute == nullptr || !compute->algorithm) continue;
      for (const auto& one : kernels::algorithms(runtime::task_of(lane, *compute))) {
        if (one.name == *compute->algorithm) result.insert(one.name);
      }
    }
  }
  return result;
}

/// Whatever a rank is told to compute a convolution by: what its neighbour does, what others add to
/// it, chunks and fused layers fit.
TEST(SplitProperty, ChainsByEveryAlgorithmEqualTheReference) {
  Random random(9);
  std::multiset<graph::ConvolutionAlgorithm> tried;
  for (int i = 0; i < 4000; ++i) {
    const Graph graph = testing::random_chain(random);
    plan::Plan plan = testing::random_plan(random, graph, static_cast<int>(random.between(1, 6)));
    testing::choose_at_random(random, graph, plan);
    const std::vector<program::Program> lanes = program::compile_lanes(plan, graph);
    for (const program::Program& lane : lanes) tried.merge(algorithms_of(lane));
    ASSERT_LE(testing::error_of(lanes, random), 1e-4)
        << "case " << i << ", " << plan.ranks << " ranks";
  }
  for (const auto algorithm : graph::convolution_algorithms) {
    EXPECT_GE(tried.count(algorithm), 100U) << graph::name(algorithm);
  }
}

/// The errors of many split networks after `round` changed something of them, in ascending order.
template <typename Round>
std::vector<double> errors_after(const Round& round) {
  Random random(8);
  std::vector<double> errors;
  while (errors.size() < 1000) {
    Graph graph = testing::random_chain(random);
    plan::Plan plan = testing::random_plan(random, graph, static_cast<int>(random.between(2, 6)));
    if (!round(graph, plan)) continue;
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
    const std::vector<double> errors = errors_after([&](const Graph& graph, plan::Plan& plan) {
      plan::set_wires(plan, graph, wire);
      return true;
    });
    EXPECT_GE(errors[errors.size() / 2], one / 8) << split::name(wire);
    EXPECT_LE(errors[errors.size() / 2], one * 2) << split::name(wire);
    EXPECT_LE(errors.back(), one * 100) << split::name(wire);
  }
}

/// The same of weights, each of which is rounded once, by each rank that holds it.
TEST(SplitProperty, ChainsOfRoundedWeightsAreOffByAFewRoundings) {
  using graph::WeightsType;
  for (const WeightsType type : {WeightsType::float16, WeightsType::int8}) {
    const double one = type == WeightsType::float16 ? 1.0 / 2048 : 1.0 / 254;
    const std::vector<double> errors = errors_after([&](Graph& graph, plan::Plan& /*plan*/) {
      graph.set_weights_type(type);
      return graph.find("fc1").has_value();
    });
    EXPECT_GE(errors[errors.size() / 2], one / 8) << graph::name(type);
    EXPECT_LE(errors[errors.size() / 2], one * 2) << graph::name(type);
    EXPECT_LE(errors.back(), one * 100) << graph::name(type);
  }
}

}  // namespace
}  // namespace shoal
