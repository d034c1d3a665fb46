#pragma once

#include <variant>

#include "shoal/tensor/box.hpp"

namespace shoal::graph {

/// Output index o along an axis reads the inputs o * stride - before + k * dilation, for
/// 0 <= k < kernel; what falls outside the input is padding. The default is the identity.
struct Window {
  Index kernel = 1;
  Index stride = 1;
  Index dilation = 1;
  Index before = 0;

  /// The distance from the first to behind the last input that one output reads.
  [[nodiscard]] Index span() const { return (kernel - 1) * dilation + 1; }
  friend bool operator==(const Window&, const Window&) = default;
};

/// Outputs [g * outputs, (g + 1) * outputs) read the inputs [g * inputs, (g + 1) * inputs).
/// A dense layer is one group; a depthwise convolution with multiplier m has inputs 1, outputs m.
struct Groups {
  Index inputs = 1;
  Index outputs = 1;
  friend bool operator==(const Groups&, const Groups&) = default;
};

using AxisUse = std::variant<Window, Groups>;

/// Inputs that an output needs, axis by axis. All that splitting knows about an operator.
struct Footprint : PerAxis<AxisUse> {};

/// A box of an input of shape `input` that holds all that `output` reads: the smallest one, save
/// that dilated windows may leave a gap at the edge of the input. Padding is left out: it is not
/// data. An empty output reads nothing.
///
/// A 3x3 same convolution on 112 rows: output rows [56,84) read input rows [55,85).
Box input_box(const Footprint& footprint, const Box& output, const Shape& input);

}  // namespace shoal::graph
