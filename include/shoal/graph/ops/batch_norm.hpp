#pragma once

#include "shoal/graph/operator.hpp"

namespace shoal::graph {

/// Batch normalisation with fixed statistics:
/// gamma * (x - moving_mean) / sqrt(moving_variance + epsilon) + beta, for each channel.
struct BatchNorm : Operator {
  float epsilon = 1e-3F;
  bool scale = true;   ///< has a gamma
  bool center = true;  ///< has a beta

  [[nodiscard]] std::string kind() const { return "BatchNormalization"; }
  [[nodiscard]] Shape output(std::span<const Shape> inputs) const;
  [[nodiscard]] std::vector<WeightSpec> weights(const Shape& input) const;
  [[nodiscard]] double flops(const Shape& input, const Shape& output) const;
};

}  // namespace shoal::graph
