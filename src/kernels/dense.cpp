#include "kernels/gemm.hpp"
#include "kernels/gemv.hpp"
#include "kernels/makers.hpp"
#include "kernels/weighted_kernel.hpp"

namespace shoal::kernels {
namespace {

/// One frame is bound by reading the weights; of several frames each weight is used for all.
class DenseKernel final : public WeightedKernel {
 public:
  using WeightedKernel::WeightedKernel;

  [[nodiscard]] std::string algorithm() const override { return "gemv"; }

  void run(std::span<const ConstView> inputs, View output,
           std::span<float> /*workspace*/) const override {
    const ConstView& input = inputs.front();
    const Index units = output.extent(Axis::channel);
    const Index features = input.extent(Axis::channel);
    const Index batch = output.extent(Axis::batch);
    if (batch == 1) {
      gemv({input.data(), kernel(), features, units, output.data()});
    } else {
      gemm({batch, units, features, input.data(), input.stride(Axis::batch), kernel(), units,
            output.data(), units});
    }
    finish_if_complete(output.data(), batch, units);
  }
};

class NarrowDenseKernel final : public WeightedKernel {
 public:
  using WeightedKernel::WeightedKernel;

  [[nodiscard]] std::string algorithm() const override {
    return "gemv-" + std::string(name(weights().narrow().type()));
  }

  void run(std::span<const ConstView> inputs, View output,
           std::span<float> /*workspace*/) const override {
    const ConstView& input = inputs.front();
    const Index units = output.extent(Axis::channel);
    const Index batch = output.extent(Axis::batch);
    for (Index i = 0; i < batch; ++i) {
      gemv(input.data() + i * input.stride(Axis::batch), weights().narrow(),
           output.data() + i * units);
    }
    finish_if_complete(output.data(), batch, units);
  }
};

}  // namespace

KernelPointer make(const graph::Dense& /*op*/, const Task& task, const SharedWeights& weights) {
  if (task.layer->weights_type == graph::WeightsType::float32) {
    return std::make_unique<DenseKernel>(task, weights);
  }
  return std::make_unique<NarrowDenseKernel>(task, weights);
}

}  // namespace shoal::kernels
