#include <algorithm>
#include <limits>
#include <vector>

#include "kernels/makers.hpp"
#include "kernels/panels.hpp"
#include "kernels/parallel.hpp"
#include "kernels/weighted_kernel.hpp"
#include "kernels/window.hpp"

namespace shoal::kernels {
namespace {

/// Floats of input that are worked on at a time: half of what is near a core.
constexpr Index band_floats = Index{1} << 17;

/// The inputs of some rows of outputs: of the first one, and how far apart they are.
struct Band {
  const float* first = nullptr;
  Index tap_in_depth = 0;  ///< to what the next tap of the kernel reads
  Index row = 0;
  Index pixel = 0;
};

/// The kernel of each group.
struct PackedGroups {
  PackedGroups(const AlignedBuffer& kernel, Index inner, Index count, Index filters) {
    for (Index group = 0; group < count; ++group) {
      groups.emplace_back(inner, filters)
          .pack(kernel.data() + group * filters, count * filters, 0, inner);
    }
  }
  [[nodiscard]] Bytes bytes() const {
    Bytes bytes = 0;
    for (const Panels& group : groups) bytes += group.bytes();
    return bytes;
  }

  std::vector<Panels> groups;
};

/// How many groups a shard has.
Index groups_of(const graph::Conv& op, const Task& task) {
  return op.groups == 1 ? 1 : task.output[Axis::channel].size() / (op.filters / op.groups);
}

/// The rows of the window where they lie in the input, times the packed kernel: no matrix of
/// columns is made. A band of rows of outputs at a time; its inputs are copied only where they need
/// padding.
class Direct final : public WeightedKernel {
 public:
  Direct(const Task& task, const graph::Conv& op, const SharedWeights& weights)
      : WeightedKernel(task, weights),
        window_(local_window(op.sliding, task)),
        input_(task.inputs.front().shape()),
        output_(task.output.shape()) {
    sums_ = task.sum.has_value();
    groups_ = groups_of(op, task);
    filters_ = output_[Axis::channel] / groups_;
    channels_ = input_[Axis::channel] / groups_;
    for (const auto& [window, axis] : {std::pair{&window_.depth, Axis::depth},
                                       {&window_.height, Axis::height},
                                       {&window_.width, Axis::width}}) {
      padded_ = padded_ || reads_padding(*window, input_[axis], output_[axis]);
    }
    const Index fitting = band_floats / std::max<Index>(1, row_floats() * window_.depth.kernel);
    band_rows_ = std::clamp<Index>((fitting - reach(window_.height, 1)) / window_.height.stride + 1,
                                   1, output_[Axis::height]);
    packed_ = this->weights().packed<PackedGroups>(0, [&](const AlignedBuffer& kernel) {
      return PackedGroups(kernel, op.sliding.kernel.volume() * channels_, groups_, filters_);
    });
    for (Index group = 0; group < groups_; ++group) {
      biases_.push_back(panel_bias(group * filters_, filters_));
    }
  }

  [[nodiscard]] std::string algorithm() const override { return "direct"; }
  [[nodiscard]] std::size_t workspace() const override {
    if (!padded_) return 0;
    return static_cast<std::size_t>(window_.depth.kernel * reach(window_.height, band_rows_) *
                                    row_floats());
  }

  void run(std::span<const ConstView> inputs, View output,
           std::span<float> workspace) const override {
    for (Index n = 0; n < output_[Axis::batch]; ++n) {
      for (Index d = 0; d < output_[Axis::depth]; ++d) {
        for (Index h = 0; h < output_[Axis::height]; h += band_rows_) {
          const Place place = {n, d, {h, std::min(h + band_rows_, output_[Axis::height])}};
          const Band band =
              padded_ ? pad(inputs.front(), place, workspace.data()) : look(inputs.front(), place);
          float* const out = &output.at(n, d, h, 0, 0);
          multiply_band(band, place.rows.size(), out,
                        sums_ ? inputs.back().data() + (out - output.data()) : nullptr);
        }
      }
    }
  }

 private:
  struct Place {
    Index n = 0;
    Index d = 0;
    Range rows;
  };

  static bool reads_padding(const graph::Window& window, Index input, Index output) {
    return window.before > 0 ||
           start(window, output - 1) + (window.kernel - 1) * window.dilation >= input;
  }
  /// How many inputs some outputs reach over.
  static Index reach(const graph::Window& window, Index outputs) {
    return (outputs - 1) * window.stride + (window.kernel - 1) * window.dilation + 1;
  }
  /// Of a row of inputs with its padding.
  [[nodiscard]] Index row_floats() const {
    return reach(window_.width, output_[Axis::width]) * input_[Axis::channel];
  }

  [[nodiscard]] Band look(const ConstView& input, const Place& place) const {
    return {&input.at(place.n, start(window_.depth, place.d),
                      start(window_.height, place.rows.begin), start(window_.width, 0), 0),
            input.stride(Axis::depth) * window_.depth.dilation, input.stride(Axis::height),
            input.stride(Axis::width)};
  }

