#include <gtest/gtest.h>

#include "shoal/graph/lower.hpp"
#include "shoal/graph/zoo.hpp"
#include "shoal/plan/split_text.hpp"
#include "shoal/program/check.hpp"
#include "shoal/program/counts.hpp"
#include "shoal/program/text.hpp"

namespace shoal::program {
namespace {

using graph::Graph;
using graph::LayerId;

graph::Conv conv(Index filters, Index kernel) {
  graph::Conv op;
  op.filters = filters;
  op.sliding.kernel = {1, kernel, kernel};
  op.sliding.padding = graph::Padding::same;
  return op;
}

/// Two convolutions 3x3 on 16x16x8, then three dense layers.
Graph small_network() {
  Graph graph("small");
  LayerId at = graph.add("input", graph::Input(Shape::image(16, 16, 8)), {});
  at = graph.add("a", conv(8, 3), {at}, graph::Activation::relu);
  at = graph.add("b", conv(8, 3), {at}, graph::Activation::relu);
  at = graph.add("flatten", graph::Flatten{}, {at});
  for (const char* name : {"x", "y", "z"}) {
    graph::Dense dense;
    dense.units = 12;
    at = graph.add(name, dense, {at}, graph::Activation::relu);
  }
  return graph;
}

Program compiled(const Graph& graph, const std::string& split, int ranks) {
  Program program = compile(plan::parse_split(split, ranks, graph), graph);
  check(program);
  return program;
}

Bytes between(const Program& program, const char* producer, const char* consumer) {
  return bytes_between(program, program.graph.find(producer).value(),
                       program.graph.find(consumer).value());
}

TEST(Compile, OutputThenInputMovesNothing) {
  const Program program = compiled(small_network(), "x=output:4,y=input:4", 4);
  EXPECT_EQ(between(program, "x", "y"), 0U);
  EXPECT_GT(between(program, "flatten", "x"), 0U);
}

TEST(Compile, ChannelThenFilterMovesNothing) {
  const Program program = compiled(small_network(), "a=channel:4,b=filter:4", 4);
  EXPECT_EQ(between(program, "a", "b"), 0U);
  EXPECT_GT(between(program, "input", "a"), 0U);
}

TEST(Compile, SpatialThenSpatialMovesOnlyHalos) {
  const Program program = compiled(small_network(), "a=spatial:4,b=spatial:4", 4);
  // Three borders, a row of 16x8 floats over each in either direction.
  EXPECT_EQ(between(program, "a", "b"), sizeof(float) * 3U * 2U * 16U * 8U);
}

/// Rows of `layer` that the ranks make, by all of them together.
double rows_made(const Program& program, const char* layer) {
  const LayerId id = program.graph.find(layer).value();
  double made = 0;
  for (const auto& steps : program.steps) {
    for (const Step& step : steps) {
      const auto* compute = std::get_if<Compute>(&step);
      if (compute == nullptr || compute->layer != id) continue;
      EXPECT_DOUBLE_EQ(
          flops(program, *compute),
          program.graph.flops(id) * static_cast<double>(compute->box[Axis::height].size()) / 16);
      made += static_cast<double>(compute->box[Axis::height].size());
    }
  }
  return made;
}

TEST(Compile, FusedLayersMoveNothingAndComputeTheirHalos) {
  const Graph graph = small_network();
  const Program cut = compiled(graph, "a=spatial:4,b=spatial:4", 4);
  const Program fused = compiled(graph, "a=spatial-fused:4,b=spatial:4", 4);
  EXPECT_GT(between(cut, "a", "b"), 0U);
  EXPECT_EQ(between(fused, "a", "b"), 0U);
  EXPECT_EQ(rows_made(cut, "a"), 16);
  EXPECT_EQ(rows_made(fused, "a"), 5 + 6 + 6 + 5);
  EXPECT_EQ(rows_made(fused, "b"), 16);
  // The frame goes out with both halos at once.
  EXPECT_EQ(between(cut, "input", "a"), sizeof(float) * (6U + 6U + 5U) * 16U * 8U);
  EXPECT_EQ(between(fused, "input", "a"), sizeof(float) * (8U + 8U + 6U) * 16U * 8U);
}

TEST(Compile, ShardsByHeightFlattenAndSumWithoutATransfer) {
  const Program program = compiled(small_network(), "b=spatial:4,x=input:4", 4);
  EXPECT_EQ(between(program, "b", "flatten"), 0U);
  EXPECT_EQ(between(program, "flatten", "x"), 0U);
}

/// A strided 1x1 convolution is given only some rows: they must not be taken for the whole tensor
/// by the layer beside it.
TEST(Compile, WhatAStridedLayerWasGivenIsNoSourceForOthers) {
  Graph graph("strided");
  const LayerId input = graph.add("input", graph::Input(Shape::image(15, 15, 4)), {});
  const LayerId first = graph.add("first", conv(4, 3), {input});
  graph::Conv strided = conv(4, 1);
  strided.sliding.stride = {1, 2, 2};
  const LayerId beside = graph.add("beside", strided, {first});
  graph::Conv wide = conv(4, 5);
  wide.sliding.stride = {1, 2, 2};
  const LayerId main = graph.add("main", wide, {first});
  graph.add("add", graph::Add{}, {beside, main});
  for (const char* split : {"first=spatial:4,beside=spatial:4,main=spatial:4",
                            "first=spatial:3,beside=spatial:4,main=spatial:2",
                            "first=channel:3,beside=spatial:4,main=filter:2"}) {
    EXPECT_NO_THROW(compiled(graph, split, 4)) << split;
  }
}

TEST(Compile, EveryNetworkInEveryScheme) {
  for (const std::string_view name : graph::model_names()) {
    const Graph lowered = graph::lower(graph::make_model(name).graph);
    for (const char* split :
         {"conv=spatial:N,fc=output:N", "conv=channel:N,fc=input:N", "conv=filter:N,fc=output:N",
          "all=replicated:N", "conv=spatial-fused:N,fc=output:N"}) {
      for (const int ranks : {1, 2, 3, 4, 7, 16}) {
        std::string text = split;
        for (std::size_t at = text.find('N'); at != std::string::npos; at = text.find('N')) {
          text.replace(at, 1, std::to_string(ranks));
        }
        EXPECT_NO_THROW(compiled(lowered, text, ranks)) << name << " " << text;
      }
    }
  }
}

TEST(Compile, DepthwiseAndPoolsRunInTheLayoutTheyFind) {
  const Graph lowered = graph::lower(graph::make_model("xception").graph);
  for (const char* split : {"conv=channel:4", "conv=spatial:4"}) {
    const Program program = compiled(lowered, split, 4);
    if (std::string(split) == "conv=channel:4") {
      EXPECT_EQ(between(program, "block3_sepconv2", "block3_pool"), 0U);
    }
    // A window of 3 rows needs no more than its halo.
    EXPECT_LE(between(program, "block3_sepconv2", "block3_pool"), sizeof(float) * 6U * 74U * 256U);
  }
}

TEST(Check, FindsABrokenProgram) {
  const Graph graph = small_network();
  const Program good = compiled(graph, "a=spatial:3,b=filter:3,x=output:2", 3);

  Program without_release = good;
  std::erase_if(without_release.steps[1],
                [](const Step& step) { return std::holds_alternative<Release>(step); });
  EXPECT_THROW(check(without_release), std::logic_error);

  Program without_participant = good;
  for (auto step = without_participant.steps[2].begin();; ++step) {
    ASSERT_NE(step, without_participant.steps[2].end());
    if (std::holds_alternative<Transfer>(*step)) {
      without_participant.steps[2].erase(step);
      break;
    }
  }
  EXPECT_THROW(check(without_participant), std::logic_error);

  Program without_move = good;
  for (TransferInfo& transfer : without_move.transfers) {
    if (!transfer.redistribution.moves.empty()) transfer.redistribution.moves.pop_back();
  }
  EXPECT_THROW(check(without_move), std::logic_error);

  Program gap = good;
  for (Step& step : gap.steps[1]) {
    auto* compute = std::get_if<Compute>(&step);
    if (compute != nullptr && compute->complete) --compute->box[Axis::height].end;
  }
  EXPECT_THROW(check(gap), std::logic_error);
}

TEST(Text, DigestTellsProgramsApart) {
  const Graph graph = small_network();
  const Program a = compiled(graph, "a=spatial:3", 3);
  EXPECT_EQ(digest(a), digest(compiled(graph, "a=spatial:3", 3)));
  EXPECT_NE(digest(a), digest(compiled(graph, "a=spatial:2/1/1", 3)));
  EXPECT_NE(to_text(a, Rank{0}).find("compute"), std::string::npos);
}

TEST(Counts, WeightsAreThoseOfTheShards) {
  const Program program = compiled(small_network(), "a=channel:4,b=filter:4,x=output:4", 4);
  Bytes weights = 0;
  for (int rank = 0; rank < 4; ++rank) weights += count(program, {rank}).weights;
  const Bytes whole = static_cast<Bytes>(program.graph.parameters()) * sizeof(float);
  // Filter shards each hold the bias of the layer to load it with, and again where it is added.
  EXPECT_GE(weights, whole);
  EXPECT_LE(weights, whole + sizeof(float) * 2U * 4U * 8U);
}

}  // namespace
}  // namespace shoal::program
