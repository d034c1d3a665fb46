#include "shoal/program/counts.hpp"

#include <gtest/gtest.h>

#include "shoal/plan/document.hpp"
#include "shoal/plan/split_text.hpp"

#include "support/small_network.hpp"

namespace shoal::program {
namespace {

constexpr Bytes bytes_each = sizeof(float);

Program compiled(const std::string& split, int ranks) {
  const graph::Graph graph = shoal::testing::small_network();
  return compile(plan::parse_split(split, ranks, graph), graph);
}

const Compute& computing(const Program& program, int rank, const char* layer) {
  for (const Step& step : program.of({rank})) {
    const auto* compute = std::get_if<Compute>(&step);
    if (compute != nullptr && program.graph[compute->layer].name == layer) return *compute;
  }
  throw std::out_of_range("no such step");
}

double flops_of(const Program& program, const char* layer) {
  return program.graph.flops(program.graph.find(layer).value());
}

/// A 3x3 convolution from 8 to 8 channels and 12 dense units on 2048 features.
TEST(WeightBytes, AreThoseOfTheChannelsThatAreReadAndMade) {
  const Program program = compiled("a=channel:2/1/1,b=filter:2,x=input:4,y=output:3", 4);
  EXPECT_EQ(weight_bytes(program, computing(program, 0, "a")), (9 * 8 * 4 + 4) * bytes_each);
  EXPECT_EQ(weight_bytes(program, computing(program, 2, "a")), (9 * 8 * 2 + 2) * bytes_each);
  // Of a filter shard's bias each member loads all; it is added where the sum is finished.
  EXPECT_EQ(weight_bytes(program, computing(program, 1, "b")), (9 * 4 * 8 + 8) * bytes_each);
  EXPECT_EQ(weight_bytes(program, computing(program, 3, "x")), (512 * 12 + 12) * bytes_each);
  EXPECT_EQ(weight_bytes(program, computing(program, 2, "y")), (12 * 4 + 4) * bytes_each);
  EXPECT_EQ(weight_bytes(program, computing(program, 0, "flatten")), 0U);
}

TEST(WeightBytes, OfDenseLayersAreThoseOfTheirType) {
  Program program = compiled("a=channel:2,x=input:4", 4);
  program.graph.set_weights_type(graph::WeightsType::float16);
  EXPECT_EQ(weight_bytes(program, computing(program, 0, "a")), (9 * 8 * 4 + 4) * bytes_each);
  // 12 outputs, filled up to whole vectors.
  EXPECT_EQ(weight_bytes(program, computing(program, 3, "x")),
            Bytes{512} * 16 * 2 + 12 * bytes_each);
}

TEST(Flops, AreInProportionToWhatIsMadeAndSummed) {
  const Program program = compiled("a=spatial:3/1,b=filter:3/1,x=output:2/1,y=input:3", 3);
  EXPECT_DOUBLE_EQ(flops(program, computing(program, 0, "a")), flops_of(program, "a") * 12 / 16);
  EXPECT_DOUBLE_EQ(flops(program, computing(program, 1, "a")), flops_of(program, "a") * 4 / 16);
  EXPECT_DOUBLE_EQ(flops(program, computing(program, 1, "b")), flops_of(program, "b") * 2 / 8);
  EXPECT_DOUBLE_EQ(flops(program, computing(program, 0, "x")), flops_of(program, "x") * 8 / 12);
  EXPECT_DOUBLE_EQ(flops(program, computing(program, 2, "y")), flops_of(program, "y") * 4 / 12);
}

TEST(Count, WeightsOfAllShardsAreTheNetworks) {
  const Program program = compiled("a=channel:4,b=filter:4,x=output:4", 4);
  Bytes weights = 0;
  for (int rank = 0; rank < 4; ++rank) weights += count(program, {rank}).weights;
  const Bytes whole = static_cast<Bytes>(program.graph.parameters()) * bytes_each;
  // Filter shards each hold the bias of the layer to load it with, and again where it is added.
  EXPECT_GE(weights, whole);
  EXPECT_LE(weights, whole + bytes_each * 2U * 4U * 8U);
}

/// One rank holds a frame, then a's input and output, then b's: 2048 floats each, two at a time.
TEST(Count, OneRankHoldsTwoActivationsAtATimeAndMovesNothing) {
  const Program program = compiled("", 1);
  const Counts counts = count(program, {0});
  EXPECT_EQ(counts.weights, static_cast<Bytes>(program.graph.parameters()) * bytes_each);
  double flops = 0;
  for (std::size_t i = 0; i < program.graph.size(); ++i) flops += program.graph.flops({i});
  EXPECT_DOUBLE_EQ(counts.flops, flops);
  EXPECT_EQ(counts.layers, 6U);
  EXPECT_EQ(counts.sent, 0U);
  EXPECT_EQ(counts.received, 0U);
  EXPECT_GE(counts.peak_activations, bytes_each * 2U * 2048U);
  EXPECT_LE(counts.peak_activations, bytes_each * 3U * 2048U);
}

/// Of four ranks that share the rows each holds about a quarter.
TEST(Count, ActivationsOfASplitAreThoseOfTheShards) {
  const Program program = compiled("a=spatial:4,b=spatial:4,x=input:4", 4);
  for (const int rank : {1, 2, 3}) {
    const Counts counts = count(program, {rank});
    EXPECT_LE(counts.peak_activations, bytes_each * 3U * (4U + 2U) * 16U * 8U) << rank;
  }
}

TEST(Count, WhatIsSentIsReceived) {
  for (const char* split : {"a=spatial:3,b=filter:3,x=output:2", "all=channel:4,fc=input:3",
                            "a=filter:4,b=spatial:2,x=rank:3"}) {
    const Program program = compiled(split, 4);
    Bytes sent = 0;
    Bytes received = 0;
    for (int rank = 0; rank < 4; ++rank) {
      sent += count(program, {rank}).sent;
      received += count(program, {rank}).received;
    }
    EXPECT_EQ(sent, received) << split;
    EXPECT_GT(sent, 0U) << split;
  }
}

/// A stage's rank keeps a buffer for what the stage before sends, for each further frame.
TEST(Count, BuffersWaitForFramesAhead) {
  const graph::Graph graph = shoal::testing::small_network();
  const Program program =
      compile(plan::parse(R"({"format": "shoal-plan", "version": 1, "model": "small", "ranks": 2,
                              "stages": [{"ranks": [0]}, {"from": "b", "ranks": [1]}]})",
                          "plan.json", graph),
              graph);
  EXPECT_EQ(count(program, {1}).ahead, bytes_each * 16U * 16U * 8U) << "a's output";
  EXPECT_EQ(count(program, {0}).ahead, program.graph[{0}].output.bytes() +
                                           program.graph[program.graph.output()].output.bytes())
      << "the frame and the answer";
  EXPECT_EQ(count(program, {1}).received, bytes_each * 16U * 16U * 8U);
  EXPECT_EQ(count(program, {0}).received, 12U * bytes_each) << "the answer";
}

TEST(BytesBetween, AreThoseOfOnePairOfLayers) {
  const Program program = compiled("a=spatial:2,b=spatial:2", 2);
  const auto between = [&](const char* producer, const char* consumer) {
    return bytes_between(program, program.graph.find(producer).value(),
                         program.graph.find(consumer).value());
  };
  EXPECT_EQ(between("a", "b"), bytes_each * 2U * 16U * 8U) << "a row in either direction";
  EXPECT_EQ(between("input", "a"), bytes_each * 9U * 16U * 8U) << "the second half and its halo";
  EXPECT_EQ(between("x", "y"), 0U);
  EXPECT_EQ(between("a", "x"), 0U) << "not neighbours";
}

}  // namespace
}  // namespace shoal::program
