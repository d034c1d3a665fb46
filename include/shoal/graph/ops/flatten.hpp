#pragma once

#include "shoal/graph/operator.hpp"

namespace shoal::graph {

/// Depth, height, width and channels as one feature vector, in that order. The only operator whose
/// boxes are not boxes of its input; see flattened_box.
struct Flatten : Operator {
  [[nodiscard]] std::string kind() const { return "Flatten"; }
  [[nodiscard]] Shape output(std::span<const Shape> inputs) const;
  [[nodiscard]] double flops(const Shape& /*input*/, const Shape& /*output*/) const { return 0; }
  /// Needs everything: what can be flattened in part, is known by flattened_box.
  [[nodiscard]] Footprint footprint(const Shape& input, const Shape& output) const;
};

/// Whether `box` of an activation of shape `input` is one run of features.
bool is_feature_range(const Box& box, const Shape& input);

/// The features of such a box: rows [2,4) of 7x7x512 are the features [7168, 14336).
Box flattened_box(const Box& box, const Shape& input);

}  // namespace shoal::graph
