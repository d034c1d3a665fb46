#include "support/small_model.hpp"

namespace shoal::testing {
namespace {

using graph::LayerId;

graph::Sliding window(Index size) {
  graph::Sliding sliding;
  sliding.kernel = {1, size, size};
  sliding.padding = graph::Padding::same;
  return sliding;
}

graph::Conv convolution(Index filters, Index size, bool bias) {
  graph::Conv conv;
  conv.filters = filters;
  conv.sliding = window(size);
  conv.bias = bias;
  return conv;
}

graph::SeparableConv separable(Index filters) {
  graph::SeparableConv conv;
  conv.filters = filters;
  conv.sliding = window(3);
  conv.bias = false;
  return conv;
}

graph::DepthwiseConv depthwise(Index multiplier) {
  graph::DepthwiseConv conv;
  conv.multiplier = multiplier;
  conv.sliding = window(3);
  conv.bias = true;
  return conv;
}

graph::Pool max_pool() {
  graph::Pool pool;
  pool.sliding.kernel = {1, 2, 2};
  pool.sliding.stride = {1, 2, 2};
  return pool;
}

graph::Dense dense(Index units) {
  graph::Dense layer;
  layer.units = units;
  return layer;
}

}  // namespace

graph::Model small_model() {
  graph::Graph graph("small");
  LayerId at = graph.add("input_1", graph::Input(Shape::image(8, 8, 3)), {});
  at = graph.add("conv", convolution(6, 3, true), {at});
  at = graph.add("conv_bn", graph::BatchNorm(), {at});
  const LayerId shortcut = graph.add("conv_relu", graph::Identity(), {at}, graph::Activation::relu);
  at = graph.add("sep", separable(6), {shortcut});
  at = graph.add("sep_bn", graph::BatchNorm(), {at});
  at = graph.add("add", graph::Add(), {at, shortcut});
  at = graph.add("pool", max_pool(), {at});
  at = graph.add("alone_bn", graph::BatchNorm(), {at});
  at = graph.add("depth", depthwise(2), {at});
  at = graph.add("depth_bn", graph::BatchNorm(), {at});
  at = graph.add("flatten", graph::Flatten(), {at});
  at = graph.add("top", dense(10), {at});
  graph.add("top/softmax", graph::Softmax(), {at});
  return {std::move(graph), graph::Preprocessing::caffe};
}

}  // namespace shoal::testing
