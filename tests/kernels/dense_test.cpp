#include <gtest/gtest.h>

#include "kernels/one_layer.hpp"

namespace shoal::kernels {
namespace {

graph::Dense dense(Index units, bool bias = true) {
  graph::Dense op;
  op.units = units;
  op.bias = bias;
  return op;
}

TEST(Dense, SumsEveryFeature) {
  for (const bool bias : {true, false}) {
    const OneLayer layer(dense(23, bias), Shape::features(57), graph::Activation::relu);
    EXPECT_EQ(layer.algorithm(), "gemv");
    EXPECT_LE(layer.largest_error(), tolerance);
  }
}

TEST(Dense, OfOneFeatureOrOneUnit) {
  EXPECT_LE(OneLayer(dense(5), Shape::features(1)).largest_error(), tolerance);
  EXPECT_LE(OneLayer(dense(1), Shape::features(40)).largest_error(), tolerance);
}

TEST(Dense, SumsOverAPartOfTheFeatures) {
  const OneLayer layer(dense(9), Shape::features(31), graph::Activation::relu);
  Tensor sum(layer.shape());
  std::fill(sum.span().begin(), sum.span().end(), 0.0F);
  for (const Range features : {Range{0, 10}, Range{10, 11}, Range{11, 31}}) {
    Task task = layer.task(layer.whole());
    task.inputs.front()[Axis::channel] = features;
    task.complete = false;
    accumulate(layer.compute(task).view(), sum.view());
  }
  finish(sum.view(), layer.bias(), graph::Activation::relu);
  EXPECT_LE(layer.error(layer.whole(), sum), tolerance);
}

}  // namespace
}  // namespace shoal::kernels
