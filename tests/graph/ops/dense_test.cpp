#include "shoal/graph/ops/dense.hpp"

#include <gtest/gtest.h>

#include "shoal/base/error.hpp"

namespace shoal::graph {
namespace {

TEST(Dense, IsAMatrixOfInputsByOutputs) {
  Dense op;
  op.units = 10;
  const Shape input = Shape::features(40);
  const Shape output = op.output({&input, 1});
  EXPECT_EQ(output, Shape::features(10));
  const auto specs = op.weights(input);
  ASSERT_EQ(specs.size(), 2U);
  EXPECT_EQ(specs[0].extents(), (std::vector<Index>{40, 10}));
  EXPECT_EQ(specs[0].fan_in, 40);
  EXPECT_EQ(specs[0].slice({4, 8}, {2, 3}), (std::vector<Range>{{4, 8}, {2, 3}}));
  EXPECT_DOUBLE_EQ(op.flops(input, output), 10 * 81);
  op.bias = false;
  EXPECT_EQ(op.weights(input).size(), 1U);
  EXPECT_DOUBLE_EQ(op.flops(input, output), 10 * 80);
}

TEST(Dense, ReadsEveryFeatureAndSumsOverThem) {
  Dense op;
  op.units = 10;
  const Shape input = Shape::features(40);
  const Shape output = Shape::features(10);
  const Box wanted = Box::whole(output).with(Axis::channel, {9, 10});
  EXPECT_EQ(input_box(op.footprint(input, output), wanted, input), Box::whole(input));
  EXPECT_EQ(op.sums(), std::vector<Axis>{Axis::channel});
}

TEST(Dense, TakesOnlyFeatureVectors) {
  const Shape image = Shape::image(1, 2, 40);
  EXPECT_THROW(static_cast<void>(Dense{}.output({&image, 1})), Error);
}

}  // namespace
}  // namespace shoal::graph
