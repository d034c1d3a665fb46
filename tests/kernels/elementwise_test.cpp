#include <numeric>

#include <gtest/gtest.h>

#include "kernels/one_layer.hpp"

namespace shoal::kernels {
namespace {

using graph::Activation;

const Shape picture = Shape::image(6, 5, 7);

TEST(Elementwise, ScalesAndShiftsWhatANormIs) {
  const OneLayer layer(graph::BatchNorm{}, picture, Activation::relu);
  EXPECT_EQ(layer.algorithm(), "scale");
  EXPECT_LE(layer.largest_error(), tolerance);
}

TEST(Elementwise, AppliesAnActivationByItself) {
  const OneLayer layer(graph::Identity{}, picture, Activation::relu);
  EXPECT_LE(layer.largest_error(), tolerance);
  const auto values = layer.expected().span();
  EXPECT_EQ(*std::min_element(values.begin(), values.end()), 0.0F);
}

TEST(Elementwise, Adds) {
  for (const Activation activation : {Activation::linear, Activation::relu}) {
    EXPECT_LE(OneLayer(graph::Add{}, picture, activation).largest_error(), tolerance);
  }
}

/// A shard of channels reads those on both sides of it too.
TEST(Elementwise, NormalisesOverNeighbouringChannels) {
  for (const Index size : {1, 3, 5, 9}) {
    const OneLayer layer(graph::Lrn{{}, size, 2.0F, 0.5F, 0.75F}, picture);
    EXPECT_EQ(layer.algorithm(), "lrn");
    EXPECT_LE(layer.largest_error(), tolerance) << size;
  }
}

TEST(Elementwise, SoftmaxSumsToOne) {
  const OneLayer layer(graph::Softmax{}, Shape::features(50));
  const Tensor answer = layer.compute(layer.task(layer.whole()));
  EXPECT_LE(layer.error(layer.whole(), answer), tolerance);
  EXPECT_NEAR(std::accumulate(answer.span().begin(), answer.span().end(), 0.0), 1, 1e-6);
}

/// exp(1000) is no float.
TEST(Elementwise, SoftmaxTakesLargeValues) {
  graph::Graph graph("one");
  const Shape shape = Shape::features(3);
  const graph::LayerId input = graph.add("input", graph::Input(shape), {});
  const graph::LayerId id = graph.add("softmax", graph::Softmax{}, {input});
  Tensor values(shape);
  values.span()[0] = 1000;
  values.span()[1] = 1000;
  values.span()[2] = -1000;
  Tensor answer(shape);
  const Task task{&graph[id], {shape}, {Box::whole(shape)}, Box::whole(shape), true};
  const std::vector<ConstView> inputs = {values.view()};
  make_kernel(task, graph::LayerWeights{})->run(inputs, answer.view(), {});
  EXPECT_FLOAT_EQ(answer.span()[0], 0.5F);
  EXPECT_FLOAT_EQ(answer.span()[2], 0);
}

TEST(Elementwise, PadsWithZeros) {
  graph::ZeroPad op;
  op.before = {0, 1, 2};
  op.after = {0, 3, 0};
  EXPECT_LE(OneLayer(op, picture).largest_error(), tolerance);
  op.before = {1, 0, 2};
  op.after = {2, 0, 1};
  op.dimensions = 3;
  EXPECT_LE(OneLayer(op, Shape::clip(3, 4, 5, 2)).largest_error(), tolerance);
}

TEST(Elementwise, FlattensRowsInTheirOrder) {
  const OneLayer layer(graph::Flatten{}, picture);
  EXPECT_LE(layer.error(layer.whole()), tolerance);
  // Rows [2,4) are features too, which begin where two rows end.
  Task task = layer.task(layer.whole());
  task.inputs.front()[Axis::height] = {2, 4};
  task.output = graph::flattened_box(task.inputs.front(), picture);
  EXPECT_EQ(task.output[Axis::channel], (Range{70, 140}));
  EXPECT_LE(layer.error(task.output, layer.compute(task)), tolerance);
}

}  // namespace
}  // namespace shoal::kernels
