#include <gtest/gtest.h>

#include "shoal/graph/lower.hpp"
#include "shoal/graph/zoo.hpp"
#include "shoal/plan/document.hpp"
#include "shoal/plan/split_text.hpp"
#include "shoal/plan/wires.hpp"
#include "shoal/program/check.hpp"
#include "shoal/program/counts.hpp"

#include "support/small_network.hpp"

namespace shoal::program {
namespace {

using graph::Graph;
using graph::LayerId;
using testing::same_conv;
using testing::small_network;

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

/// Halves of the frame, of the halo and of what is gathered, and nothing else.
TEST(Compile, OutputsTravelAsThePlanSays) {
  const graph::Graph graph = shoal::testing::small_network();
  plan::Plan plan = plan::parse_split("a=spatial:2,b=spatial:2,x=input:2", 2, graph);
  auto& wires = plan.stages.front().replicas.front().wires;
  wires = {{"a", split::WireType::float16}, {"x", split::WireType::int8}};
  const Program program = compile(plan, graph);
  int rounded = 0;
  for (const TransferInfo& transfer : program.transfers) {
    const std::string& layer = program.graph[program[transfer.from].layer].name;
    const bool is_sum = transfer.redistribution.adds();
    EXPECT_EQ(transfer.redistribution.wire,
              layer == "a" ? split::WireType::float16 : split::WireType::float32)
        << layer;
    rounded += layer == "a" || is_sum ? 1 : 0;
  }
  EXPECT_GE(rounded, 2) << "a halo of a and a sum of x";
  EXPECT_EQ(bytes_between(program, graph.find("a").value(), graph.find("b").value()),
            2U * 2 * 16 * 8);
}

/// Each rank as it is said of it, whether the plan places the layer or not; in chunks too.
TEST(Compile, ConvolutionsAreComputedAsThePlanSays) {
  using graph::ConvolutionAlgorithm;
  const graph::Graph graph = shoal::testing::small_network();
  plan::Plan plan = plan::parse_split("b=channel:2@2", 2, graph);
  plan.stages.front().replicas.front().algorithms = {
      {"a", {{{0}, ConvolutionAlgorithm::winograd2}}},
      {"b", {{{1}, ConvolutionAlgorithm::winograd4}}}};
  const Program program = compile(plan, graph);
  check(program);
  std::map<std::pair<std::string, int>, std::set<std::optional<ConvolutionAlgorithm>>> found;
  for (int rank = 0; rank < 2; ++rank) {
    for (const Step& step : program.of({rank})) {
      const auto* compute = std::get_if<Compute>(&step);
      if (compute == nullptr) continue;
      found[{graph[compute->layer].name, rank}].insert(compute->algorithm);
    }
  }
  using Of = std::set<std::optional<ConvolutionAlgorithm>>;
  EXPECT_EQ((found[{"a", 0}]), Of{ConvolutionAlgorithm::winograd2});
  EXPECT_EQ((found[{"b", 0}]), Of{std::nullopt});
  EXPECT_EQ((found[{"b", 1}]), Of{ConvolutionAlgorithm::winograd4});
  EXPECT_EQ((found[{"x", 0}]), Of{std::nullopt});
}

/// Pieces of a stream too.
TEST(Compile, StreamedOutputsTravelAsThePlanSays) {
  const graph::Graph graph = shoal::testing::small_network();
  plan::Plan plan = plan::parse_split("a=spatial:2@4,b=spatial:2@2", 2, graph);
  plan::set_wires(plan, graph, split::WireType::float16);
  const Program program = compile(plan, graph);
  EXPECT_TRUE(std::any_of(program.transfers.begin(), program.transfers.end(),
                          [](const TransferInfo& info) { return info.is_piece; }));
  for (const TransferInfo& transfer : program.transfers) {
    EXPECT_EQ(transfer.redistribution.wire, split::WireType::float16);
  }
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
  const LayerId first = graph.add("first", same_conv(4, 3), {input});
  graph::Conv strided = same_conv(4, 1);
  strided.sliding.stride = {1, 2, 2};
  const LayerId beside = graph.add("beside", strided, {first});
  graph::Conv wide = same_conv(4, 5);
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

/// A stage of another group takes what it can compute box by box: no channel's three outputs are
/// parted, although the filter shards that come next would cut 12 channels at 4 and 8.
TEST(Compile, KeepsADepthwiseMultipliersOutputsTogether) {
  Graph graph("depthwise");
  const LayerId input = graph.add("input", graph::Input(Shape::image(8, 8, 4)), {});
  const LayerId first = graph.add("first", same_conv(4, 3), {input});
  graph::DepthwiseConv op;
  op.multiplier = 3;
  op.sliding.kernel = {1, 3, 3};
  op.sliding.padding = graph::Padding::same;
  const LayerId depthwise = graph.add("depthwise", op, {first});
  graph.add("last", same_conv(5, 1), {depthwise});
  const plan::Plan plan = plan::parse(
      R"({"format": "shoal-plan", "version": 1, "model": "depthwise", "ranks": 4,
          "stages": [{"ranks": [0]}, {"from": "depthwise", "ranks": [1, 2, 3],
                     "layers": {"last": {"scheme": "filter"}}}]})",
      "plan.json", graph);
  const Program program = compile(plan, graph);
  check(program);
  std::vector<Range> made;
  for (const auto& steps : program.steps) {
    for (const Step& step : steps) {
      const auto* compute = std::get_if<Compute>(&step);
      if (compute == nullptr || compute->layer != depthwise) continue;
      made.push_back(compute->box[Axis::channel]);
      EXPECT_EQ(compute->inputs.front().box[Axis::channel],
                (Range{made.back().begin / 3, made.back().end / 3}));
    }
  }
  EXPECT_EQ(made, (std::vector<Range>{{0, 3}, {3, 6}, {6, 12}}));
}

}  // namespace
}  // namespace shoal::program
