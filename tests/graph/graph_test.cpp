#include "shoal/graph/graph.hpp"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "shoal/base/error.hpp"

namespace shoal::graph {
namespace {

using ::testing::HasSubstr;

/// The message of the Error that `action` throws.
template <typename Action>
std::string message(Action action) {
  try {
    action();
  } catch (const Error& error) {
    return error.what();
  }
  return "no error";
}

Conv conv(Index filters, Index kernel) {
  Conv op;
  op.filters = filters;
  op.sliding.kernel = {1, kernel, kernel};
  return op;
}

class GraphTest : public ::testing::Test {
 protected:
  Graph graph{"test"};
  LayerId input = graph.add("in", Input(Shape::image(8, 8, 3)), {});
};

TEST_F(GraphTest, InfersShapesAndCountsParameters) {
  const LayerId first = graph.add("conv", conv(4, 3), {input}, Activation::relu);
  const LayerId second = graph.add("bn", BatchNorm{}, {first});
  EXPECT_EQ(graph[first].output, Shape::image(6, 6, 4));
  EXPECT_EQ(graph[first].activation, Activation::relu);
  EXPECT_EQ(graph.parameters(first), 3 * 3 * 3 * 4 + 4);
  EXPECT_EQ(graph.parameters(), 3 * 3 * 3 * 4 + 4 + 4 * 4);
  EXPECT_EQ(graph.output(), second);
  EXPECT_EQ(graph.kind(first), "Conv2D");
}

TEST_F(GraphTest, HoldsDenseKernelsInTheirType) {
  const LayerId first = graph.add("conv", conv(4, 3), {input});
  const LayerId flat = graph.add("flat", Flatten{}, {first});
  Dense dense;
  dense.units = 32;
  const LayerId last = graph.add("dense", dense, {flat});
  EXPECT_EQ(graph.weight_bytes(last), (144U * 32 + 32) * 4);
  graph.set_weights_type(WeightsType::float16);
  EXPECT_EQ(graph.weight_bytes(last), 144U * 32 * 2 + 32 * 4);
  EXPECT_EQ(graph.weight_bytes(first), (27U * 4 + 4) * 4);
  EXPECT_EQ(graph[last].weights_type, WeightsType::float16);
  EXPECT_EQ(graph[first].weights_type, WeightsType::float32);
  EXPECT_EQ(graph.parameters(last), 144 * 32 + 32);
}

TEST_F(GraphTest, KnowsWhoReadsWhom) {
  const LayerId left = graph.add("left", conv(3, 1), {input});
  const LayerId right = graph.add("right", conv(3, 1), {input});
  const LayerId sum = graph.add("sum", Add{}, {left, right});
  const auto consumers = graph.consumers();
  EXPECT_EQ(consumers[input.value], (std::vector<LayerId>{left, right}));
  EXPECT_EQ(consumers[left.value], (std::vector<LayerId>{sum}));
  EXPECT_TRUE(consumers[sum.value].empty());
  EXPECT_EQ(graph.input_shapes(sum).size(), 2U);
  EXPECT_EQ(graph.input_shape(input), Shape::image(8, 8, 3));
}

TEST_F(GraphTest, FindsLayersByName) {
  EXPECT_EQ(graph.find("in"), input);
  EXPECT_FALSE(graph.find("conv").has_value());
}

TEST_F(GraphTest, ReadsTheWeightsOfTheLayersOwnNameUnlessTold) {
  Layer layer;
  layer.name = "conv";
  layer.op = conv(2, 1);
  layer.inputs = {input};
  EXPECT_EQ(graph[graph.add(layer)].weights, "conv");
  layer.name = "shared";
  layer.weights = "conv";
  EXPECT_EQ(graph[graph.add(layer)].weights, "conv");
}

TEST_F(GraphTest, NamesTheLayerThatDoesNotFit) {
  EXPECT_EQ(message([&] { graph.add("in", Softmax{}, {input}); }),
            "layer in: the name is used twice");
  EXPECT_EQ(message([&] { graph.add("next", Softmax{}, {LayerId{7}}); }),
            "layer next: unknown input");
  EXPECT_EQ(message([&] { graph.add("sum", Add{}, {input}); }),
            "layer sum: takes 2 input(s), got 1");
  EXPECT_EQ(message([&] { graph.add("fc", Dense{}, {input}); }),
            "layer fc: takes a feature vector, got 8x8x3; flatten it first");
  EXPECT_THAT(message([&] { graph.add("conv9", conv(4, 9), {input}); }),
              HasSubstr("layer conv9: a window of 9 does not fit an input of 8"));
  EXPECT_EQ(graph.size(), 1U) << "a refused layer must leave no trace";
}

TEST(Activation, HasAName) {
  EXPECT_STREQ(name(Activation::relu), "relu");
  EXPECT_STREQ(name(Activation::linear), "linear");
}

}  // namespace
}  // namespace shoal::graph
