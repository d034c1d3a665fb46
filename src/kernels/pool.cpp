#include <algorithm>
#include <limits>

#include "kernels/epilogue.hpp"
#include "kernels/makers.hpp"
#include "kernels/window.hpp"

namespace shoal::kernels {
namespace {

void take_maximum(const float* in, float* out, Index channels) {
  for (Index c = 0; c < channels; ++c) out[c] = std::max(out[c], in[c]);
}

void add(const float* in, float* out, Index channels) {
  for (Index c = 0; c < channels; ++c) out[c] += in[c];
}

void scale(float* out, Index channels, float factor) {
  for (Index c = 0; c < channels; ++c) out[c] *= factor;
}

float neutral(graph::PoolKind kind) {
  return kind == graph::PoolKind::max ? -std::numeric_limits<float>::infinity() : 0.0F;
}

class Pooling final : public Kernel {
 public:
  Pooling(const Task& task, const graph::Pool& op)
      : kind_(op.pool),
        window_(local_window(op.sliding, task)),
        activation_(task.layer->activation) {}

  [[nodiscard]] std::string algorithm() const override { return "pool"; }

  void run(std::span<const ConstView> inputs, View output,
           std::span<float> /*workspace*/) const override {
    const Shape& shape = output.shape();
    for (Index n = 0; n < shape[Axis::batch]; ++n) {
      for (Index d = 0; d < shape[Axis::depth]; ++d) {
        for (Index h = 0; h < shape[Axis::height]; ++h) {
          for (Index w = 0; w < shape[Axis::width]; ++w) {
            run_window(inputs.front(), n, {d, h, w}, &output.at(n, d, h, w, 0));
          }
        }
      }
    }
    finish_rows(output.data(), 1, shape.volume(), {}, activation_);
  }

 private:
  /// The taps of a window that lie inside the input.
  static Range taps(const graph::Window& window, Index o, Index extent) {
    const Index first = start(window, o);
    const Index dilation = window.dilation;
    const Index begin = first >= 0 ? 0 : (-first + dilation - 1) / dilation;
    const Index end = extent > first ? (extent - first + dilation - 1) / dilation : 0;
    return {begin, std::min(window.kernel, end)};
  }

  void run_window(const ConstView& input, Index n, const graph::Spatial& at, float* out) const {
    const Index channels = input.extent(Axis::channel);
    const Range depth = taps(window_.depth, at.depth, input.extent(Axis::depth));
    const Range height = taps(window_.height, at.height, input.extent(Axis::height));
    const Range width = taps(window_.width, at.width, input.extent(Axis::width));
    std::fill_n(out, channels, neutral(kind_));
    for (Index kd = depth.begin; kd < depth.end; ++kd) {
      for (Index kh = height.begin; kh < height.end; ++kh) {
        for (Index kw = width.begin; kw < width.end; ++kw) {
          const float* in =
              &input.at(n, start(window_.depth, at.depth) + kd * window_.depth.dilation,
                        start(window_.height, at.height) + kh * window_.height.dilation,
                        start(window_.width, at.width) + kw * window_.width.dilation, 0);
          kind_ == graph::PoolKind::max ? take_maximum(in, out, channels) : add(in, out, channels);
        }
      }
    }
    const Index count = depth.size() * height.size() * width.size();
    if (kind_ == graph::PoolKind::average && count > 0) {
      scale(out, channels, 1.0F / static_cast<float>(count));
    }
  }

  graph::PoolKind kind_;
  LocalWindow window_;
  graph::Activation activation_;
};

/// Over all of space, or over this rank's part of it, divided by the count of the whole.
class GlobalPooling final : public Kernel {
 public:
  GlobalPooling(const Task& task, const graph::GlobalPool& op)
      : kind_(op.pool), activation_(task.layer->activation), complete_(task.complete) {
    Index count = 1;
    for (const Axis axis : spatial_axes) count *= task.input_shapes.front()[axis];
    factor_ = 1.0F / static_cast<float>(count);
  }

  [[nodiscard]] std::string algorithm() const override { return "pool"; }

  void run(std::span<const ConstView> inputs, View output,
           std::span<float> /*workspace*/) const override {
    const ConstView& input = inputs.front();
    const Index channels = output.extent(Axis::channel);
    for (Index n = 0; n < input.extent(Axis::batch); ++n) {
      float* out = &output.at(n, 0, 0, 0, 0);
      std::fill_n(out, channels, neutral(kind_));
      for (Index d = 0; d < input.extent(Axis::depth); ++d) {
        for (Index h = 0; h < input.extent(Axis::height); ++h) {
          for (Index w = 0; w < input.extent(Axis::width); ++w) {
            const float* in = &input.at(n, d, h, w, 0);
            kind_ == graph::PoolKind::max ? take_maximum(in, out, channels)
                                          : add(in, out, channels);
          }
        }
      }
      if (kind_ == graph::PoolKind::average) scale(out, channels, factor_);
    }
    if (complete_) finish_rows(output.data(), 1, output.shape().volume(), {}, activation_);
  }

 private:
  graph::PoolKind kind_;
  graph::Activation activation_;
  bool complete_;
  float factor_ = 1;
};

}  // namespace

KernelPointer make(const graph::Pool& op, const Task& task, const SharedWeights& /*weights*/) {
  return std::make_unique<Pooling>(task, op);
}

KernelPointer make(const graph::GlobalPool& op, const Task& task,
                   const SharedWeights& /*weights*/) {
  return std::make_unique<GlobalPooling>(task, op);
}

}  // namespace shoal::kernels
