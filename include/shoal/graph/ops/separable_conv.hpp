#pragma once

#include "shoal/graph/ops/conv.hpp"
#include "shoal/graph/ops/depthwise_conv.hpp"

namespace shoal::graph {

/// Keras's SeparableConv2D: a depthwise convolution, then a 1x1 one. It is one layer of the model
/// and two that run (see lower.hpp).
struct SeparableConv : Operator {
  Index filters = 1;
  Sliding sliding;
  Index multiplier = 1;
  bool bias = true;

  [[nodiscard]] std::string kind() const { return "SeparableConv2D"; }
  [[nodiscard]] Shape output(std::span<const Shape> inputs) const;
  [[nodiscard]] std::vector<WeightSpec> weights(const Shape& input) const;
  [[nodiscard]] double flops(const Shape& input, const Shape& output) const;
  [[nodiscard]] Footprint footprint(const Shape& input, const Shape& output) const;

  [[nodiscard]] DepthwiseConv depthwise() const;
  [[nodiscard]] Conv pointwise() const;
};

}  // namespace shoal::graph
