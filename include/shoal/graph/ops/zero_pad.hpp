#pragma once

#include "shoal/graph/operator.hpp"

namespace shoal::graph {

/// Zeros around space: `before` and `after` elements on each axis (Spatial's default of 1 is not
/// meant here: name all three).
struct ZeroPad : Operator {
  Spatial before{0, 0, 0};
  Spatial after{0, 0, 0};
  int dimensions = 2;

  [[nodiscard]] std::string kind() const {
    return dimensions == 3 ? "ZeroPadding3D" : "ZeroPadding2D";
  }
  [[nodiscard]] Shape output(std::span<const Shape> inputs) const;
  [[nodiscard]] double flops(const Shape& /*input*/, const Shape& /*output*/) const { return 0; }
  [[nodiscard]] Footprint footprint(const Shape& input, const Shape& output) const;
};

}  // namespace shoal::graph
