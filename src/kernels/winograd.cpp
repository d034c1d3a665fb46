#include <algorithm>
#include <array>
#include <limits>
#include <string>
#include <vector>

#include "kernels/makers.hpp"
#include "kernels/parallel.hpp"
#include "kernels/weighted_kernel.hpp"
#include "kernels/window.hpp"
#include "kernels/winograd_transform.hpp"
#include "kernels/winograd_weights.hpp"

namespace shoal::kernels {
namespace {

/// Of transformed inputs and outputs together, that go through the caches at a time: half of what
/// is near a core.
constexpr Index block_floats = Index{1} << 17;
/// But no fewer rows of a product, or the weights would go through the caches too often.
constexpr Index least_rows = 64;
/// More between positions than whole pages, whose lines would all want the same place in the cache.
constexpr Index skew = 16;
constexpr std::size_t most_positions = 64;
/// Of a block: what Kernel::workspace promises.
constexpr Index most_block_floats = Index{7} << 20;

/// A 3x3 convolution, in depth as well, as products at the positions of transformed tiles. A block
/// of tiles at a time, over the whole depth: what the taps in depth read is transformed once, and
/// their sum is one row of the product.
class Winograd final : public WeightedKernel {
 public:
  Winograd(Index m, const Task& task, const graph::Conv& op, const SharedWeights& shared)
      : WeightedKernel(task, shared),
        m_(m),
        side_(m + 2),
        window_(local_window(op.sliding, task)),
        input_(task.inputs.front().shape()),
        output_(task.output.shape()),
        channels_(input_[Axis::channel]),
        filters_(output_[Axis::channel]),
        tile_columns_(divided_up(output_[Axis::width], m)),
        tiles_(divided_up(output_[Axis::height], m) * tile_columns_),
        slices_(output_[Axis::depth] + (window_.depth.kernel - 1) * window_.depth.dilation),
        zeros_(static_cast<std::size_t>(channels_)) {
    std::fill(zeros_.span().begin(), zeros_.span().end(), 0.0F);
    const Index tile_floats =
        side_ * side_ * (slices_ * channels_ + output_[Axis::depth] * filters_);
    block_tiles_ = std::clamp<Index>(
        std::max(block_floats / tile_floats, divided_up(least_rows, output_[Axis::depth])), 1,
        std::max<Index>(1, std::min(tiles_, most_block_floats / tile_floats)));
    block_tiles_ = divided_up(tiles_, divided_up(tiles_, block_tiles_));
    weights_ = weights().packed<WinogradWeights>(m, [&](const AlignedBuffer& kernel) {
      return WinogradWeights(m, kernel.data(), window_.depth.kernel, channels_, filters_);
    });
  }

  [[nodiscard]] std::string algorithm() const override { return "winograd" + std::to_string(m_); }
  [[nodiscard]] std::size_t workspace() const override {
    return static_cast<std::size_t>(side_ * side_ *
                                    (input_stride(block_tiles_) + sum_stride(block_tiles_)));
  }

  void run(std::span<const ConstView> inputs, View output,
           std::span<float> workspace) const override {
    for (Index n = 0; n < output_[Axis::batch]; ++n) {
      for (Index first = 0; first < tiles_; first += block_tiles_) {
        const Block block = {n, first, std::min(block_tiles_, tiles_ - first)};
        float* const sums = workspace.data() + side_ * side_ * input_stride(block.count);
        transform_inputs(inputs.front(), block, workspace.data());
        multiply_positions(block, workspace.data(), sums);
        transform_outputs(sums, block, output);
      }
    }
  }

 private:
  /// Tiles that follow each other, row after row.
  struct Block {
    Index n;
    Index first;
    Index count;
  };

  /// From the inputs (slice, tile, channel) of a position to those of the next.
  [[nodiscard]] Index input_stride(Index tiles) const { return slices_ * tiles * channels_ + skew; }
  /// The same of its sums (slice, tile, filter).
  [[nodiscard]] Index sum_stride(Index tiles) const {
    return output_[Axis::depth] * tiles * filters_ + skew;
  }

  void transform_inputs(const ConstView& input, const Block& block, float* to) const {
    parallel_for(slices_ * block.count, [&](Index i) {
      const Index d = start(window_.depth, 0) + i / block.count;
      const auto pixels = input_pixels(input, block.n, d, block.first + i % block.count);
      transform_input(m_, pixels.data(), channels_, to + i * channels_, input_stride(block.count));
    });
  }

