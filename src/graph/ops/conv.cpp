#include "shoal/graph/ops/conv.hpp"

#include "shoal/base/error.hpp"

namespace shoal::graph {

Shape Conv::output(std::span<const Shape> inputs) const {
  expect_inputs(inputs, 1);
  const Shape& input = inputs.front();
  if (groups < 1 || input[Axis::channel] % groups != 0 || filters % groups != 0) {
    throw Error("{} groups do not divide {} input channels and {} filters", groups,
                input[Axis::channel], filters);
  }
  Shape result = input;
  for (const Axis axis : spatial_axes) result[axis] = sliding.output_extent(axis, input[axis]);
  result[Axis::channel] = filters;
  return result;
}

std::vector<WeightSpec> Conv::weights(const Shape& input) const {
  const Index inputs_each = input[Axis::channel] / groups;
  WeightSpec kernel{kernel_name, WeightKind::kernel, {}, sliding.kernel.volume() * inputs_each};
  if (dimensions == 3) kernel.axes.push_back({sliding.kernel.depth});
  kernel.axes.push_back({sliding.kernel.height});
  kernel.axes.push_back({sliding.kernel.width});
  kernel.axes.push_back(
      {inputs_each, groups == 1 ? WeightAxisRole::input_channel : WeightAxisRole::fixed});
  kernel.axes.push_back({filters, WeightAxisRole::output_channel});
  if (!bias) return {kernel};
  return {kernel, bias_spec(filters)};
}

double Conv::flops(const Shape& input, const Shape& output) const {
  const Index products = sliding.kernel.volume() * (input[Axis::channel] / groups);
  return static_cast<double>(output.volume()) * static_cast<double>(2 * products + (bias ? 1 : 0));
}

Footprint Conv::footprint(const Shape& input, const Shape& /*output*/) const {
  Footprint footprint = sliding_footprint(sliding, input);
  footprint[Axis::channel] = Groups{input[Axis::channel] / groups, filters / groups};
  return footprint;
}

std::vector<Axis> Conv::sums() const {
  if (groups != 1) return {};
  return {Axis::channel};
}

}  // namespace shoal::graph
