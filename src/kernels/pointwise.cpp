#include "kernels/gemm.hpp"
#include "kernels/makers.hpp"
#include "kernels/weighted_kernel.hpp"
#include "kernels/window.hpp"

namespace shoal::kernels {
namespace {

/// A 1x1 convolution: the pixels of the input, as they lie, times the kernel. A stride only makes
/// the rows of the left matrix lie further apart.
class Pointwise final : public WeightedKernel {
 public:
  Pointwise(const Task& task, const graph::Sliding& sliding, const SharedWeights& weights)
      : WeightedKernel(task, weights), window_(local_window(sliding, task)) {}

  [[nodiscard]] std::string algorithm() const override { return "gemm"; }

  void run(std::span<const ConstView> inputs, View output,
           std::span<float> /*workspace*/) const override {
    const ConstView& input = inputs.front();
    const Shape& shape = output.shape();
    const Index channels = shape[Axis::channel];
    const Index pixel = input.stride(Axis::width) * window_.width.stride;
    const Index row = input.stride(Axis::height) * window_.height.stride;
    // Rows that follow each other at the distance of pixels are one long row.
    const bool joined = row == pixel * shape[Axis::width];
    const Index height = joined ? 1 : shape[Axis::height];
    const Index width = joined ? shape[Axis::height] * shape[Axis::width] : shape[Axis::width];
    for (Index n = 0; n < shape[Axis::batch]; ++n) {
      for (Index d = 0; d < shape[Axis::depth]; ++d) {
        for (Index h = 0; h < height; ++h) {
          const float* from = &input.at(n, start(window_.depth, d), start(window_.height, h),
                                        start(window_.width, 0), 0);
          gemm({width, channels, input.extent(Axis::channel), from, pixel, kernel(), channels,
                &output.at(n, d, h, 0, 0), channels});
        }
      }
    }
    finish_if_complete(output.data(), shape.volume() / channels, channels);
  }

 private:
  LocalWindow window_;
};

bool never_reads_padding(const graph::Window& window, Index input, Index output) {
  return window.before <= 0 && start(window, output - 1) < input;
}

}  // namespace

KernelPointer make_pointwise(const graph::Conv& op, const Task& task,
                             const SharedWeights& weights) {
  if (op.groups != 1 || op.sliding.kernel.volume() != 1 || task.inputs.front().empty()) {
    return nullptr;
  }
  const LocalWindow window = local_window(op.sliding, task);
  const Shape input = task.inputs.front().shape();
  const Shape output = task.output.shape();
  if (!never_reads_padding(window.depth, input[Axis::depth], output[Axis::depth]) ||
      !never_reads_padding(window.height, input[Axis::height], output[Axis::height]) ||
      !never_reads_padding(window.width, input[Axis::width], output[Axis::width])) {
    return nullptr;
  }
  return std::make_unique<Pointwise>(task, op.sliding, weights);
}

}  // namespace shoal::kernels
