#include "shoal/kernels/kernel.hpp"

#include "shoal/base/error.hpp"

#include "kernels/makers.hpp"

namespace shoal::kernels {
namespace {

/// How many floats of kernel and of bias the task needs.
struct Expected {
  std::size_t kernel = 0;
  std::size_t bias = 0;
};

Expected expected_weights(const Task& task) {
  const graph::Layer& layer = *task.layer;
  const auto outputs = static_cast<std::size_t>(task.output[Axis::channel].size());
  const auto specs = std::visit(
      [&](const auto& op) {
        return task.input_shapes.empty() ? std::vector<graph::WeightSpec>{}
                                         : op.weights(task.input_shapes.front());
      },
      layer.op);
  if (std::holds_alternative<graph::BatchNorm>(layer.op)) return {outputs, outputs};
  Expected expected;
  for (const graph::WeightSpec& spec : specs) {
    std::size_t volume = 1;
    for (const Range range :
         spec.slice(task.inputs.front()[Axis::channel], task.output[Axis::channel])) {
      volume *= static_cast<std::size_t>(range.size());
    }
    (spec.kind == graph::WeightKind::kernel ? expected.kernel : expected.bias) += volume;
  }
  if (layer.batch_norm) expected.bias = outputs;
  return expected;
}

void check_weights(const Task& task, const Weights& weights) {
  const Expected expected = expected_weights(task);
  if (weights.kernel_size() != expected.kernel || weights.bias().size() != expected.bias) {
    throw Error("layer {}: {} weights and {} biases given, {} and {} needed", task.layer->name,
                weights.kernel_size(), weights.bias().size(), expected.kernel, expected.bias);
  }
}

}  // namespace

std::unique_ptr<Kernel> make_kernel(const Task& task, graph::LayerWeights weights) {
  return make_kernel(task, std::make_shared<Weights>(std::move(weights)));
}

std::unique_ptr<Kernel> make_kernel(const Task& task, const SharedWeights& weights) {
  check_weights(task, *weights);
  KernelPointer kernel =
      std::visit([&](const auto& op) { return make(op, task, weights); }, task.layer->op);
  if (!kernel) throw Error("layer {}: no kernel can compute it", task.layer->name);
  return kernel;
}

}  // namespace shoal::kernels
