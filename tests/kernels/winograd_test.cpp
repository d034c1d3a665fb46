#include <gtest/gtest.h>

#include "kernels/makers.hpp"
#include "kernels/one_layer.hpp"
#include "kernels/winograd_weights.hpp"

namespace shoal::kernels {
namespace {

using graph::Activation;
using graph::Padding;

/// What transforms there and back may lose besides, also without fused multiplication and addition.
constexpr double accuracy = 3 * tolerance;

graph::Conv conv(Index filters, Index depth, Padding padding, bool bias = true) {
  graph::Conv op;
  op.filters = filters;
  op.sliding = window({depth, 3, 3}, {1, 1, 1}, padding);
  op.dimensions = depth > 1 ? 3 : 2;
  op.bias = bias;
  return op;
}

/// The answer of the algorithm itself, whatever would be chosen.
double error_of(Index m, const OneLayer& layer, const Box& box) {
  const Task task = layer.task(box);
  const auto kernel =
      make_winograd(m, std::get<graph::Conv>(task.layer->op), task,
                    std::make_shared<Weights>([&] { return layer.weights(task); },
                                              std::make_shared<MemoryBudget>(1 << 30)));
  EXPECT_EQ(kernel->algorithm(), "winograd" + std::to_string(m));
  return layer.error(box, layer.compute(task, *kernel));
}

/// Tiles that fit, and tiles that hang over the edges; channels that fill vectors and that do not.
TEST(Winograd, EqualsTheSumOverTheWindow) {
  for (const Index m : {2, 4, 6}) {
    for (const Padding padding : {Padding::valid, Padding::same}) {
      for (const Index channels : {1, 5, 16, 33}) {
        const OneLayer layer(conv(channels + 2, 1, padding), Shape::image(13, 16, channels),
                             Activation::relu);
        EXPECT_LE(error_of(m, layer, layer.whole()), accuracy) << m << ", " << channels;
      }
    }
  }
}

TEST(Winograd, SumsOverTheDepth) {
  for (const Index m : {2, 4, 6}) {
    for (const Padding padding : {Padding::valid, Padding::same}) {
      const OneLayer layer(conv(9, 3, padding), Shape::clip(5, 9, 10, 7));
      EXPECT_LE(error_of(m, layer, layer.whole()), accuracy) << m;
    }
  }
}

TEST(Winograd, MakesAnyBox) {
  const OneLayer layer(conv(20, 1, Padding::same), Shape::image(15, 14, 6), Activation::relu);
  for (const Index m : {2, 4, 6}) {
    for (const Range rows : {Range{0, 1}, Range{0, 8}, Range{3, 11}, Range{14, 15}}) {
      const Box box = layer.whole()
                          .with(Axis::height, rows)
                          .with(Axis::channel, {rows.begin, 16 + rows.end % 4});
      EXPECT_LE(error_of(m, layer, box), accuracy) << m << ", from row " << rows.begin;
    }
  }
}

/// More tiles than one block has.
TEST(Winograd, GoesThroughSeveralBlocks) {
  const OneLayer layer(conv(40, 1, Padding::same, false), Shape::image(120, 121, 40));
  for (const Index m : {2, 4, 6}) EXPECT_LE(error_of(m, layer, layer.whole()), accuracy) << m;
}

TEST(Winograd, IsChosenWhereItIsFasterAndMemoryIsLeft) {
  OneLayer layer(conv(64, 1, Padding::same), Shape::image(28, 28, 64));
  EXPECT_EQ(layer.algorithm(), "direct");
  layer.allow(1 << 20);
  EXPECT_EQ(layer.algorithm(), "winograd4");
  EXPECT_LE(layer.largest_error(), accuracy);
  layer.allow(WinogradWeights::bytes_of(2, 1, 64, 64) - sizeof(float) * 9 * 64 * 64);
  EXPECT_EQ(layer.algorithm(), "winograd2");
  OneLayer few(conv(64, 1, Padding::same), Shape::image(28, 28, 3));
  few.allow(1 << 30);
  EXPECT_EQ(few.algorithm(), "direct") << "transforms would take longer than the products";
}

TEST(Winograd, DoesOnlyWhatItsTilesAreFor) {
  graph::Conv strided = conv(8, 1, Padding::same);
  strided.sliding.stride.width = 2;
  graph::Conv grouped = conv(8, 1, Padding::same);
  grouped.groups = 2;
  graph::Conv wide = conv(8, 1, Padding::same);
  wide.sliding.kernel.width = 5;
  for (const graph::Conv& op : {strided, grouped, wide}) {
    OneLayer layer(op, Shape::image(28, 28, 64));
    layer.allow(1 << 30);
    EXPECT_EQ(layer.algorithm(), "direct");
  }
}

TEST(Winograd, SharesTransformedWeights) {
  const OneLayer layer(conv(64, 1, Padding::same), Shape::image(28, 28, 64));
  const Task task = layer.task(layer.whole());
  const Bytes more = WinogradWeights::bytes_of(4, 1, 64, 64) - sizeof(float) * 9 * 64 * 64;
  const auto budget = std::make_shared<MemoryBudget>(more);
  auto shared = std::make_shared<Weights>([&] { return layer.weights(task); }, budget);
  EXPECT_EQ(make_kernel(task, shared)->algorithm(), "winograd4");
  EXPECT_EQ(make_kernel(task, shared)->algorithm(), "winograd4") << "what is there takes nothing";
  EXPECT_FALSE(budget->take(1));
  shared = nullptr;
  EXPECT_TRUE(budget->take(more)) << "given back";
}

}  // namespace
}  // namespace shoal::kernels
