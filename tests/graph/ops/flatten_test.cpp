#include "shoal/graph/ops/flatten.hpp"

#include <gtest/gtest.h>

namespace shoal::graph {
namespace {

/// All boxes of a shape but the empty ones.
std::vector<Box> all_boxes(const Shape& shape) {
  std::vector<Box> boxes = {Box::whole(shape)};
  for (const Axis axis : all_axes) {
    std::vector<Box> cut;
    for (const Box& box : boxes) {
      for (Index begin = 0; begin < shape[axis]; ++begin) {
        for (Index end = begin + 1; end <= shape[axis]; ++end) {
          cut.push_back(box.with(axis, {begin, end}));
        }
      }
    }
    boxes = std::move(cut);
  }
  return boxes;
}

/// The features of a box, one by one.
std::vector<Index> features(const Box& box, const Shape& shape) {
  std::vector<Index> result;
  for (Index i = 0; i < shape.volume(); ++i) {
    Index rest = i;
    bool inside = true;
    for (std::size_t axis = axis_count; axis-- > 0;) {
      const Index at = rest % shape.values[axis];
      rest /= shape.values[axis];
      inside = inside && box.values[axis].begin <= at && at < box.values[axis].end;
    }
    if (inside) result.push_back(i);
  }
  return result;
}

TEST(Flatten, KnowsEveryBoxThatIsOneRunOfFeatures) {
  for (const Shape& shape : {Shape::clip(2, 3, 2, 4), Shape::image(3, 1, 3), Shape::features(5)}) {
    for (const Box& box : all_boxes(shape)) {
      const std::vector<Index> flat = features(box, shape);
      const bool one_run = flat.back() - flat.front() + 1 == static_cast<Index>(flat.size());
      ASSERT_EQ(is_feature_range(box, shape), one_run) << to_string(box, shape);
      if (!one_run) continue;
      EXPECT_EQ(flattened_box(box, shape)[Axis::channel], (Range{flat.front(), flat.back() + 1}))
          << to_string(box, shape);
    }
  }
}

TEST(Flatten, MakesTheFeaturesOfTheHeadersExample) {
  const Shape input = Shape::image(7, 7, 512);
  const Box rows = Box::whole(input).with(Axis::height, {2, 4});
  EXPECT_EQ(flattened_box(rows, input),
            Box::whole(Shape::features(25088)).with(Axis::channel, {7168, 14336}));
  EXPECT_FALSE(is_feature_range(Box::whole(input).with(Axis::channel, {0, 256}), input));
}

TEST(Flatten, TakesAnEmptyBoxAsNoFeatures) {
  const Shape input = Shape::image(7, 7, 512);
  const Box nothing = Box::whole(input).with(Axis::height, {3, 3});
  EXPECT_TRUE(is_feature_range(nothing, input));
  EXPECT_TRUE(flattened_box(nothing, input).empty());
}

TEST(Flatten, HasTheShapeOfAVectorAndReadsEverything) {
  const Shape input = Shape::clip(1, 4, 4, 512);
  const Flatten op;
  const Shape output = op.output({&input, 1});
  EXPECT_EQ(output, Shape::features(8192));
  EXPECT_TRUE(op.weights(input).empty());
  const Box some = Box::whole(output).with(Axis::channel, {100, 101});
  EXPECT_EQ(input_box(op.footprint(input, output), some, input), Box::whole(input));
}

}  // namespace
}  // namespace shoal::graph
