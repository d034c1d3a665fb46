#include <cmath>
#include <limits>

#include <gtest/gtest.h>

#include "kernels/one_layer.hpp"

namespace shoal::kernels {
namespace {

using graph::Activation;
using graph::Padding;
using graph::PoolKind;
using graph::Spatial;

constexpr float no_number = std::numeric_limits<float>::quiet_NaN();

struct Case {
  std::string name;
  graph::Op op;
  Shape input;
  Bytes budget = 0;
};

graph::Conv conv(Index filters, const Spatial& kernel, Padding padding, bool bias = true) {
  graph::Conv op;
  op.filters = filters;
  op.sliding = window(kernel, {1, 1, 1}, padding);
  op.bias = bias;
  return op;
}

graph::DepthwiseConv depthwise(Index size, Index multiplier) {
  graph::DepthwiseConv op;
  op.sliding = window({1, size, size}, {1, 1, 1}, Padding::same);
  op.multiplier = multiplier;
  return op;
}

graph::Pool pool(PoolKind kind) {
  graph::Pool op;
  op.pool = kind;
  op.sliding = window({1, 3, 3}, {1, 1, 1}, Padding::same);
  return op;
}

std::vector<Case> cases() {
  graph::Dense dense;
  dense.units = 35;
  graph::GlobalPool largest;
  largest.pool = PoolKind::max;
  return {
      {"1x1", conv(35, {1, 1, 1}, Padding::same), Shape::image(7, 7, 5)},
      {"3x3", conv(35, {1, 3, 3}, Padding::same), Shape::image(7, 7, 5)},
      {"few filters", conv(3, {1, 3, 3}, Padding::valid, false), Shape::image(7, 7, 5)},
      {"winograd", conv(64, {1, 3, 3}, Padding::same), Shape::image(16, 16, 64), Bytes{1} << 30U},
      {"depthwise 3", depthwise(3, 1), Shape::image(7, 7, 21)},
      {"depthwise 4", depthwise(4, 1), Shape::image(7, 7, 21)},
      {"multiplier", depthwise(3, 2), Shape::image(7, 7, 5)},
      {"dense", dense, Shape::features(40)},
      {"largest", pool(PoolKind::max), Shape::image(7, 7, 21)},
      {"mean", pool(PoolKind::average), Shape::image(7, 7, 21)},
      {"largest of all", largest, Shape::image(7, 7, 21)},
      {"addition", graph::Add{}, Shape::image(7, 7, 21)},
      {"softmax", graph::Softmax{}, Shape::features(40)}};
}

bool is_softmax(const Case& of) {
  return std::holds_alternative<graph::Softmax>(of.op);
}

/// Keras's relu(nan) is nan, and so is the largest of a window with one: a rectifier or a pool that
/// made a zero of it would turn a broken computation into an ordinary answer.
TEST(NoNumber, IsSwallowedByNoLayer) {
  for (const Case& of : cases()) {
    const Activation activation = is_softmax(of) ? Activation::linear : Activation::relu;
    OneLayer layer(of.op, of.input, activation);
    layer.allow(of.budget);
    const Task task = layer.task(layer.whole());
    const auto kernel = layer.kernel(task);
    for (std::size_t i = 0; i < layer.input().span().size(); i += 7) {
      float& element = layer.input().span()[i];
      const float before = element;
      element = no_number;
      const Tensor output = layer.compute(task, *kernel);
      const auto count = std::count_if(output.span().begin(), output.span().end(),
                                       [](float value) { return std::isnan(value); });
      EXPECT_GT(count, 0) << of.name << " by " << kernel->algorithm() << ", element " << i;
      element = before;
    }
  }
}

/// A window of several pixels loses it behind none of the others, whatever their order.
TEST(NoNumber, ReachesEveryWindowThatHoldsIt) {
  OneLayer layer(pool(PoolKind::max), Shape::image(5, 5, 19), Activation::relu);
  const Task task = layer.task(layer.whole());
  for (Index y = 0; y < 5; ++y) {
    for (Index x = 0; x < 5; ++x) {
      float& element = layer.input().view().at(0, 0, y, x, 17);
      const float before = element;
      element = no_number;
      const Tensor output = layer.compute(task);
      for (Index row = 0; row < 5; ++row) {
        for (Index column = 0; column < 5; ++column) {
          const bool holds = std::abs(row - y) <= 1 && std::abs(column - x) <= 1;
          EXPECT_EQ(std::isnan(output.view().at(0, 0, row, column, 17)), holds);
          EXPECT_FALSE(std::isnan(output.view().at(0, 0, row, column, 16)));
        }
      }
      element = before;
    }
  }
}

}  // namespace
}  // namespace shoal::kernels
