#include "shoal/graph/ops/elementwise.hpp"

#include "shoal/base/error.hpp"

namespace shoal::graph {

Shape Identity::output(std::span<const Shape> inputs) const {
  expect_inputs(inputs, 1);
  return inputs.front();
}

Shape Add::output(std::span<const Shape> inputs) const {
  expect_inputs(inputs, 2);
  if (!(inputs[0] == inputs[1])) {
    throw Error("adds {} and {}: the shapes must be equal", to_string(inputs[0]),
                to_string(inputs[1]));
  }
  return inputs.front();
}

Shape Softmax::output(std::span<const Shape> inputs) const {
  expect_inputs(inputs, 1);
  return inputs.front();
}

double Softmax::flops(const Shape& /*input*/, const Shape& output) const {
  return 5.0 * static_cast<double>(output.volume());
}

Footprint Softmax::footprint(const Shape& input, const Shape& /*output*/) const {
  Footprint footprint;
  footprint[Axis::channel] = Groups{input[Axis::channel], input[Axis::channel]};
  return footprint;
}

}  // namespace shoal::graph
