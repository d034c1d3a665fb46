#include "shoal/graph/ops/separable_conv.hpp"

namespace shoal::graph {

DepthwiseConv SeparableConv::depthwise() const {
  DepthwiseConv conv;
  conv.sliding = sliding;
  conv.multiplier = multiplier;
  return conv;
}

Conv SeparableConv::pointwise() const {
  Conv conv;
  conv.filters = filters;
  conv.bias = bias;
  conv.kernel_name = "pointwise_kernel:0";
  return conv;
}

Shape SeparableConv::output(std::span<const Shape> inputs) const {
  Shape result = depthwise().output(inputs);
  result[Axis::channel] = filters;
  return result;
}

std::vector<WeightSpec> SeparableConv::weights(const Shape& input) const {
  std::vector<WeightSpec> specs = depthwise().weights(input);
  for (WeightSpec& spec : pointwise().weights(depthwise().output({&input, 1}))) {
    specs.push_back(std::move(spec));
  }
  return specs;
}

double SeparableConv::flops(const Shape& input, const Shape& output) const {
  const Shape between = depthwise().output({&input, 1});
  return depthwise().flops(input, between) + pointwise().flops(between, output);
}

Footprint SeparableConv::footprint(const Shape& input, const Shape& output) const {
  Footprint footprint = sliding_footprint(sliding, input);
  footprint[Axis::channel] = Groups{input[Axis::channel], output[Axis::channel]};
  return footprint;
}

}  // namespace shoal::graph
