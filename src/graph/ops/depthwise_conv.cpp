#include "shoal/graph/ops/depthwise_conv.hpp"

namespace shoal::graph {

Shape DepthwiseConv::output(std::span<const Shape> inputs) const {
  expect_inputs(inputs, 1);
  Shape result = inputs.front();
  for (const Axis axis : spatial_axes) result[axis] = sliding.output_extent(axis, result[axis]);
  result[Axis::channel] *= multiplier;
  return result;
}

std::vector<WeightSpec> DepthwiseConv::weights(const Shape& input) const {
  const WeightSpec kernel{"depthwise_kernel:0",
                          WeightKind::kernel,
                          {{sliding.kernel.height},
                           {sliding.kernel.width},
                           {input[Axis::channel], WeightAxisRole::output_channel, multiplier},
                           {multiplier}},
                          sliding.kernel.volume()};
  if (!bias) return {kernel};
  return {kernel, bias_spec(input[Axis::channel] * multiplier)};
}

double DepthwiseConv::flops(const Shape& /*input*/, const Shape& output) const {
  return static_cast<double>(output.volume()) *
         static_cast<double>(2 * sliding.kernel.volume() + (bias ? 1 : 0));
}

Footprint DepthwiseConv::footprint(const Shape& input, const Shape& /*output*/) const {
  Footprint footprint = sliding_footprint(sliding, input);
  footprint[Axis::channel] = Groups{1, multiplier};
  return footprint;
}

}  // namespace shoal::graph