  [[nodiscard]] std::array<const float*, most_positions> input_pixels(const ConstView& input,
                                                                      Index n, Index d,
                                                                      Index tile) const {
    std::array<const float*, most_positions> pixels{};
    const Index top = start(window_.height, tile / tile_columns_ * m_);
    const Index left = start(window_.width, tile % tile_columns_ * m_);
    const bool inside = d >= 0 && d < input_[Axis::depth];
    std::size_t i = 0;
    for (Index h = top; h < top + side_; ++h) {
      for (Index w = left; w < left + side_; ++w, ++i) {
        const bool read =
            inside && h >= 0 && h < input_[Axis::height] && w >= 0 && w < input_[Axis::width];
        pixels[i] = read ? &input.at(n, d, h, w, 0) : zeros_.data();
      }
    }
    return pixels;
  }

  void multiply_positions(const Block& block, const float* inputs, float* sums) const {
    std::vector<Index> taps;
    for (Index d = 0; d < window_.depth.kernel; ++d) {
      taps.push_back(d * window_.depth.dilation * block.count * channels_);
    }
    const Index panels = weights_->position(0).count();
    parallel_for(side_ * side_ * panels, [&](Index i) {
      const Index position = i / panels;
      const Index column = i % panels * panel_width();
      multiply({inputs + position * input_stride(block.count), channels_,
                output_[Axis::depth] * block.count, taps, channels_},
               weights_->position(position).panel(i % panels),
               {sums + position * sum_stride(block.count) + column, filters_,
                std::min(panel_width(), filters_ - column), nullptr,
                -std::numeric_limits<float>::infinity()});
    });
  }

  void transform_outputs(const float* sums, const Block& block, View output) const {
    const ChannelEnd finishing = end();
    parallel_for(output_[Axis::depth] * block.count, [&](Index i) {
      const auto pixels =
          output_pixels(output, block.n, i / block.count, block.first + i % block.count);
      transform_output(m_, sums + i * filters_, sum_stride(block.count), filters_, finishing,
                       pixels.data());
    });
  }

  [[nodiscard]] std::array<float*, most_positions> output_pixels(View output, Index n, Index d,
                                                                 Index tile) const {
    std::array<float*, most_positions> pixels{};
    const Index top = tile / tile_columns_ * m_;
    const Index left = tile % tile_columns_ * m_;
    std::size_t i = 0;
    for (Index h = top; h < top + m_; ++h) {
      for (Index w = left; w < left + m_; ++w, ++i) {
        const bool wanted = h < output_[Axis::height] && w < output_[Axis::width];
        pixels[i] = wanted ? &output.at(n, d, h, w, 0) : nullptr;
      }
    }
    return pixels;
  }

  Index m_;
  Index side_;
  LocalWindow window_;
  Shape input_;
  Shape output_;
  Index channels_;
  Index filters_;
  Index tile_columns_;
  Index tiles_;
  Index slices_;
  Index block_tiles_ = 1;
  AlignedBuffer zeros_;
  std::shared_ptr<const WinogradWeights> weights_;
};

}  // namespace

bool can_winograd(const graph::Conv& op, const Task& task) {
  const graph::Sliding& sliding = op.sliding;
  return op.groups == 1 && sliding.kernel.height == 3 && sliding.kernel.width == 3 &&
         sliding.stride.volume() == 1 && sliding.dilation.height == 1 &&
         sliding.dilation.width == 1 && !task.inputs.front().empty();
}

Bytes winograd_weights(Index m, const graph::Conv& op, const Task& task) {
  return WinogradWeights::bytes_of(m, op.sliding.kernel.depth,
                                   task.inputs.front()[Axis::channel].size(),
                                   task.output[Axis::channel].size());
}

KernelPointer make_winograd(Index m, const graph::Conv& op, const Task& task,
                            const SharedWeights& weights) {
  if (!can_winograd(op, task)) return nullptr;
  const Bytes bytes = winograd_weights(m, op, task);
  const Bytes loaded = weights->kernel_size() * sizeof(float);
  if (!weights->has<WinogradWeights>(m) && !weights->grow(bytes - std::min(bytes, loaded))) {
    return nullptr;
  }
  return std::make_unique<Winograd>(m, task, op, weights);
}

}  // namespace shoal::kernels
