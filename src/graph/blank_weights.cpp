#include "shoal/graph/blank_weights.hpp"

namespace shoal::graph {

LayerWeights blank_weights(const Graph& lowered, LayerId layer, Range inputs, Range outputs) {
  Index kernel = 0;
  Index bias = 0;
  for (const WeightSpec& spec : lowered.weights(layer)) {
    Index volume = 1;
    for (const Range range : spec.slice(inputs, outputs)) volume *= range.size();
    (spec.kind == WeightKind::kernel ? kernel : bias) += volume;
  }
  const bool alone = std::holds_alternative<BatchNorm>(lowered[layer].op);
  if (alone) kernel = outputs.size();
  if (alone || lowered[layer].batch_norm) bias = outputs.size();
  const WeightsType type = lowered[layer].weights_type;
  if (type != WeightsType::float32 && kernel > 0) {
    return {AlignedBuffer(), AlignedBuffer(addressable(bias)),
            NarrowKernel(type, inputs.size(), outputs.size())};
  }
  return {AlignedBuffer(addressable(kernel)), AlignedBuffer(addressable(bias)), NarrowKernel()};
}

}  // namespace shoal::graph
