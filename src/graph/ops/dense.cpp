#include "shoal/graph/ops/dense.hpp"

#include "shoal/base/error.hpp"

namespace shoal::graph {

Shape Dense::output(std::span<const Shape> inputs) const {
  expect_inputs(inputs, 1);
  Shape result = inputs.front();
  if (result != Shape::features(result[Axis::channel])) {
    throw Error("takes a feature vector, got {}; flatten it first", to_string(result));
  }
  result[Axis::channel] = units;
  return result;
}

std::vector<WeightSpec> Dense::weights(const Shape& input) const {
  const Index features = input[Axis::channel];
  const WeightSpec kernel{
      "kernel:0",
      WeightKind::kernel,
      {{features, WeightAxisRole::input_channel}, {units, WeightAxisRole::output_channel}},
      features};
  if (!bias) return {kernel};
  return {kernel, bias_spec(units)};
}

double Dense::flops(const Shape& input, const Shape& output) const {
  return static_cast<double>(output.volume()) *
         static_cast<double>(2 * input[Axis::channel] + (bias ? 1 : 0));
}

Footprint Dense::footprint(const Shape& input, const Shape& /*output*/) const {
  Footprint footprint;
  footprint[Axis::channel] = Groups{input[Axis::channel], units};
  return footprint;
}

}  // namespace shoal::graph