  [[nodiscard]] Band pad(const ConstView& input, const Place& place, float* to) const {
    const Index rows = reach(window_.height, place.rows.size());
    parallel_for(window_.depth.kernel * rows, [&](Index i) {
      pad_row(input, place.n, start(window_.depth, place.d) + i / rows * window_.depth.dilation,
              start(window_.height, place.rows.begin) + i % rows, to + i * row_floats());
    });
    return {to, rows * row_floats(), row_floats(), input_[Axis::channel]};
  }

  void pad_row(const ConstView& input, Index n, Index d, Index h, float* to) const {
    float* const end = to + row_floats();
    const Index channels = input_[Axis::channel];
    const Index first = start(window_.width, 0);
    const Range inside =
        intersect(Range{first, first + row_floats() / channels}, Range{0, input_[Axis::width]});
    if (d < 0 || d >= input_[Axis::depth] || h < 0 || h >= input_[Axis::height] || inside.empty()) {
      std::fill(to, end, 0.0F);
      return;
    }
    to = std::fill_n(to, (inside.begin - first) * channels, 0.0F);
    if (input.stride(Axis::width) == channels) {
      to = std::copy_n(&input.at(n, d, h, inside.begin, 0), inside.size() * channels, to);
    } else {
      for (Index w = inside.begin; w < inside.end; ++w) {
        to = std::copy_n(&input.at(n, d, h, w, 0), channels, to);
      }
    }
    std::fill(to, end, 0.0F);
  }

  /// Where the parts of a window lie: its rows, if they are without gaps, or else its pixels.
  [[nodiscard]] std::vector<Index> segments(const Band& band, bool whole_rows) const {
    std::vector<Index> offsets;
    for (Index d = 0; d < window_.depth.kernel; ++d) {
      for (Index h = 0; h < window_.height.kernel; ++h) {
        for (Index w = 0; w < (whole_rows ? 1 : window_.width.kernel); ++w) {
          offsets.push_back(d * band.tap_in_depth + h * window_.height.dilation * band.row +
                            w * window_.width.dilation * band.pixel);
        }
      }
    }
    return offsets;
  }

  void multiply_band(const Band& band, Index height, float* out, const float* addend) const {
    const bool whole_rows = groups_ == 1 && band.pixel == channels_ &&
                            (window_.width.dilation == 1 || window_.width.kernel == 1);
    const std::vector<Index> offsets = segments(band, whole_rows);
    const Index row = window_.height.stride * band.row;
    const Index pixel = window_.width.stride * band.pixel;
    Index runs = height;
    Index length = output_[Axis::width];
    if (row == pixel * length) {  // The pixels of all rows are equally far apart.
      runs = 1;
      length *= height;
    }
    const Index panels = packed_->groups.front().count();
    parallel_for(groups_ * panels * runs, [&](Index i) {
      const Index group = i / (panels * runs);
      const Index panel = i / runs % panels;
      const Index run = i % runs;
      const Rows rows = {band.first + run * row + group * channels_, pixel, length, offsets,
                         whole_rows ? window_.width.kernel * channels_ : channels_};
      const Index done = run * length * filters_ * groups_;
      multiply_panel(rows, group, panel, out + done, addend == nullptr ? nullptr : addend + done);
    });
  }

  void multiply_panel(const Rows& rows, Index group, Index panel, float* out,
                      const float* addend) const {
    const Index first = panel * panel_width();
    const Index offset = group * filters_ + first;
    const AlignedBuffer& bias = biases_[static_cast<std::size_t>(group)];
    multiply(rows, packed_->groups[static_cast<std::size_t>(group)].panel(panel),
             {out + offset, filters_ * groups_, std::min(panel_width(), filters_ - first),
              bias.size() > 0 ? bias.data() + first : nullptr, floor(),
              addend == nullptr ? nullptr : addend + offset});
  }

  LocalWindow window_;
  Shape input_;
  Shape output_;
  Index groups_ = 1;    ///< of this shard
  Index filters_ = 0;   ///< of a group
  Index channels_ = 0;  ///< of a group
  Index band_rows_ = 1;
  bool padded_ = false;
  bool sums_ = false;  ///< adds another input
  std::shared_ptr<const PackedGroups> packed_;
  std::vector<AlignedBuffer> biases_;  ///< of each group
};

}  // namespace

Bytes direct_weights(const graph::Conv& op, const Task& task) {
  const Index groups = groups_of(op, task);
  const Index filters = task.output[Axis::channel].size() / groups;
  const Index channels = task.inputs.front()[Axis::channel].size() / groups;
  return static_cast<Bytes>(groups) *
         Panels::bytes_of(op.sliding.kernel.volume() * channels, filters);
}

KernelPointer make_direct(const graph::Conv& op, const Task& task, const SharedWeights& weights) {
  return std::make_unique<Direct>(task, op, weights);
}

}  // namespace shoal::kernels
