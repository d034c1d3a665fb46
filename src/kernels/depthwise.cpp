#include <algorithm>

#include "kernels/makers.hpp"
#include "kernels/weighted_kernel.hpp"
#include "kernels/window.hpp"

namespace shoal::kernels {
namespace {

/// Tap by tap over whole rows of channels. The kernel is (height, width, channel, multiplier).
class Depthwise final : public WeightedKernel {
 public:
  Depthwise(const Task& task, const graph::DepthwiseConv& op, const SharedWeights& weights)
      : WeightedKernel(task, weights),
        window_(local_window(op.sliding, task)),
        multiplier_(op.multiplier) {}

  [[nodiscard]] std::string algorithm() const override { return "depthwise"; }

  void run(std::span<const ConstView> inputs, View output,
           std::span<float> /*workspace*/) const override {
    const Shape& shape = output.shape();
    for (Index n = 0; n < shape[Axis::batch]; ++n) {
      for (Index d = 0; d < shape[Axis::depth]; ++d) {
        for (Index h = 0; h < shape[Axis::height]; ++h) {
          for (Index w = 0; w < shape[Axis::width]; ++w) {
            run_pixel(inputs.front(), n, d, h, w, &output.at(n, d, h, w, 0), shape[Axis::channel]);
          }
        }
      }
    }
  }

 private:
  void run_pixel(const ConstView& input, Index n, Index d, Index h, Index w, float* out,
                 Index channels) const {
    std::fill_n(out, channels, 0.0F);
    for (Index kh = 0; kh < window_.height.kernel; ++kh) {
      const Index in_h = start(window_.height, h) + kh * window_.height.dilation;
      if (in_h < 0 || in_h >= input.extent(Axis::height)) continue;
      for (Index kw = 0; kw < window_.width.kernel; ++kw) {
        const Index in_w = start(window_.width, w) + kw * window_.width.dilation;
        if (in_w < 0 || in_w >= input.extent(Axis::width)) continue;
        add_tap(&input.at(n, start(window_.depth, d), in_h, in_w, 0),
                kernel() + (kh * window_.width.kernel + kw) * channels, out, channels);
      }
    }
    finish_if_complete(out, 1, channels);
  }

  void add_tap(const float* in, const float* weights, float* out, Index channels) const {
    if (multiplier_ == 1) {
      for (Index c = 0; c < channels; ++c) out[c] += in[c] * weights[c];
    } else {
      for (Index c = 0; c < channels; ++c) out[c] += in[c / multiplier_] * weights[c];
    }
  }

  LocalWindow window_;
  Index multiplier_;
};

}  // namespace

KernelPointer make(const graph::DepthwiseConv& op, const Task& task, const SharedWeights& weights) {
  return std::make_unique<Depthwise>(task, op, weights);
}

}  // namespace shoal::kernels
