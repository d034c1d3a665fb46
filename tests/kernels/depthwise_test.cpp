#include <gtest/gtest.h>

#include "kernels/one_layer.hpp"

namespace shoal::kernels {
namespace {

using graph::Padding;

graph::DepthwiseConv depthwise(Index multiplier, graph::Sliding sliding, bool bias = true) {
  graph::DepthwiseConv op;
  op.multiplier = multiplier;
  op.sliding = sliding;
  op.bias = bias;
  return op;
}

TEST(Depthwise, ConvolvesEachChannelByItself) {
  for (const Padding padding : {Padding::valid, Padding::same}) {
    for (const graph::Spatial stride : {graph::Spatial{1, 1, 1}, {1, 2, 3}}) {
      const OneLayer layer(depthwise(1, window({1, 3, 3}, stride, padding)), Shape::image(11, 9, 7),
                           graph::Activation::relu);
      EXPECT_EQ(layer.algorithm(), "depthwise");
      EXPECT_LE(layer.largest_error(), tolerance);
    }
  }
}

/// Output channel c * multiplier + m: shards are cut at multiples of it.
TEST(Depthwise, MakesSeveralOutputsOfAChannel) {
  for (const Index multiplier : {2, 3}) {
    const OneLayer layer(depthwise(multiplier, window({1, 3, 2}, {1, 1, 1}, Padding::same)),
                         Shape::image(6, 8, 5));
    EXPECT_LE(layer.largest_error(multiplier), tolerance);
  }
}

/// Rows of all lengths around the blocks in which neighbours are computed, channels around vectors.
TEST(Depthwise, SharesWhatNeighboursRead) {
  for (const Index kernel : {3, 5}) {
    for (Index width = 1; width <= 22; ++width) {
      for (const Index channels : {1, 16, 37}) {
        const OneLayer layer(
            depthwise(1, window({1, kernel, kernel}, {1, 1, 1}, Padding::same, {1, 2, 1})),
            Shape::image(7, width, channels), graph::Activation::relu);
        EXPECT_LE(layer.largest_error(), tolerance) << kernel << " " << width << " " << channels;
      }
    }
  }
}

TEST(Depthwise, DilatesAndNeedsNoBias) {
  const OneLayer layer(depthwise(1, window({1, 3, 3}, {1, 1, 1}, Padding::same, {1, 2, 3}), false),
                       Shape::image(9, 10, 4));
  EXPECT_LE(layer.largest_error(), tolerance);
}

}  // namespace
}  // namespace shoal::kernels
