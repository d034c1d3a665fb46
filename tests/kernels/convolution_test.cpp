#include <gtest/gtest.h>

#include "kernels/one_layer.hpp"

namespace shoal::kernels {
namespace {

using graph::Activation;
using graph::Padding;

graph::Conv conv(Index filters, graph::Sliding sliding, Index groups = 1, bool bias = true) {
  graph::Conv op;
  op.filters = filters;
  op.sliding = sliding;
  op.groups = groups;
  op.bias = bias;
  op.dimensions = sliding.kernel.depth > 1 ? 3 : 2;
  return op;
}

TEST(Convolution, OfOnePixelIsAProduct) {
  for (const Padding padding : {Padding::valid, Padding::same}) {
    const OneLayer layer(conv(7, window({1, 1, 1}, {1, 1, 1}, padding)), Shape::image(9, 6, 5),
                         Activation::relu);
    EXPECT_EQ(layer.algorithm(), "direct");
    EXPECT_LE(layer.largest_error(), tolerance);
  }
}

/// A stride leaves rows and columns out: the pixels of the left matrix lie further apart.
TEST(Convolution, OfOnePixelMayStride) {
  for (const graph::Spatial stride : {graph::Spatial{1, 2, 2}, {1, 3, 1}, {1, 1, 2}}) {
    for (const Index height : {7, 8}) {
      const OneLayer layer(conv(4, window({1, 1, 1}, stride, Padding::valid)),
                           Shape::image(height, 11, 6));
      EXPECT_EQ(layer.algorithm(), "direct");
      EXPECT_LE(layer.largest_error(), tolerance) << stride.height << "x" << stride.width;
    }
  }
}

TEST(Convolution, OfOnePixelTakesClips) {
  graph::Conv op = conv(3, window({1, 1, 1}, {2, 1, 1}, Padding::same));
  op.dimensions = 3;
  const OneLayer layer(op, Shape::clip(5, 4, 6, 8));
  EXPECT_EQ(layer.algorithm(), "direct");
  EXPECT_LE(layer.largest_error(), tolerance);
}

TEST(Convolution, SlidesInTwoDimensions) {
  for (const Padding padding : {Padding::valid, Padding::same}) {
    for (const graph::Spatial kernel :
         {graph::Spatial{1, 3, 3}, {1, 5, 1}, {1, 2, 4}, {1, 11, 11}}) {
      for (const graph::Spatial stride : {graph::Spatial{1, 1, 1}, {1, 2, 2}, {1, 4, 3}}) {
        const OneLayer layer(conv(6, window(kernel, stride, padding)), Shape::image(17, 15, 4),
                             Activation::relu);
        EXPECT_EQ(layer.algorithm(), "direct");
        EXPECT_LE(layer.largest_error(), tolerance)
            << "kernel " << kernel.height << "x" << kernel.width << " stride " << stride.height;
      }
    }
  }
}

TEST(Convolution, Dilates) {
  for (const Padding padding : {Padding::valid, Padding::same}) {
    const OneLayer layer(conv(5, window({1, 3, 3}, {1, 1, 1}, padding, {1, 2, 3})),
                         Shape::image(14, 13, 3));
    EXPECT_LE(layer.largest_error(), tolerance);
  }
}

/// Each group reads channels of its own: the shards of a group stay together.
TEST(Convolution, HasGroups) {
  for (const Index kernel : {1, 3}) {
    const OneLayer layer(conv(12, window({1, kernel, kernel}, {1, 1, 1}, Padding::same), 3),
                         Shape::image(8, 7, 6));
    EXPECT_EQ(layer.algorithm(), "direct");
    EXPECT_LE(layer.largest_error(4), tolerance);
  }
}

TEST(Convolution, SlidesInThreeDimensions) {
  for (const Padding padding : {Padding::valid, Padding::same}) {
    for (const graph::Spatial stride : {graph::Spatial{1, 1, 1}, {2, 1, 2}}) {
      const OneLayer layer(conv(4, window({3, 3, 2}, stride, padding)), Shape::clip(6, 7, 8, 3),
                           Activation::relu);
      EXPECT_LE(layer.largest_error(), tolerance);
    }
  }
}

TEST(Convolution, NeedsNoBias) {
  const OneLayer layer(conv(4, window({1, 3, 3}, {1, 1, 1}, Padding::same), 1, false),
                       Shape::image(6, 6, 3), Activation::relu);
  EXPECT_TRUE(layer.bias().empty());
  EXPECT_LE(layer.largest_error(), tolerance);
}

/// More pixels and rows of the kernel than one tile of the column matrix has: 40 taps of 600
/// channels, 2,000 pixels.
TEST(Convolution, GoesThroughSeveralTiles) {
  const OneLayer wide(conv(2, window({1, 8, 5}, {1, 1, 1}, Padding::same)),
                      Shape::image(10, 20, 600));
  EXPECT_GT(wide.kernel(wide.task(wide.whole()))->workspace(), 100'000U);
  EXPECT_LE(wide.error(wide.whole()), tolerance);
  const OneLayer large(conv(2, window({1, 3, 3}, {1, 1, 1}, Padding::same)),
                       Shape::image(300, 300, 2));
  EXPECT_LT(large.kernel(large.task(large.whole()))->workspace(), 300U * 300U * 18U);
  EXPECT_LE(large.error(large.whole()), tolerance);
}

TEST(Convolution, TakesLittleScratchMemoryWhateverTheLayer) {
  constexpr std::size_t most = (32U << 20U) / sizeof(float);
  for (const auto& [kernel, input] :
       {std::pair<graph::Spatial, Shape>{{1, 3, 3}, Shape::image(224, 224, 64)},
        {{1, 3, 3}, Shape::image(14, 14, 512)},
        {{3, 3, 3}, Shape::clip(16, 112, 112, 64)},
        {{1, 1, 25}, Shape::image(1, 100, 20'000)}}) {
    graph::Graph graph("large");
    const graph::LayerId first = graph.add("input", graph::Input(input), {});
    const graph::LayerId id =
        graph.add("conv", conv(1, window(kernel, {1, 1, 1}, Padding::same)), {first});
    const Task task{&graph[id], {input}, {Box::whole(input)}, Box::whole(graph[id].output), true};
    graph::LayerWeights weights;
    weights.kernel =
        AlignedBuffer(static_cast<std::size_t>(kernel.volume() * input[Axis::channel]));
    weights.bias = AlignedBuffer(1);
    EXPECT_LT(make_kernel(task, std::move(weights))->workspace(), most) << to_string(input);
  }
}

/// Two ranks each sum over some of the input channels; what they make is added up, then finished.
TEST(Convolution, SumsOverAPartOfTheChannels) {
  for (const Index kernel : {1, 3}) {
    const OneLayer layer(conv(5, window({1, kernel, kernel}, {1, 1, 1}, Padding::same)),
                         Shape::image(6, 7, 8), Activation::relu);
    Tensor sum(layer.shape());
    for (const Range channels : {Range{0, 3}, Range{3, 8}}) {
      Task task = layer.task(layer.whole());
      task.inputs.front()[Axis::channel] = channels;
      task.complete = false;
      const Tensor summand = layer.compute(task);
      channels.begin == 0 ? copy(summand.view(), sum.view())
                          : accumulate(summand.view(), sum.view());
    }
    EXPECT_GT(layer.error(layer.whole(), sum), 0.01) << "bias and activation are not in yet";
    finish(sum.view(), layer.bias(), Activation::relu);
    EXPECT_LE(layer.error(layer.whole(), sum), tolerance);
  }
}

/// The last rows of a strided `same` convolution whose windows lie beyond the input.
TEST(Convolution, OfPaddingAloneIsItsBias) {
  const OneLayer layer(conv(3, window({1, 1, 2}, {1, 1, 1}, Padding::same, {1, 1, 6})),
                       Shape::image(4, 3, 2));
  EXPECT_LE(layer.largest_error(), tolerance);
}

}  // namespace
}  // namespace shoal::kernels
