#include "shoal/runtime/passes.hpp"

#include <algorithm>
#include <set>

#include <gtest/gtest.h>

#include "shoal/graph/lower.hpp"
#include "shoal/graph/zoo.hpp"
#include "shoal/program/counts.hpp"
#include "shoal/program/program.hpp"

namespace shoal::runtime {
namespace {

using profile::Cut;

constexpr Bytes plenty = Bytes{1} << 40U;

graph::Graph network(std::string_view name) {
  return graph::lower(graph::make_model(name).graph);
}

std::vector<const program::Compute*> computed(const program::Program& program, Rank rank) {
  std::vector<const program::Compute*> result;
  for (const program::Step& step : program.of(rank)) {
    if (const auto* compute = std::get_if<program::Compute>(&step)) result.push_back(compute);
  }
  return result;
}

profile::Work work_of(const program::Program& program, const program::Compute& step) {
  return profile::work_of(program.graph, step.layer, step.inputs.front().box, step.box);
}

TEST(Passes, AreTheWholeAndEveryCutInFractions) {
  const std::vector<Pass> all = passes();
  EXPECT_EQ(all.size(), 13U);
  EXPECT_FALSE(all.front().cut);
  EXPECT_EQ(all.front().shards, 1U);
  std::set<std::pair<Cut, std::size_t>> cuts;
  for (std::size_t i = 1; i < all.size(); ++i) cuts.emplace(all[i].cut.value(), all[i].shards);
  EXPECT_EQ(cuts.size(), 12U);
  EXPECT_TRUE(cuts.contains({Cut::inputs, 8}));
}

TEST(PlanPass, OfTheWholeMeasuresEveryLayerOnOneRank) {
  for (const auto name : graph::model_names()) {
    const graph::Graph graph = network(name);
    const PassPlan pass = plan_pass(graph, {}, plenty);
    ASSERT_EQ(pass.measured, std::vector<Rank>{Rank{0}});
    const auto program = program::compile(pass.plan, graph);
    std::set<graph::LayerId> layers;
    for (const auto* step : computed(program, {0})) layers.insert(step->layer);
    EXPECT_EQ(layers.size() + 1, graph.size()) << "all but the input";
  }
}

/// Every layer that has weights and that the cut fits is cut so, in the middle member's program.
TEST(PlanPass, CutsTheLayersThatCanBeCut) {
  const graph::Graph graph = network("vgg16");
  for (const Cut cut : {Cut::outputs, Cut::inputs, Cut::space}) {
    const PassPlan pass = plan_pass(graph, {cut, 4}, plenty);
    EXPECT_EQ(pass.measured, std::vector<Rank>{Rank{2}});
    const auto program = program::compile(pass.plan, graph);
    std::size_t cuts = 0;
    for (const auto* step : computed(program, {2})) {
      if (graph.weights(step->layer).empty()) continue;
      const profile::Work work = work_of(program, *step);
      EXPECT_EQ(work.cut, cut) << work.layer;
      EXPECT_NEAR(work.fraction, 0.25, 0.09) << work.layer;
      ++cuts;
    }
    // Of three input channels the third of four members gets one. Dense layers have no space.
    EXPECT_EQ(cuts, cut == Cut::space ? 13U : 16U) << profile::name(cut);
  }
}

TEST(PlanPass, HoldsOnAMeasuredRankWhatFits) {
  const graph::Graph graph = network("vgg16");
  constexpr Bytes memory = 300'000'000;
  for (const Pass& one : passes()) {
    const PassPlan pass = plan_pass(graph, one, memory);
    const auto program = program::compile(pass.plan, graph);
    for (const Rank rank : pass.measured) {
      EXPECT_LE(program::count(program, rank).weights, memory / 3 * 2);
    }
  }
}

TEST(PlanPass, LeavesOutOnlyWhatFitsNowhere) {
  const graph::Graph graph = network("vgg16");
  const graph::LayerId fc1 = graph.find("fc1").value();
  const auto measured_layers = [&](const Pass& one) {
    const PassPlan pass = plan_pass(graph, one, 400'000'000);
    const auto program = program::compile(pass.plan, graph);
    std::set<graph::LayerId> layers;
    for (const Rank rank : pass.measured) {
      for (const auto* step : computed(program, rank)) layers.insert(step->layer);
    }
    return layers;
  };
  const auto whole = measured_layers({});
  EXPECT_FALSE(whole.contains(fc1)) << "411 MB";
  EXPECT_EQ(whole.size() + 2, graph.size()) << "all but it and the input";
  EXPECT_TRUE(measured_layers({Cut::outputs, 2}).contains(fc1)) << "206 MB";
}

/// A rank beyond an activation's rows has nothing to do, which is no reason to fail.
TEST(PlanPass, CompilesForEveryNetwork) {
  for (const auto name : graph::model_names()) {
    const graph::Graph graph = network(name);
    for (const Pass& one : passes()) {
      const PassPlan pass = plan_pass(graph, one, 200'000'000);
      EXPECT_FALSE(program::compile(pass.plan, graph).steps.empty());
    }
  }
}

}  // namespace
}  // namespace shoal::runtime
