#pragma once

#include "shoal/graph/operator.hpp"

namespace shoal::graph {

/// Keras's Activation layer: what it does is the layer's `activation`.
struct Identity : Operator {
  [[nodiscard]] std::string kind() const { return "Activation"; }
  [[nodiscard]] Shape output(std::span<const Shape> inputs) const;
};

/// The sum of two activations of the same shape: a shortcut's end.
struct Add : Operator {
  [[nodiscard]] std::string kind() const { return "Add"; }
  [[nodiscard]] Shape output(std::span<const Shape> inputs) const;
};

/// exp(x - max) / sum over the channels.
struct Softmax : Operator {
  [[nodiscard]] std::string kind() const { return "Softmax"; }
  [[nodiscard]] Shape output(std::span<const Shape> inputs) const;
  [[nodiscard]] double flops(const Shape& input, const Shape& output) const;
  [[nodiscard]] Footprint footprint(const Shape& input, const Shape& output) const;
};

}  // namespace shoal::graph
