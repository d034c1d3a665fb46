#include "shoal/graph/ops/pool.hpp"

#include <gtest/gtest.h>

namespace shoal::graph {
namespace {

Shape output(const auto& op, const Shape& input) {
  return op.output({&input, 1});
}

TEST(Pool, HasTheShapesOfKeras) {
  Pool op;
  op.sliding = {{1, 2, 2}, {1, 2, 2}, Padding::valid, {}};
  EXPECT_EQ(output(op, Shape::image(55, 55, 48)), Shape::image(27, 27, 48));
  op.sliding.padding = Padding::same;
  EXPECT_EQ(output(op, Shape::image(55, 55, 48)), Shape::image(28, 28, 48));
  op.sliding = {{2, 2, 2}, {2, 2, 2}, Padding::same, {}};
  EXPECT_EQ(output(op, Shape::clip(2, 7, 7, 512)), Shape::clip(1, 4, 4, 512));
}

TEST(Pool, HasKerasNames) {
  Pool op;
  EXPECT_EQ(op.kind(), "MaxPooling2D");
  op.pool = PoolKind::average;
  op.dimensions = 3;
  EXPECT_EQ(op.kind(), "AveragePooling3D");
  EXPECT_EQ(GlobalPool{}.kind(), "GlobalAveragePooling2D");
}

TEST(Pool, ReadsItsWindowInItsOwnChannels) {
  Pool op;
  op.sliding = {{1, 3, 3}, {1, 2, 2}, Padding::same, {}};
  const Shape input = Shape::image(9, 9, 5);
  const Shape made = output(op, input);
  const Box wanted = Box::whole(made).with(Axis::height, {0, 2}).with(Axis::channel, {3, 4});
  EXPECT_EQ(input_box(op.footprint(input, made), wanted, input),
            Box::whole(input).with(Axis::height, {0, 4}).with(Axis::channel, {3, 4}));
  EXPECT_TRUE(op.sums().empty());
  EXPECT_TRUE(op.weights(input).empty());
  EXPECT_DOUBLE_EQ(op.flops(input, made), 5 * 5 * 5 * 9);
}

TEST(GlobalPool, ReadsAllOfSpaceInItsOwnChannels) {
  const GlobalPool op;
  const Shape input = Shape::clip(3, 7, 7, 16);
  const Shape made = output(op, input);
  EXPECT_EQ(made, Shape::features(16));
  const Box wanted = Box::whole(made).with(Axis::channel, {4, 8});
  EXPECT_EQ(input_box(op.footprint(input, made), wanted, input),
            Box::whole(input).with(Axis::channel, {4, 8}));
  EXPECT_DOUBLE_EQ(op.flops(input, made), 3 * 7 * 7 * 16);
}

TEST(GlobalPool, IsASumOverSpaceOnlyAsAnAverage) {
  GlobalPool op;
  EXPECT_EQ(op.sums(), (std::vector<Axis>{Axis::depth, Axis::height, Axis::width}));
  op.pool = PoolKind::max;
  EXPECT_TRUE(op.sums().empty());
}

}  // namespace
}  // namespace shoal::graph
