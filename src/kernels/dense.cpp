#include "kernels/gemm.hpp"
#include "kernels/makers.hpp"
#include "kernels/weighted_kernel.hpp"

namespace shoal::kernels {
namespace {

class DenseKernel final : public WeightedKernel {
 public:
  using WeightedKernel::WeightedKernel;

  [[nodiscard]] std::string algorithm() const override { return "gemv"; }

  void run(std::span<const ConstView> inputs, View output,
           std::span<float> /*workspace*/) const override {
    const ConstView& input = inputs.front();
    const Index units = output.extent(Axis::channel);
    const Index batch = output.extent(Axis::batch);
    gemm({batch, units, input.extent(Axis::channel), input.data(), input.stride(Axis::batch),
          kernel(), units, output.data(), units});
    finish_if_complete(output.data(), batch, units);
  }
};

}  // namespace

KernelPointer make(const graph::Dense& /*op*/, const Task& task, const SharedWeights& weights) {
  return std::make_unique<DenseKernel>(task, weights);
}

}  // namespace shoal::kernels
