#include "shoal/graph/ops/lrn.hpp"

#include "shoal/base/error.hpp"

namespace shoal::graph {

Shape Lrn::output(std::span<const Shape> inputs) const {
  expect_inputs(inputs, 1);
  if (size < 1 || size % 2 == 0) throw Error("LRN takes an odd number of channels, got {}", size);
  return inputs.front();
}

double Lrn::flops(const Shape& /*input*/, const Shape& output) const {
  return static_cast<double>(output.volume() * (2 * size + 3));
}

Footprint Lrn::footprint(const Shape& /*input*/, const Shape& /*output*/) const {
  Footprint footprint;
  footprint[Axis::channel] = Window{size, 1, 1, size / 2};
  return footprint;
}

}  // namespace shoal::graph
