#pragma once

#include "shoal/graph/operator.hpp"

namespace shoal::graph {

/// 2D convolution of each channel by itself, `multiplier` outputs each. Keras's kernel is
/// (height, width, channel, multiplier); output channel c * multiplier + m.
struct DepthwiseConv : Operator {
  Sliding sliding;
  Index multiplier = 1;
  bool bias = false;

  [[nodiscard]] std::string kind() const { return "DepthwiseConv2D"; }
  [[nodiscard]] Shape output(std::span<const Shape> inputs) const;
  [[nodiscard]] std::vector<WeightSpec> weights(const Shape& input) const;
  [[nodiscard]] double flops(const Shape& input, const Shape& output) const;
  [[nodiscard]] Footprint footprint(const Shape& input, const Shape& output) const;
};

}  // namespace shoal::graph
