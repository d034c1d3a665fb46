#include <map>
#include <set>

#include <gtest/gtest.h>

#include "shoal/base/error.hpp"
#include "shoal/program/check.hpp"
#include "shoal/program/text.hpp"
#include "shoal/runtime/executor.hpp"

#include "reference/reference.hpp"
#include "support/interpreter.hpp"
#include "support/random_layers.hpp"

namespace shoal {
namespace {

using graph::Graph;
using graph::LayerId;
using testing::Random;

plan::Plan plan_for(const Graph& graph, int ranks) {
  plan::Plan plan;
  plan.model = graph.name();
  plan.ranks = ranks;
  plan::Stage stage;
  for (int rank = 0; rank < ranks; ++rank) stage.ranks.push_back({rank});
  plan.stages.push_back(std::move(stage));
  return plan;
}

plan::Placement random_placement(Random& random, const split::Scheme& scheme, int ranks) {
  plan::Placement placement;
  placement.scheme = &scheme;
  for (int rank = 0; rank < ranks; ++rank) {
    if (random.chance(85)) placement.ranks.push_back({rank});
  }
  if (placement.ranks.empty()) placement.ranks.push_back({ranks - 1});
  placement.options.shares = random.shares(placement.ranks.size());
  if (scheme.name == "spatial") {
    placement.options.axes = {
        random.pick(std::vector<Axis>{Axis::height, Axis::width, Axis::depth})};
    if (placement.ranks.size() == 4 && random.chance(40)) {
      placement.options.axes = {Axis::height, Axis::width};
      placement.options.grid = {2, 2};
    }
  }
  return placement;
}

double error_of(const Graph& graph, const plan::Plan& plan, Random& random) {
  const std::vector<graph::LayerWeights> weights = testing::random_weights(graph, random);
  const Tensor frame = random.tensor(graph.layers().front().output);
  const Tensor expected = reference::evaluate(graph, weights, frame);
  const program::Program program = program::compile(plan, graph);
  program::check(program);
  const auto load = [&](LayerId layer, Range inputs, Range outputs) {
    return testing::slice(graph, layer, weights[layer.value], inputs, outputs);
  };
  return reference::relative_error(testing::interpret(program, load, frame), expected);
}

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
      plan::Plan plan = plan_for(graph, ranks);
      plan.input_rank = {static_cast<int>(random.between(0, ranks - 1))};
      plan.output_rank = {static_cast<int>(random.between(0, ranks - 1))};
      plan.stages.front().layers.emplace("layer", random_placement(random, scheme, ranks));
      const double error = error_of(graph, plan, random);
      ++tried[scheme.name];
      ASSERT_LE(error, 1e-4) << "case " << i << ": " << graph.kind(id) << " of "
                             << to_string(layer.input) << " by " << scheme.name << "\n"
                             << program::to_text(program::compile(plan, graph), Rank{0});
    }
  }
  for (const split::Scheme& scheme : split::schemes()) {
    EXPECT_GE(tried[scheme.name], 100) << scheme.name;
  }
}

/// A chain of layers that fit each other, now and then with a shortcut around some of them.
Graph random_chain(Random& random) {
  Graph graph("chain");
  LayerId at = graph.add(
      "input", graph::Input(Shape::image(random.between(6, 14), random.between(6, 14), 4)), {});
  LayerId shortcut = at;
  const Index length = random.between(3, 7);
  for (Index i = 0; i < length; ++i) {
    const testing::RandomLayer layer = testing::random_layer(random);
    if (std::holds_alternative<graph::Dense>(layer.op)) continue;
    const auto activation = random.chance(40) ? graph::Activation::relu : graph::Activation::linear;
    try {
      at = graph.add("layer" + std::to_string(i), layer.op, {at}, activation);
    } catch (const Error&) {
      continue;  // It does not fit here.
    }
    if (graph[at].output == graph[shortcut].output && shortcut < at && random.chance(70)) {
      at = graph.add("add" + std::to_string(i), graph::Add{}, {shortcut, at}, activation);
    }
    if (random.chance(40)) shortcut = at;
  }
  if (random.chance(60)) {
    at = graph.add("flatten", graph::Flatten{}, {at});
    for (const char* name : {"fc1", "fc2", "fc3"}) {
      graph::Dense dense;
      dense.units = random.between(2, 20);
      at = graph.add(name, dense, {at}, graph::Activation::relu);
    }
    graph.add("softmax", graph::Softmax{}, {at});
  }
  return graph;
}

/// Places layers at random by any scheme that fits, in one or two stages.
plan::Plan random_plan(Random& random, const Graph& graph) {
  const int ranks = static_cast<int>(random.between(1, 6));
  plan::Plan plan = plan_for(graph, ranks);
  if (ranks >= 2 && graph.size() >= 4 && random.chance(40)) {
    plan::Stage second;
    second.from = graph
                      .layers()[static_cast<std::size_t>(
                          random.between(2, static_cast<Index>(graph.size()) - 1))]
                      .name;
    for (int rank = ranks / 2; rank < ranks; ++rank) second.ranks.push_back({rank});
    plan.stages.front().ranks.resize(static_cast<std::size_t>(ranks / 2));
    plan.stages.push_back(std::move(second));
  }
  std::size_t stage = 0;
  for (std::size_t i = 1; i < graph.size(); ++i) {
    if (stage + 1 < plan.stages.size() && plan.stages[stage + 1].from == graph.layers()[i].name) {
      ++stage;
    }
    if (random.chance(30)) continue;
    const split::Scheme& scheme = split::schemes()[static_cast<std::size_t>(
        random.between(0, static_cast<Index>(split::schemes().size()) - 1))];
    if (!scheme.applies(graph, {i})) continue;
    const std::vector<Rank>& members = plan.stages[stage].ranks;
    plan::Placement placement = random_placement(random, scheme, static_cast<int>(members.size()));
    for (Rank& rank : placement.ranks) rank = members[static_cast<std::size_t>(rank.value)];
    plan.stages[stage].layers.emplace(graph.layers()[i].name, std::move(placement));
  }
  return plan;
}

TEST(SplitProperty, ChainsWithMixedSchemesEqualTheReference) {
  Random random(7);
  std::set<split::Pattern> patterns;
  for (int i = 0; i < 1500; ++i) {
    const Graph graph = random_chain(random);
    const plan::Plan plan = random_plan(random, graph);
    const program::Program program = program::compile(plan, graph);
    for (const auto& transfer : program.transfers) {
      patterns.insert(transfer.redistribution.pattern);
    }
    ASSERT_LE(error_of(graph, plan, random), 1e-4)
        << "case " << i << ", " << plan.ranks << " ranks";
  }
  EXPECT_EQ(patterns.size(), 9U) << "some pattern of redistribution never occurred";
}

}  // namespace
}  // namespace shoal
