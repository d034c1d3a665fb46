#include "shoal/graph/ops/zero_pad.hpp"

namespace shoal::graph {

Shape ZeroPad::output(std::span<const Shape> inputs) const {
  expect_inputs(inputs, 1);
  Shape result = inputs.front();
  for (const Axis axis : spatial_axes) result[axis] += before[axis] + after[axis];
  return result;
}

Footprint ZeroPad::footprint(const Shape& /*input*/, const Shape& /*output*/) const {
  Footprint footprint;
  for (const Axis axis : spatial_axes) footprint[axis] = Window{1, 1, 1, before[axis]};
  return footprint;
}

}  // namespace shoal::graph
