#include "shoal/graph/ops/zero_pad.hpp"

#include <gtest/gtest.h>

namespace shoal::graph {
namespace {

class ZeroPadTest : public ::testing::Test {
 protected:
  ZeroPadTest() {
    op.before = {0, 3, 1};
    op.after = {0, 2, 0};
    output = op.output({&input, 1});
  }

  [[nodiscard]] Range rows(Range wanted) const {
    const Box box = Box::whole(output).with(Axis::height, wanted);
    return input_box(op.footprint(input, output), box, input)[Axis::height];
  }

  ZeroPad op;
  Shape input = Shape::image(8, 8, 3);
  Shape output;
};

TEST_F(ZeroPadTest, GrowsOnTheSidesThatItNames) {
  EXPECT_EQ(output, Shape::image(13, 9, 3));
  EXPECT_EQ(ZeroPad{}.output({&input, 1}), input);
}

TEST_F(ZeroPadTest, ReadsWhatIsNotPadding) {
  EXPECT_EQ(rows({0, 13}), (Range{0, 8}));
  EXPECT_EQ(rows({2, 5}), (Range{0, 2}));
  EXPECT_EQ(rows({10, 13}), (Range{7, 8}));
  EXPECT_TRUE(rows({0, 3}).empty());
  EXPECT_TRUE(rows({11, 13}).empty());
}

TEST_F(ZeroPadTest, ComputesNothing) {
  EXPECT_EQ(op.flops(input, output), 0);
  EXPECT_TRUE(op.weights(input).empty());
  EXPECT_EQ(op.kind(), "ZeroPadding2D");
}

}  // namespace
}  // namespace shoal::graph
