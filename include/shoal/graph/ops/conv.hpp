#pragma once

#include "shoal/graph/operator.hpp"

namespace shoal::graph {

/// Convolution, 2D (depth of kernel, stride and dilation 1) or 3D. With `groups` > 1 the input
/// channels are cut into that many equal groups, each with filters / groups filters of its own.
struct Conv : Operator {
  Index filters = 1;
  Sliding sliding;
  Index groups = 1;
  bool bias = true;
  int dimensions = 2;                    ///< of the kernel in the file: HWIO or DHWIO
  std::string kernel_name = "kernel:0";  ///< the pointwise half of a separable one has another

  [[nodiscard]] std::string kind() const { return dimensions == 3 ? "Conv3D" : "Conv2D"; }
  [[nodiscard]] Shape output(std::span<const Shape> inputs) const;
  [[nodiscard]] std::vector<WeightSpec> weights(const Shape& input) const;
  [[nodiscard]] double flops(const Shape& input, const Shape& output) const;
  [[nodiscard]] Footprint footprint(const Shape& input, const Shape& output) const;
  [[nodiscard]] std::vector<Axis> sums() const;
};

}  // namespace shoal::graph
