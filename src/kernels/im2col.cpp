#include <algorithm>

#include "kernels/gemm.hpp"
#include "kernels/makers.hpp"
#include "kernels/weighted_kernel.hpp"
#include "kernels/window.hpp"

namespace shoal::kernels {
namespace {

/// Floats of one tile of the column matrix: 2 MB, about what a core keeps near; the bound of 32 MB
/// is reached by no layer, since a tile can shrink to one pixel and one row of the kernel.
constexpr Index tile_floats = Index{1} << 19;

/// What an output pixel is made of, as rows of a matrix, tile by tile, times the kernel. A tile
/// covers some pixels and some rows of the kernel (depth and height taps; the width is kept whole).
class Im2col final : public WeightedKernel {
 public:
  Im2col(const Task& task, const graph::Conv& op, const SharedWeights& weights)
      : WeightedKernel(task, weights), window_(local_window(op.sliding, task)) {
    const Index outputs_each = op.filters / op.groups;
    const Index filters = task.output[Axis::channel].size();
    groups_ = op.groups == 1 ? 1 : filters / outputs_each;
    filters_ = filters / groups_;
    channels_ = task.inputs.front()[Axis::channel].size() / groups_;
    kernel_rows_ = op.sliding.kernel.depth * op.sliding.kernel.height;
    row_floats_ = op.sliding.kernel.width * channels_;
    pixels_ = task.output.volume() / filters;
    tile_rows_ = std::clamp<Index>(tile_floats / std::max<Index>(1, row_floats_ * min_pixels), 1,
                                   kernel_rows_);
    tile_pixels_ =
        std::clamp<Index>(tile_floats / std::max<Index>(1, row_floats_ * tile_rows_), 1, pixels_);
  }

  [[nodiscard]] std::string algorithm() const override { return "im2col"; }
  [[nodiscard]] std::size_t workspace() const override {
    return static_cast<std::size_t>(tile_pixels_ * tile_rows_ * row_floats_);
  }

  void run(std::span<const ConstView> inputs, View output,
           std::span<float> workspace) const override {
    for (Index pixel = 0; pixel < pixels_; pixel += tile_pixels_) {
      const Index count = std::min(tile_pixels_, pixels_ - pixel);
      for (Index group = 0; group < groups_; ++group) {
        run_tile(inputs.front(), output, pixel, count, group, workspace.data());
      }
      finish_if_complete(output.data() + pixel * filters_ * groups_, count, filters_ * groups_);
    }
  }

 private:
  static constexpr Index min_pixels = 64;

  void run_tile(const ConstView& input, View output, Index pixel, Index count, Index group,
                float* columns) const {
    const Index all_filters = filters_ * groups_;
    for (Index row = 0; row < kernel_rows_; row += tile_rows_) {
      const Index rows = std::min(tile_rows_, kernel_rows_ - row);
      const Index inner = rows * row_floats_;
      for (Index i = 0; i < count; ++i) {
        gather(input, output.shape(), pixel + i, group, {row, row + rows}, columns + i * inner);
      }
      gemm({count, filters_, inner, columns, inner,
            kernel() + row * row_floats_ * all_filters + group * filters_, all_filters,
            output.data() + pixel * all_filters + group * filters_, all_filters, row > 0});
    }
  }

  /// The inputs of one output pixel under some rows of the kernel.
  void gather(const ConstView& input, const Shape& output, Index pixel, Index group, Range rows,
              float* to) const {
    const Index w = pixel % output[Axis::width];
    const Index h = pixel / output[Axis::width] % output[Axis::height];
    const Index plane = pixel / output[Axis::width] / output[Axis::height];
    const Index d = plane % output[Axis::depth];
    const Index n = plane / output[Axis::depth];
    const Index kernel_height = window_.height.kernel;
    for (Index row = rows.begin; row < rows.end; ++row, to += row_floats_) {
      const Index in_d = start(window_.depth, d) + row / kernel_height * window_.depth.dilation;
      const Index in_h = start(window_.height, h) + row % kernel_height * window_.height.dilation;
      if (in_d < 0 || in_d >= input.extent(Axis::depth) || in_h < 0 ||
          in_h >= input.extent(Axis::height)) {
        std::fill_n(to, row_floats_, 0.0F);
      } else {
        gather_row(input, {n, in_d, in_h}, start(window_.width, w), group, to);
      }
    }
  }

  struct Line {
    Index n;
    Index d;
    Index h;
  };

  void gather_row(const ConstView& input, const Line& line, Index first, Index group,
                  float* to) const {
    const Index taps = window_.width.kernel;
    const Index dilation = window_.width.dilation;
    const Index width = input.extent(Axis::width);
    const bool inside = first >= 0 && first + (taps - 1) * dilation < width;
    if (inside && dilation == 1 && groups_ == 1 && input.stride(Axis::width) == channels_) {
      std::copy_n(&input.at(line.n, line.d, line.h, first, 0), row_floats_, to);
      return;
    }
    for (Index tap = 0; tap < taps; ++tap, to += channels_) {
      const Index w = first + tap * dilation;
      if (w < 0 || w >= width) {
        std::fill_n(to, channels_, 0.0F);
      } else {
        std::copy_n(&input.at(line.n, line.d, line.h, w, group * channels_), channels_, to);
      }
    }
  }

  LocalWindow window_;
  Index groups_ = 1;       ///< of this shard
  Index filters_ = 0;      ///< of a group
  Index channels_ = 0;     ///< of a group
  Index kernel_rows_ = 0;  ///< kernel depth x height
  Index row_floats_ = 0;   ///< kernel width x channels
  Index pixels_ = 0;
  Index tile_rows_ = 1;
  Index tile_pixels_ = 1;
};

}  // namespace

KernelPointer make_im2col(const graph::Conv& op, const Task& task, const SharedWeights& weights) {
  return std::make_unique<Im2col>(task, op, weights);
}

}  // namespace shoal::kernels
