#include "shoal/graph/ops/elementwise.hpp"

#include <array>

#include <gtest/gtest.h>

#include "shoal/base/error.hpp"

namespace shoal::graph {
namespace {

const Shape image = Shape::image(6, 6, 10);
const Box part = Box::whole(image).with(Axis::height, {2, 3}).with(Axis::channel, {4, 6});

TEST(Identity, ReadsWhatItMakes) {
  const Identity op;
  EXPECT_EQ(op.output({&image, 1}), image);
  EXPECT_EQ(input_box(op.footprint(image, image), part, image), part);
  EXPECT_DOUBLE_EQ(op.flops(image, image), 360);
  EXPECT_TRUE(op.sums().empty());
}

TEST(Add, AddsTwoOfTheSameShape) {
  const Add op;
  EXPECT_EQ(op.output(std::array{image, image}), image);
  EXPECT_EQ(input_box(op.footprint(image, image), part, image), part);
  EXPECT_THROW(static_cast<void>(op.output(std::array{image, Shape::image(6, 6, 9)})), Error);
  EXPECT_THROW(static_cast<void>(op.output(std::array{image})), Error);
  EXPECT_THROW(static_cast<void>(op.output(std::array{image, image, image})), Error);
}

TEST(Softmax, NeedsAllChannelsAtOnce) {
  const Softmax op;
  EXPECT_EQ(op.output({&image, 1}), image);
  EXPECT_EQ(input_box(op.footprint(image, image), part, image), part.with(Axis::channel, {0, 10}));
}

}  // namespace
}  // namespace shoal::graph
