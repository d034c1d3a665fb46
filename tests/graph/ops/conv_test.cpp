#include "shoal/graph/ops/conv.hpp"

#include <gtest/gtest.h>

#include "shoal/base/error.hpp"

namespace shoal::graph {
namespace {

Conv conv2d(Index filters, Index kernel, Index stride, Padding padding) {
  Conv op;
  op.filters = filters;
  op.sliding = {{1, kernel, kernel}, {1, stride, stride}, padding, {}};
  return op;
}

Shape output(const Conv& op, const Shape& input) {
  return op.output({&input, 1});
}

TEST(Conv, HasTheShapesOfKeras) {
  EXPECT_EQ(output(conv2d(48, 11, 4, Padding::same), Shape::image(220, 220, 3)),
            Shape::image(55, 55, 48));
  EXPECT_EQ(output(conv2d(64, 7, 2, Padding::valid), Shape::image(230, 230, 3)),
            Shape::image(112, 112, 64));
  Conv dilated = conv2d(2, 3, 1, Padding::valid);
  dilated.sliding.dilation = {1, 2, 3};
  EXPECT_EQ(output(dilated, Shape::image(10, 10, 1)), Shape::image(6, 4, 2));
}

TEST(Conv, SlidesOverFramesWhenItIs3D) {
  Conv op;
  op.filters = 8;
  op.sliding = {{3, 3, 3}, {1, 2, 2}, Padding::same, {}};
  op.dimensions = 3;
  const Shape input = Shape::clip(16, 7, 8, 3);
  EXPECT_EQ(output(op, input), Shape::clip(16, 4, 4, 8));
  EXPECT_EQ(op.kind(), "Conv3D");
  EXPECT_EQ(op.weights(input).front().extents(), (std::vector<Index>{3, 3, 3, 3, 8}));
  EXPECT_EQ(op.weights(input).front().fan_in, 81);
}

TEST(Conv, HasAKernelInKerasOrderAndABiasUnlessTold) {
  Conv op = conv2d(64, 3, 1, Padding::same);
  const Shape input = Shape::image(8, 8, 32);
  const auto specs = op.weights(input);
  ASSERT_EQ(specs.size(), 2U);
  EXPECT_EQ(specs[0].name, "kernel:0");
  EXPECT_EQ(specs[0].extents(), (std::vector<Index>{3, 3, 32, 64}));
  EXPECT_EQ(specs[0].fan_in, 288);
  EXPECT_EQ(specs[1].kind, WeightKind::bias);
  EXPECT_EQ(specs[1].extents(), (std::vector<Index>{64}));
  op.bias = false;
  EXPECT_EQ(op.weights(input).size(), 1U);
}

TEST(Conv, CountsAMultiplyAddAsTwo) {
  Conv op = conv2d(64, 3, 1, Padding::same);
  const Shape input = Shape::image(8, 8, 32);
  EXPECT_DOUBLE_EQ(op.flops(input, output(op, input)), 8 * 8 * 64 * (2 * 9 * 32 + 1));
  op.bias = false;
  op.groups = 4;
  EXPECT_DOUBLE_EQ(op.flops(input, output(op, input)), 8 * 8 * 64 * 2 * 9 * 8);
}

TEST(Conv, ReadsAllChannelsOfAGroupAndTheWindow) {
  Conv op = conv2d(8, 3, 1, Padding::same);
  op.groups = 2;
  const Shape input = Shape::image(10, 10, 6);
  const Box wanted =
      Box::whole(output(op, input)).with(Axis::height, {4, 6}).with(Axis::channel, {5, 6});
  const Box needed = Box::whole(input).with(Axis::height, {3, 7}).with(Axis::channel, {3, 6});
  EXPECT_EQ(input_box(op.footprint(input, output(op, input)), wanted, input), needed);
}

TEST(Conv, IsASumOverChannelsUnlessGrouped) {
  Conv op = conv2d(8, 3, 1, Padding::same);
  EXPECT_EQ(op.sums(), std::vector<Axis>{Axis::channel});
  op.groups = 2;
  EXPECT_TRUE(op.sums().empty());
}

TEST(Conv, RefusesGroupsThatDoNotDivide) {
  Conv op = conv2d(8, 3, 1, Padding::same);
  op.groups = 3;
  EXPECT_THROW(output(op, Shape::image(8, 8, 6)), Error);
  op.filters = 9;
  EXPECT_NO_THROW(output(op, Shape::image(8, 8, 6)));
  EXPECT_THROW(output(op, Shape::image(8, 8, 4)), Error);
  op.groups = 0;
  EXPECT_THROW(output(op, Shape::image(8, 8, 6)), Error);
}

}  // namespace
}  // namespace shoal::graph
