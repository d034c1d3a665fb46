#include "shoal/graph/weight_spec.hpp"

#include <gtest/gtest.h>

#include "shoal/graph/op.hpp"

#include "support/random.hpp"

namespace shoal::graph {
namespace {

using shoal::testing::Random;

Index volume(const std::vector<Range>& ranges) {
  Index product = 1;
  for (const Range range : ranges) product *= range.size();
  return product;
}

Conv conv3x3(Index filters, Index groups = 1) {
  Conv conv;
  conv.filters = filters;
  conv.groups = groups;
  conv.sliding.kernel = {1, 3, 3};
  return conv;
}

TEST(WeightSpec, SlicesAConvolutionByInputsAndOutputs) {
  const WeightSpec kernel = conv3x3(64).weights(Shape::image(8, 8, 32)).front();
  EXPECT_EQ(kernel.extents(), (std::vector<Index>{3, 3, 32, 64}));
  EXPECT_EQ(kernel.volume(), 3 * 3 * 32 * 64);
  EXPECT_EQ(kernel.slice({0, 32}, {16, 40}),
            (std::vector<Range>{{0, 3}, {0, 3}, {0, 32}, {16, 40}}));
  EXPECT_EQ(kernel.slice({8, 20}, {0, 64}), (std::vector<Range>{{0, 3}, {0, 3}, {8, 20}, {0, 64}}));
}

TEST(WeightSpec, SlicesTheBiasByOutputs) {
  const WeightSpec bias = conv3x3(64).weights(Shape::image(8, 8, 32)).back();
  EXPECT_EQ(bias.name, "bias:0");
  EXPECT_EQ(bias.slice({8, 20}, {16, 40}), (std::vector<Range>{{16, 40}}));
}

TEST(WeightSpec, KeepsTheInputsOfAGroupTogether) {
  const WeightSpec kernel = conv3x3(8, 2).weights(Shape::image(8, 8, 6)).front();
  EXPECT_EQ(kernel.extents(), (std::vector<Index>{3, 3, 3, 8}));
  EXPECT_EQ(kernel.slice({3, 6}, {4, 8}), (std::vector<Range>{{0, 3}, {0, 3}, {0, 3}, {4, 8}}));
}

TEST(WeightSpec, SlicesADepthwiseKernelByItsOutputs) {
  DepthwiseConv conv;
  conv.sliding.kernel = {1, 3, 3};
  conv.multiplier = 2;
  const WeightSpec kernel = conv.weights(Shape::image(8, 8, 5)).front();
  EXPECT_EQ(kernel.extents(), (std::vector<Index>{3, 3, 5, 2}));
  EXPECT_EQ(kernel.slice({1, 3}, {2, 6}), (std::vector<Range>{{0, 3}, {0, 3}, {1, 3}, {0, 2}}));
  // Outputs 3 and 4 belong to the channels 1 and 2.
  EXPECT_EQ(kernel.slice({1, 3}, {3, 5})[2], (Range{1, 3}));
}

TEST(WeightSpec, GivesAnEmptyShardNothing) {
  DepthwiseConv depthwise;
  depthwise.multiplier = 2;
  const Shape input = Shape::image(8, 8, 6);
  EXPECT_EQ(volume(depthwise.weights(input).front().slice({}, {3, 3})), 0);
  EXPECT_EQ(volume(conv3x3(8).weights(input).front().slice({0, 6}, {5, 5})), 0);
  EXPECT_EQ(volume(conv3x3(8).weights(input).front().slice({6, 6}, {0, 8})), 0);
}

TEST(WeightSpec, IsTiledByTheSlicesOfAPartition) {
  Random random(1);
  for (int i = 0; i < 500; ++i) {
    const Index channels = random.between(1, 12);
    const Index multiplier = random.between(1, 3);
    DepthwiseConv depthwise;
    depthwise.multiplier = multiplier;
    const WeightSpec spec = depthwise.weights(Shape::image(1, 1, channels)).front();
    Index at = 0;
    Index total = 0;
    while (at < channels) {
      const Index next = random.between(at, channels);
      const auto slice = spec.slice({at, next}, {at * multiplier, next * multiplier});
      EXPECT_EQ(slice[2], (next > at ? Range{at, next} : Range{}));
      total += volume(slice);
      at = next;
    }
    EXPECT_EQ(total, spec.volume());
  }
}

}  // namespace
}  // namespace shoal::graph
