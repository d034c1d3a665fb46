#include "runtime/places.hpp"

#include <gtest/gtest.h>

#include "shoal/graph/lower.hpp"
#include "shoal/graph/zoo.hpp"
#include "shoal/plan/document.hpp"
#include "shoal/plan/split_text.hpp"
#include "shoal/program/counts.hpp"

#include "support/small_network.hpp"

namespace shoal::runtime {
namespace {

program::Program of_zoo(const std::string& model, const std::string& split, int ranks) {
  const graph::Graph graph = graph::lower(graph::make_model(model).graph);
  return program::compile(plan::parse_split(split, ranks, graph), graph);
}

Bytes bytes(const Places& places) {
  return (places.waiting + places.computing) * sizeof(float);
}

/// The planner counts on what a rank then takes: of whole networks little more than it holds at the
/// busiest moment, of shards with their edges, which leave gaps, less than half more.
TEST(Places, TakeAboutWhatIsHeldAtTheBusiestMoment) {
  for (const std::string model : {"alexnet", "vgg16", "resnet50", "xception", "c3d"}) {
    for (const std::string split : {"", "conv=spatial:3", "conv=channel:3", "conv=filter:3"}) {
      const program::Program program = of_zoo(model, split, 3);
      const double factor = split.empty() ? 1.01 : 1.5;
      for (const int rank : {0, 1, 2}) {
        const program::Counts counts = program::count(program, {rank});
        const auto held = static_cast<double>(counts.peak_activations);
        const auto taken = static_cast<double>(bytes(places(program, {rank}, {}, {})));
        EXPECT_GE(taken, held) << model << ' ' << split << ' ' << rank;
        EXPECT_LE(taken, factor * held + static_cast<double>(counts.ahead) + 4096)
            << model << ' ' << split << ' ' << rank;
      }
    }
  }
}

/// A joined addition's result is there in place of what is added, not besides.
TEST(Places, WhatAJoinedAdditionAddsIsNeverByItself) {
  const program::Program program = of_zoo("resnet50", "", 1);
  const std::map<std::size_t, Sum> joined = sums(program, {0});
  const Places with = places(program, {0}, joined, {});
  EXPECT_LT(with.computing, places(program, {0}, {}, {}).computing);
  const auto& made = std::get<program::Compute>(program.of({0})[joined.begin()->first]);
  EXPECT_FALSE(with.of.contains(made.output));
}

/// Late layers need much to compute in and have small outputs: there is room where the first were.
TEST(Places, AWorkspaceIsWhereNothingElseLivesAtItsStep) {
  const program::Program program = of_zoo("vgg16", "", 1);
  std::size_t late = 0;
  for (std::size_t i = 0; i < program.of({0}).size(); ++i) {
    const auto* step = std::get_if<program::Compute>(&program.of({0})[i]);
    if (step != nullptr && program.graph[step->layer].name == "block5_conv1") late = i;
  }
  const Places without = places(program, {0}, {}, {});
  const Places with = places(program, {0}, {}, {{late, 1'000'000}});
  EXPECT_EQ(with.computing, without.computing);
  const auto& step = std::get<program::Compute>(program.of({0})[late]);
  const std::size_t begin = with.workspaces.at(late);
  for (const program::TensorId tensor : {step.inputs.front().tensor, step.output}) {
    const std::size_t other = with.of.at(tensor).offset;
    const auto size = static_cast<std::size_t>(program.shape(tensor).volume());
    EXPECT_TRUE(begin + 1'000'000 <= other || other + size <= begin);
  }
}

/// The next frame may come, and an answer be waited for, while another frame is computed.
TEST(Places, WhatComesFromElsewhereWaits) {
  const graph::Graph graph = testing::small_network();
  const program::Program program = program::compile(
      plan::parse(R"({"format": "shoal-plan", "version": 1, "model": "small", "ranks": 2,
                      "stages": [{"ranks": [0]}, {"from": "b", "ranks": [1]}]})",
                  "plan.json", graph),
      graph);
  int waiting = 0;
  for (const int rank : {0, 1}) {
    for (const auto& [tensor, place] : places(program, {rank}, {}, {}).of) {
      if (place.piece == Piece::computing) continue;
      ++waiting;
      const auto layer = program[tensor].layer;
      EXPECT_TRUE(layer == graph::LayerId{0} || layer == *program.graph.find("a") ||
                  layer == program.graph.output())
          << program.graph[layer].name;
    }
  }
  EXPECT_GE(waiting, 3);
}

}  // namespace
}  // namespace shoal::runtime
