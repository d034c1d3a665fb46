#include "shoal/graph/ops/batch_norm.hpp"

namespace shoal::graph {

Shape BatchNorm::output(std::span<const Shape> inputs) const {
  expect_inputs(inputs, 1);
  return inputs.front();
}

std::vector<WeightSpec> BatchNorm::weights(const Shape& input) const {
  const auto vector = [&](const char* dataset, WeightKind kind) {
    return WeightSpec{dataset, kind, {{input[Axis::channel], WeightAxisRole::output_channel}}};
  };
  std::vector<WeightSpec> specs;
  if (scale) specs.push_back(vector("gamma:0", WeightKind::gamma));
  if (center) specs.push_back(vector("beta:0", WeightKind::beta));
  specs.push_back(vector("moving_mean:0", WeightKind::moving_mean));
  specs.push_back(vector("moving_variance:0", WeightKind::moving_variance));
  return specs;
}

double BatchNorm::flops(const Shape& /*input*/, const Shape& output) const {
  return 2.0 * static_cast<double>(output.volume());
}

}  // namespace shoal::graph
