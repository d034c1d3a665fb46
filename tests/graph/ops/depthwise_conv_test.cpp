#include "shoal/graph/ops/depthwise_conv.hpp"

#include <gtest/gtest.h>

namespace shoal::graph {
namespace {

class DepthwiseConvTest : public ::testing::Test {
 protected:
  DepthwiseConvTest() {
    op.sliding = {{1, 3, 3}, {1, 2, 2}, Padding::same, {}};
    op.multiplier = 2;
    output = op.output({&input, 1});
  }

  DepthwiseConv op;
  Shape input = Shape::image(9, 9, 5);
  Shape output;
};

TEST_F(DepthwiseConvTest, MultipliesTheChannels) {
  EXPECT_EQ(output, Shape::image(5, 5, 10));
}

TEST_F(DepthwiseConvTest, HasKerasKernel) {
  const auto specs = op.weights(input);
  ASSERT_EQ(specs.size(), 1U);
  EXPECT_EQ(specs[0].name, "depthwise_kernel:0");
  EXPECT_EQ(specs[0].extents(), (std::vector<Index>{3, 3, 5, 2}));
  EXPECT_EQ(specs[0].fan_in, 9);
  op.bias = true;
  EXPECT_EQ(op.weights(input).back().extents(), (std::vector<Index>{10}));
}

TEST_F(DepthwiseConvTest, CountsOneWindowForEachOutput) {
  EXPECT_DOUBLE_EQ(op.flops(input, output), 5 * 5 * 10 * 2 * 9);
}

TEST_F(DepthwiseConvTest, ReadsOnlyItsOwnChannels) {
  const Box wanted = Box::whole(output).with(Axis::channel, {3, 6});
  EXPECT_EQ(input_box(op.footprint(input, output), wanted, input),
            Box::whole(input).with(Axis::channel, {1, 3}));
  EXPECT_TRUE(op.sums().empty());
}

}  // namespace
}  // namespace shoal::graph
