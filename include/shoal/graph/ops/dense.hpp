#pragma once

#include "shoal/graph/operator.hpp"

namespace shoal::graph {

/// Fully connected: every output is a weighted sum of every input feature. Kernel (input, output).
struct Dense : Operator {
  Index units = 1;
  bool bias = true;

  [[nodiscard]] std::string kind() const { return "Dense"; }
  [[nodiscard]] Shape output(std::span<const Shape> inputs) const;
  [[nodiscard]] std::vector<WeightSpec> weights(const Shape& input) const;
  [[nodiscard]] double flops(const Shape& input, const Shape& output) const;
  [[nodiscard]] Footprint footprint(const Shape& input, const Shape& output) const;
  [[nodiscard]] std::vector<Axis> sums() const { return {Axis::channel}; }
};

}  // namespace shoal::graph
