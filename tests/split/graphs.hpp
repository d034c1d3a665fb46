#pragma once

#include <utility>

#include "shoal/graph/graph.hpp"

namespace shoal::split {

/// A graph of one layer, and that layer.
struct OneLayer {
  graph::Graph graph;
  graph::LayerId layer;
};

inline OneLayer one_layer(const Shape& input, graph::Op op) {
  graph::Graph graph("one");
  const graph::LayerId at = graph.add("input", graph::Input(input), {});
  const graph::LayerId layer = graph.add("layer", std::move(op), {at});
  return {std::move(graph), layer};
}

inline graph::Sliding sliding(Index kernel, Index stride, graph::Padding padding) {
  return {{1, kernel, kernel}, {1, stride, stride}, padding, {}};
}

inline graph::Conv conv(Index filters, Index kernel, Index stride = 1,
                        graph::Padding padding = graph::Padding::same) {
  graph::Conv op;
  op.filters = filters;
  op.sliding = sliding(kernel, stride, padding);
  return op;
}

inline graph::DepthwiseConv depthwise(Index multiplier, Index kernel) {
  graph::DepthwiseConv op;
  op.multiplier = multiplier;
  op.sliding = sliding(kernel, 1, graph::Padding::same);
  return op;
}

inline graph::Pool pool(Index kernel, Index stride) {
  graph::Pool op;
  op.sliding = sliding(kernel, stride, graph::Padding::valid);
  return op;
}

inline graph::Dense dense(Index units) {
  graph::Dense op;
  op.units = units;
  return op;
}

}  // namespace shoal::split
