#include <algorithm>
#include <vector>

#include "kernels/channels.hpp"
#include "kernels/makers.hpp"
#include "kernels/parallel.hpp"
#include "kernels/weighted_kernel.hpp"
#include "kernels/window.hpp"

namespace shoal::kernels {
namespace {

/// All taps of a window at once, over the channels. The kernel is (height, width, channel,
/// multiplier).
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
    const float* const weights = kernel();
    const Index rows = shape[Axis::depth] * shape[Axis::height];
    parallel_for(shape[Axis::batch] * rows, [&](Index i) {
      run_row(inputs.front(), weights,
              {i / rows, i % rows / shape[Axis::height], i % shape[Axis::height]}, output);
    });
  }

 private:
  struct Row {
    Index n;
    Index d;
    Index h;
  };

  void run_row(const ConstView& input, const float* weights, const Row& row, View output) const {
    const Range inner = inner_outputs(input, output);
    if (!inner.empty()) run_inner(input, weights, row, inner, output);
    run_pixels(input, weights, row, {0, inner.begin}, output);
    run_pixels(input, weights, row, {inner.end, output.extent(Axis::width)}, output);
  }

  /// Those of a row whose windows are whole and can be computed together.
  [[nodiscard]] Range inner_outputs(const ConstView& input, const View& output) const {
    const graph::Window& window = window_.width;
    if (multiplier_ != 1 || window.stride != 1 || window.dilation != 1 ||
        !has_window_row(window.kernel)) {
      return {};
    }
    const Index end = input.extent(Axis::width) - window.kernel + 1 + window.before;
    const Range inner = intersect(Range{std::max<Index>(0, window.before), end},
                                  Range{0, output.extent(Axis::width)});
    return inner.empty() ? Range{} : inner;
  }

  void run_inner(const ConstView& input, const float* weights, const Row& row, Range inner,
                 View output) const {
    const graph::Window& window = window_.height;
    const Index channels = output.extent(Axis::channel);
    const Range rows = taps_inside(window, row.h, input.extent(Axis::height));
    const Index in_h = start(window, row.h) + rows.begin * window.dilation;
    const WindowRow windows = {
        rows.empty() ? nullptr
                     : &input.at(row.n, row.d, in_h, start(window_.width, inner.begin), 0),
        input.stride(Axis::height) * window.dilation,
        input.stride(Axis::width),
        rows.size(),
        window_.width.kernel,
        inner.size()};
    sum_window_row(windows, weights + rows.begin * window_.width.kernel * channels, channels, end(),
                   &output.at(row.n, row.d, row.h, inner.begin, 0));
  }

  void run_pixels(const ConstView& input, const float* weights, const Row& row, Range outputs,
                  View output) const {
    std::vector<const float*> pixels;
    std::vector<const float*> taps;
    for (Index w = outputs.begin; w < outputs.end; ++w) {
      pixels.clear();
      taps.clear();
      look(input, weights, row, w, output.extent(Axis::channel), pixels, taps);
      finish_pixel(pixels, taps, &output.at(row.n, row.d, row.h, w, 0),
                   output.extent(Axis::channel));
    }
  }

  /// The pixels under the window and the weights that they meet.
  void look(const ConstView& input, const float* weights, const Row& row, Index w, Index channels,
            std::vector<const float*>& pixels, std::vector<const float*>& taps) const {
    for (Index kh = 0; kh < window_.height.kernel; ++kh) {
      const Index in_h = start(window_.height, row.h) + kh * window_.height.dilation;
      if (in_h < 0 || in_h >= input.extent(Axis::height)) continue;
      for (Index kw = 0; kw < window_.width.kernel; ++kw) {
        const Index in_w = start(window_.width, w) + kw * window_.width.dilation;
        if (in_w < 0 || in_w >= input.extent(Axis::width)) continue;
        pixels.push_back(&input.at(row.n, start(window_.depth, row.d), in_h, in_w, 0));
        taps.push_back(weights + (kh * window_.width.kernel + kw) * channels);
      }
    }
  }

  void finish_pixel(Pixels pixels, Pixels taps, float* out, Index channels) const {
    const ChannelEnd finishing = end();
    if (multiplier_ == 1) {
      sum_products(pixels, taps, channels, finishing, out);
      return;
    }
    for (Index c = 0; c < channels; ++c) {
      float sum = finishing.bias == nullptr ? 0.0F : finishing.bias[c];
      for (std::size_t i = 0; i < pixels.size(); ++i)
        sum += pixels[i][c / multiplier_] * taps[i][c];
      out[c] = std::max(sum, finishing.floor);
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
