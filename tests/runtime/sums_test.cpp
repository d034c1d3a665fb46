#include "runtime/sums.hpp"

#include <gtest/gtest.h>

#include "shoal/graph/lower.hpp"
#include "shoal/graph/zoo.hpp"
#include "shoal/plan/split_text.hpp"

namespace shoal::runtime {
namespace {

using program::Compute;
using program::Program;

Program compiled(const graph::Graph& graph, const char* split, int ranks) {
  return program::compile(plan::parse_split(split, ranks, graph), graph);
}

graph::Graph zoo(const char* model) {
  return graph::lower(graph::make_model(model).graph);
}

const std::string& layer_of(const Program& program, Rank rank, std::size_t step) {
  return program.graph[std::get<Compute>(program.of(rank)[step]).layer].name;
}

TEST(Sums, AreMadeWithTheLastConvolutionOfEachBlock) {
  const Program program = compiled(zoo("resnet50"), "", 1);
  const std::map<std::size_t, Sum> all = sums(program, {0});
  ASSERT_EQ(all.size(), 16U);
  const auto& [step, sum] = *all.begin();
  EXPECT_EQ(layer_of(program, {0}, step), "conv2_block1_3_conv");
  EXPECT_EQ(layer_of(program, {0}, sum.step), "conv2_block1_add");
  EXPECT_EQ(sum.other, 0U);
}

TEST(Sums, AreMadeByEachRankOfASpatialSplit) {
  const Program program = compiled(zoo("resnet50"), "conv=spatial:2", 2);
  EXPECT_EQ(sums(program, {1}).size(), 16U);
}

/// A summand of what is summed over channels first is not complete before the exchange.
TEST(Sums, AreNotMadeOfSummands) {
  const Program program = compiled(zoo("resnet50"), "conv=filter:2", 2);
  EXPECT_TRUE(sums(program, {0}).empty());
}

graph::Graph block(bool read_again) {
  graph::Graph graph("block");
  const auto input = graph.add("input", graph::Input(Shape::image(4, 4, 3)), {});
  graph::Conv conv;
  conv.filters = 3;
  const auto made = graph.add("conv", conv, {input});
  auto end = graph.add("add", graph::Add{}, {made, input}, graph::Activation::relu);
  if (read_again) end = graph.add("again", graph::Add{}, {end, made});
  graph.add("end", graph::Identity{}, {end});
  return graph;
}

TEST(Sums, AreNotMadeWhereTheSummandIsReadAgain) {
  EXPECT_EQ(sums(compiled(block(false), "", 1), {0}).size(), 1U);
  for (const auto& [step, sum] : sums(compiled(block(true), "", 1), {0})) {
    EXPECT_NE(layer_of(compiled(block(true), "", 1), {0}, step), "conv");
  }
}

}  // namespace
}  // namespace shoal::runtime
