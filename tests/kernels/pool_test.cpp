#include <gtest/gtest.h>

#include "kernels/one_layer.hpp"

namespace shoal::kernels {
namespace {

using graph::Padding;
using graph::PoolKind;

constexpr std::array kinds = {PoolKind::max, PoolKind::average};

graph::Pool pool(PoolKind kind, graph::Sliding sliding, int dimensions = 2) {
  graph::Pool op;
  op.pool = kind;
  op.sliding = sliding;
  op.dimensions = dimensions;
  return op;
}

/// Windows at the edge of a `same` pool: padding is never the maximum and does not count in a mean.
TEST(Pool, LeavesPaddingOut) {
  for (const PoolKind kind : kinds) {
    for (const Padding padding : {Padding::valid, Padding::same}) {
      for (const graph::Spatial stride : {graph::Spatial{1, 1, 1}, {1, 2, 2}, {1, 3, 2}}) {
        const OneLayer layer(pool(kind, window({1, 3, 3}, stride, padding)),
                             Shape::image(10, 9, 4));
        EXPECT_EQ(layer.algorithm(), "pool");
        EXPECT_LE(layer.largest_error(), tolerance);
      }
    }
  }
}

/// All inputs of this window are negative: a maximum that began at zero would be wrong.
TEST(Pool, FindsANegativeMaximum) {
  graph::Graph graph("one");
  const Shape shape = Shape::image(2, 2, 1);
  const graph::LayerId input = graph.add("input", graph::Input(shape), {});
  const graph::LayerId id =
      graph.add("pool", pool(PoolKind::max, window({1, 3, 3}, {1, 1, 1}, Padding::same)), {input});
  Tensor frame(shape);
  std::fill(frame.span().begin(), frame.span().end(), -2.0F);
  Tensor output(shape);
  const Task task{&graph[id], {shape}, {Box::whole(shape)}, Box::whole(shape), true};
  const std::vector<ConstView> inputs = {frame.view()};
  make_kernel(task, graph::LayerWeights{})->run(inputs, output.view(), {});
  for (const float value : output.span()) EXPECT_EQ(value, -2.0F);
}

TEST(Pool, TakesClips) {
  for (const PoolKind kind : kinds) {
    const OneLayer layer(pool(kind, window({2, 2, 2}, {2, 2, 2}, Padding::valid), 3),
                         Shape::clip(5, 8, 7, 3), graph::Activation::relu);
    EXPECT_LE(layer.largest_error(), tolerance);
  }
}

TEST(GlobalPool, IsOverAllOfSpace) {
  for (const PoolKind kind : kinds) {
    const OneLayer picture(graph::GlobalPool{{}, kind, 2}, Shape::image(7, 5, 6));
    EXPECT_LE(picture.largest_error(), tolerance);
    const OneLayer clip(graph::GlobalPool{{}, kind, 3}, Shape::clip(3, 4, 5, 2));
    EXPECT_LE(clip.largest_error(), tolerance);
  }
}

/// Ranks that hold some rows each divide by the count of the whole.
TEST(GlobalPool, AveragesAddUp) {
  const OneLayer layer(graph::GlobalPool{{}, PoolKind::average, 2}, Shape::image(7, 5, 6));
  Tensor sum(layer.shape());
  std::fill(sum.span().begin(), sum.span().end(), 0.0F);
  for (const Range rows : {Range{0, 3}, Range{3, 7}}) {
    Task task = layer.task(layer.whole());
    task.inputs.front()[Axis::height] = rows;
    task.complete = false;
    accumulate(layer.compute(task).view(), sum.view());
  }
  EXPECT_LE(layer.error(layer.whole(), sum), tolerance);
}

}  // namespace
}  // namespace shoal::kernels
