#pragma once

#include <string>
#include <vector>

#include "shoal/tensor/box.hpp"

namespace shoal::graph {

/// Channels of the activation that an axis of a weight follows when the layer is split.
enum class WeightAxisRole { fixed, input_channel, output_channel };

struct WeightAxis {
  Index extent = 0;
  WeightAxisRole role = WeightAxisRole::fixed;
  /// Number of channels of the activation that share one index of this axis (a depthwise kernel's
  /// channel axis with multiplier m: m output channels each).
  Index channels_each = 1;
};

enum class WeightKind { kernel, bias, gamma, beta, moving_mean, moving_variance };

/// One dataset of a layer, in Keras's own name and order of axes (HWIO, DHWIO; dense: input,
/// output).
struct WeightSpec {
  std::string name;  ///< `kernel:0`
  WeightKind kind = WeightKind::kernel;
  std::vector<WeightAxis> axes;
  Index fan_in = 1;  ///< products summed into one output

  [[nodiscard]] Index volume() const;
  [[nodiscard]] std::vector<Index> extents() const;
  /// The range of each axis that a shard needs which reads the channels `inputs` and makes
  /// `outputs`; empty on the axes that follow an empty range.
  [[nodiscard]] std::vector<Range> slice(Range inputs, Range outputs) const;
};

}  // namespace shoal::graph
