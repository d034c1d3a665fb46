#include "shoal/graph/ops/separable_conv.hpp"

#include <gtest/gtest.h>

namespace shoal::graph {
namespace {

class SeparableConvTest : public ::testing::Test {
 protected:
  SeparableConvTest() {
    op.filters = 7;
    op.sliding = {{1, 3, 3}, {1, 2, 2}, Padding::same, {}};
    op.multiplier = 2;
    output = op.output({&input, 1});
  }

  SeparableConv op;
  Shape input = Shape::image(9, 9, 5);
  Shape output;
};

TEST_F(SeparableConvTest, IsADepthwiseAndAPointwiseConvolution) {
  const Shape between = op.depthwise().output({&input, 1});
  EXPECT_EQ(between, Shape::image(5, 5, 10));
  EXPECT_EQ(op.pointwise().output({&between, 1}), output);
  EXPECT_EQ(output, Shape::image(5, 5, 7));
  EXPECT_DOUBLE_EQ(op.flops(input, output), 25 * 10 * 2 * 9 + 25 * 7 * (2 * 10 + 1));
}

TEST_F(SeparableConvTest, HasKerasDatasetsInOrder) {
  const auto specs = op.weights(input);
  ASSERT_EQ(specs.size(), 3U);
  EXPECT_EQ(specs[0].name, "depthwise_kernel:0");
  EXPECT_EQ(specs[0].extents(), (std::vector<Index>{3, 3, 5, 2}));
  EXPECT_EQ(specs[1].name, "pointwise_kernel:0");
  EXPECT_EQ(specs[1].extents(), (std::vector<Index>{1, 1, 10, 7}));
  EXPECT_EQ(specs[2].name, "bias:0");
}

TEST_F(SeparableConvTest, HasOneBiasThatOfThePointwiseHalf) {
  EXPECT_FALSE(op.depthwise().bias);
  EXPECT_TRUE(op.pointwise().bias);
  op.bias = false;
  EXPECT_EQ(op.weights(input).size(), 2U);
}

TEST_F(SeparableConvTest, ReadsAllChannels) {
  const Box wanted = Box::whole(output).with(Axis::channel, {2, 3}).with(Axis::height, {0, 1});
  EXPECT_EQ(input_box(op.footprint(input, output), wanted, input),
            Box::whole(input).with(Axis::height, {0, 2}));
}

}  // namespace
}  // namespace shoal::graph
