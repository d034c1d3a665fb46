#pragma once

#include "shoal/graph/graph.hpp"

namespace shoal::testing {

inline graph::Conv same_conv(Index filters, Index kernel) {
  graph::Conv op;
  op.filters = filters;
  op.sliding.kernel = {1, kernel, kernel};
  op.sliding.padding = graph::Padding::same;
  return op;
}

/// `a`, `b`: convolutions 3x3 on 16x16x8; `flatten`; `x`, `y`, `z`: dense layers of 12 units.
inline graph::Graph small_network() {
  graph::Graph graph("small");
  graph::LayerId at = graph.add("input", graph::Input(Shape::image(16, 16, 8)), {});
  at = graph.add("a", same_conv(8, 3), {at}, graph::Activation::relu);
  at = graph.add("b", same_conv(8, 3), {at}, graph::Activation::relu);
  at = graph.add("flatten", graph::Flatten{}, {at});
  for (const char* name : {"x", "y", "z"}) {
    graph::Dense dense;
    dense.units = 12;
    at = graph.add(name, dense, {at}, graph::Activation::relu);
  }
  return graph;
}

}  // namespace shoal::testing
