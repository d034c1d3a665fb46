#include "shoal/graph/ops/batch_norm.hpp"

#include <gtest/gtest.h>

namespace shoal::graph {
namespace {

std::vector<std::string> names(const BatchNorm& op) {
  std::vector<std::string> result;
  for (const WeightSpec& spec : op.weights(Shape::image(4, 4, 6))) {
    result.push_back(spec.name);
    EXPECT_EQ(spec.extents(), (std::vector<Index>{6}));
    EXPECT_EQ(spec.slice({}, {2, 5}), (std::vector<Range>{{2, 5}}));
  }
  return result;
}

TEST(BatchNorm, HasKerasDatasetsInOrder) {
  BatchNorm op;
  EXPECT_EQ(names(op),
            (std::vector<std::string>{"gamma:0", "beta:0", "moving_mean:0", "moving_variance:0"}));
  op.scale = false;
  EXPECT_EQ(names(op), (std::vector<std::string>{"beta:0", "moving_mean:0", "moving_variance:0"}));
  op.center = false;
  EXPECT_EQ(names(op), (std::vector<std::string>{"moving_mean:0", "moving_variance:0"}));
}

TEST(BatchNorm, ReadsWhatItMakes) {
  const BatchNorm op;
  const Shape image = Shape::image(4, 4, 6);
  EXPECT_EQ(op.output({&image, 1}), image);
  const Box part = Box::whole(image).with(Axis::width, {1, 2}).with(Axis::channel, {4, 6});
  EXPECT_EQ(input_box(op.footprint(image, image), part, image), part);
}

}  // namespace
}  // namespace shoal::graph
