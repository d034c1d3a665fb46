#include "shoal/graph/spatial.hpp"

#include <gtest/gtest.h>

#include "shoal/base/error.hpp"

#include "support/random.hpp"

namespace shoal::graph {
namespace {

using shoal::testing::Random;

Sliding along_height(Index kernel, Index stride, Index dilation, Padding padding) {
  return {{1, kernel, 1}, {1, stride, 1}, padding, {1, dilation, 1}};
}

TEST(Sliding, CountsThePositionsThatFit) {
  Random random(1);
  for (int i = 0; i < 2000; ++i) {
    const Index kernel = random.between(1, 5);
    const Index stride = random.between(1, 4);
    const Index dilation = random.between(1, 3);
    const Index extent = random.between(1, 20);
    const Sliding sliding = along_height(kernel, stride, dilation, Padding::valid);
    Index positions = 0;
    while (positions * stride + (kernel - 1) * dilation < extent) ++positions;
    if (positions == 0) {
      EXPECT_THROW(static_cast<void>(sliding.output_extent(Axis::height, extent)), Error);
      continue;
    }
    EXPECT_EQ(sliding.output_extent(Axis::height, extent), positions);
    EXPECT_EQ(sliding.window(Axis::height, extent).before, 0);
  }
}

/// TensorFlow's rule, https://www.tensorflow.org/api_docs/python/tf/nn#notes_on_padding_2.
TEST(Sliding, PadsAsTensorFlowDoes) {
  Random random(2);
  for (int i = 0; i < 2000; ++i) {
    const Index kernel = random.between(1, 11);
    const Index stride = random.between(1, 4);
    const Index dilation = stride == 1 ? random.between(1, 3) : 1;
    const Index extent = random.between(1, 20);
    const Index reach = (kernel - 1) * dilation + 1;
    const Index padding =
        std::max<Index>(0, extent % stride == 0 ? reach - stride : reach - extent % stride);
    const Sliding sliding = along_height(kernel, stride, dilation, Padding::same);
    EXPECT_EQ(sliding.window(Axis::height, extent).before, padding / 2);
    EXPECT_EQ(sliding.output_extent(Axis::height, extent), (extent + stride - 1) / stride);
  }
}

TEST(Sliding, AddsTheZerosThatWereFoldedIn) {
  Sliding sliding = along_height(7, 2, 1, Padding::valid);
  sliding.before.height = 3;
  sliding.after.height = 3;
  EXPECT_EQ(sliding.output_extent(Axis::height, 224), 112);
  EXPECT_EQ(sliding.window(Axis::height, 224).before, 3);
  // Of `same` they are outside: 3 rows before, and one of the two that 230 rows want.
  sliding.padding = Padding::same;
  EXPECT_EQ(sliding.output_extent(Axis::height, 223), 115);
  EXPECT_EQ(sliding.window(Axis::height, 223).before, 3 + 3);
}

TEST(Sliding, PutsTheOddElementOfPaddingAtTheEnd) {
  // ResNet's first pool without its explicit padding: 112 rows, 3 wide, stride 2.
  EXPECT_EQ(along_height(3, 2, 1, Padding::same).window(Axis::height, 112).before, 0);
  // AlexNet's conv1: 220 rows, 11 wide, stride 4; 7 rows of padding.
  EXPECT_EQ(along_height(11, 4, 1, Padding::same).window(Axis::height, 220).before, 3);
}

TEST(Sliding, RefusesWindowsThatAreNone) {
  for (const Sliding& sliding :
       {along_height(0, 1, 1, Padding::same), along_height(3, 0, 1, Padding::same),
        along_height(3, 1, 0, Padding::valid)}) {
    EXPECT_THROW(static_cast<void>(sliding.output_extent(Axis::height, 8)), Error);
  }
}

TEST(Spatial, HasNothingOnTheOtherAxes) {
  const Spatial spatial{2, 3, 5};
  EXPECT_EQ(spatial.volume(), 30);
  EXPECT_EQ(spatial[Axis::depth], 2);
  EXPECT_EQ(spatial[Axis::width], 5);
  EXPECT_EQ(spatial[Axis::channel], 1);
}

}  // namespace
}  // namespace shoal::graph
