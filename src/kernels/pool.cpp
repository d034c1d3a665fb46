#include <algorithm>
#include <vector>

#include "kernels/channels.hpp"
#include "kernels/epilogue.hpp"
#include "kernels/makers.hpp"
#include "kernels/parallel.hpp"
#include "kernels/window.hpp"

namespace shoal::kernels {
namespace {

void pool(graph::PoolKind kind, Pixels pixels, Index channels, float factor, float floor,
          float* out) {
  kind == graph::PoolKind::max ? take_largest(pixels, channels, floor, out)
                               : take_sum(pixels, channels, factor, floor, out);
}

class Pooling final : public Kernel {
 public:
  Pooling(const Task& task, const graph::Pool& op)
      : kind_(op.pool),
        window_(local_window(op.sliding, task)),
        floor_(floor_of(task.layer->activation)) {}

  [[nodiscard]] std::string algorithm() const override { return "pool"; }

  void run(std::span<const ConstView> inputs, View output,
           std::span<float> /*workspace*/) const override {
    const Shape& shape = output.shape();
    const Index rows = shape[Axis::depth] * shape[Axis::height];
    parallel_for(shape[Axis::batch] * rows, [&](Index i) {
      std::vector<const float*> pixels;
      for (Index w = 0; w < shape[Axis::width]; ++w) {
        run_window(inputs.front(), i / rows,
                   {i % rows / shape[Axis::height], i % shape[Axis::height], w}, pixels, output);
      }
    });
  }

 private:
  void run_window(const ConstView& input, Index n, const graph::Spatial& at,
                  std::vector<const float*>& pixels, View output) const {
    const Range depth = taps_inside(window_.depth, at.depth, input.extent(Axis::depth));
    const Range height = taps_inside(window_.height, at.height, input.extent(Axis::height));
    const Range width = taps_inside(window_.width, at.width, input.extent(Axis::width));
    pixels.clear();
    for (Index kd = depth.begin; kd < depth.end; ++kd) {
      for (Index kh = height.begin; kh < height.end; ++kh) {
        for (Index kw = width.begin; kw < width.end; ++kw) {
          pixels.push_back(
              &input.at(n, start(window_.depth, at.depth) + kd * window_.depth.dilation,
                        start(window_.height, at.height) + kh * window_.height.dilation,
                        start(window_.width, at.width) + kw * window_.width.dilation, 0));
        }
      }
    }
    pool(kind_, pixels, output.extent(Axis::channel),
         1.0F / static_cast<float>(std::max<std::size_t>(1, pixels.size())), floor_,
         &output.at(n, at.depth, at.height, at.width, 0));
  }

  graph::PoolKind kind_;
  LocalWindow window_;
  float floor_;
};

/// Over all of space, or over this rank's part of it, divided by the count of the whole.
class GlobalPooling final : public Kernel {
 public:
  GlobalPooling(const Task& task, const graph::GlobalPool& op)
      : kind_(op.pool),
        floor_(floor_of(task.complete ? task.layer->activation : graph::Activation::linear)) {
    Index count = 1;
    for (const Axis axis : spatial_axes) count *= task.input_shapes.front()[axis];
    factor_ = 1.0F / static_cast<float>(count);
  }

  [[nodiscard]] std::string algorithm() const override { return "pool"; }

  void run(std::span<const ConstView> inputs, View output,
           std::span<float> /*workspace*/) const override {
    const ConstView& input = inputs.front();
    std::vector<const float*> pixels;
    for (Index n = 0; n < input.extent(Axis::batch); ++n) {
      pixels.clear();
      for (Index d = 0; d < input.extent(Axis::depth); ++d) {
        for (Index h = 0; h < input.extent(Axis::height); ++h) {
          for (Index w = 0; w < input.extent(Axis::width); ++w) {
            pixels.push_back(&input.at(n, d, h, w, 0));
          }
        }
      }
      pool(kind_, pixels, output.extent(Axis::channel), factor_, floor_, &output.at(n, 0, 0, 0, 0));
    }
  }

 private:
  graph::PoolKind kind_;
  float floor_;
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
