#pragma once

#include <span>
#include <string>
#include <vector>

#include "shoal/graph/footprint.hpp"
#include "shoal/graph/spatial.hpp"
#include "shoal/graph/weight_spec.hpp"

namespace shoal::graph {

/// Properties of an operator. Each operator inherits these, which are those of an element-wise
/// operator without weights, and hides the ones that differ; nothing is virtual, the variant Op
/// dispatches. An operator also has `std::string kind() const`, its name in Keras.
struct Operator {
  /// The shape of the output for these inputs; an Error where they do not fit.
  [[nodiscard]] Shape output(std::span<const Shape> inputs) const { return inputs.front(); }
  /// The datasets it needs, in Keras's order.
  [[nodiscard]] std::vector<WeightSpec> weights(const Shape& /*input*/) const { return {}; }
  /// Floating-point operations for one output of shape `output`; a multiply-add is two.
  [[nodiscard]] double flops(const Shape& /*input*/, const Shape& output) const {
    return static_cast<double>(output.volume());
  }
  [[nodiscard]] Footprint footprint(const Shape& /*input*/, const Shape& /*output*/) const {
    return {};
  }
  /// The input axes over which it is a plain sum, so that shards of them make partial sums.
  [[nodiscard]] std::vector<Axis> sums() const { return {}; }
};

/// An Error unless there are `count` inputs.
void expect_inputs(std::span<const Shape> inputs, std::size_t count);

/// The bias of a layer with `outputs` outputs.
WeightSpec bias_spec(Index outputs);

}  // namespace shoal::graph
