#pragma once

#include "shoal/graph/operator.hpp"

namespace shoal::graph {

/// Entry of the frames.
struct Input : Operator {
  Shape shape;

  Input() = default;
  explicit Input(const Shape& frame) : shape(frame) {}
  [[nodiscard]] std::string kind() const { return "Input"; }
  [[nodiscard]] double flops(const Shape& /*input*/, const Shape& /*output*/) const { return 0; }
  [[nodiscard]] Shape output(std::span<const Shape> inputs) const;
};

}  // namespace shoal::graph
