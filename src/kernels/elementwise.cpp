#include <algorithm>
#include <cmath>

#include "kernels/makers.hpp"
#include "kernels/weighted_kernel.hpp"

namespace shoal::kernels {
namespace {

/// A kernel without weights that is one function of its task's boxes.
template <typename Function>
class Simple final : public Kernel {
 public:
  Simple(const Task& task, std::string algorithm, Function function)
      : algorithm_(std::move(algorithm)),
        function_(std::move(function)),
        activation_(task.layer->activation) {}

  [[nodiscard]] std::string algorithm() const override { return algorithm_; }
  void run(std::span<const ConstView> inputs, View output,
           std::span<float> /*workspace*/) const override {
    function_(inputs, output);
    finish_rows(output.data(), 1, output.shape().volume(), {}, activation_);
  }

 private:
  std::string algorithm_;
  Function function_;
  graph::Activation activation_;
};

template <typename Function>
KernelPointer simple(const Task& task, const char* algorithm, Function function) {
  return std::make_unique<Simple<Function>>(task, algorithm, std::move(function));
}

/// Calls `row(in, out)` with the channels of each pixel.
template <typename Row>
void for_each_pixel(const ConstView& input, View output, Row row) {
  const Shape& shape = output.shape();
  for (Index n = 0; n < shape[Axis::batch]; ++n) {
    for (Index d = 0; d < shape[Axis::depth]; ++d) {
      for (Index h = 0; h < shape[Axis::height]; ++h) {
        for (Index w = 0; w < shape[Axis::width]; ++w) {
          row(&input.at(n, d, h, w, 0), &output.at(n, d, h, w, 0));
        }
      }
    }
  }
}

class ScaleAndOffset final : public WeightedKernel {
 public:
  using WeightedKernel::WeightedKernel;

  [[nodiscard]] std::string algorithm() const override { return "scale"; }
  void run(std::span<const ConstView> inputs, View output,
           std::span<float> /*workspace*/) const override {
    const Index channels = output.extent(Axis::channel);
    const float* scales = kernel();
    for_each_pixel(inputs.front(), output, [&](const float* in, float* out) {
      for (Index c = 0; c < channels; ++c) out[c] = in[c] * scales[c];
    });
    finish_if_complete(output.data(), output.shape().volume() / channels, channels);
  }
};

void softmax(const float* in, float* out, Index channels) {
  const float largest = *std::max_element(in, in + channels);
  double sum = 0;
  for (Index c = 0; c < channels; ++c) {
    out[c] = std::exp(in[c] - largest);
    sum += static_cast<double>(out[c]);
  }
  const auto factor = static_cast<float>(1.0 / sum);
  for (Index c = 0; c < channels; ++c) out[c] *= factor;
}

/// `ahead`: how many channels of `in` lie before the first of `out`.
void normalise(const graph::Lrn& op, const float* in, Index in_channels, Index ahead, float* out,
               Index channels) {
  for (Index c = 0; c < channels; ++c) {
    const Index centre = c + ahead;
    const Index begin = std::max<Index>(0, centre - op.size / 2);
    const Index end = std::min(in_channels, centre + op.size / 2 + 1);
    float sum = 0;
    for (Index i = begin; i < end; ++i) sum += in[i] * in[i];
    out[c] = in[centre] * std::pow(op.k + op.alpha * sum, -op.beta);
  }
}

}  // namespace

KernelPointer make(const graph::BatchNorm& /*op*/, const Task& task, const SharedWeights& weights) {
  return std::make_unique<ScaleAndOffset>(task, weights);
}

KernelPointer make(const graph::Lrn& op, const Task& task, const SharedWeights& /*weights*/) {
  const Index ahead = task.output[Axis::channel].begin - task.inputs.front()[Axis::channel].begin;
  return simple(task, "lrn", [op, ahead](std::span<const ConstView> inputs, View output) {
    for_each_pixel(inputs.front(), output, [&](const float* in, float* out) {
      normalise(op, in, inputs.front().extent(Axis::channel), ahead, out,
                output.extent(Axis::channel));
    });
  });
}

KernelPointer make(const graph::Identity& /*op*/, const Task& task,
                   const SharedWeights& /*weights*/) {
  return simple(task, "copy", [](std::span<const ConstView> inputs, View output) {
    copy(inputs.front(), output);
  });
}

KernelPointer make(const graph::Add& /*op*/, const Task& task, const SharedWeights& /*weights*/) {
  return simple(task, "add", [](std::span<const ConstView> inputs, View output) {
    copy(inputs[0], output);
    accumulate(inputs[1], output);
  });
}

KernelPointer make(const graph::Softmax& /*op*/, const Task& task,
                   const SharedWeights& /*weights*/) {
  return simple(task, "softmax", [](std::span<const ConstView> inputs, View output) {
    for_each_pixel(inputs.front(), output, [&](const float* in, float* out) {
      softmax(in, out, output.extent(Axis::channel));
    });
  });
}

KernelPointer make(const graph::ZeroPad& op, const Task& task, const SharedWeights& /*weights*/) {
  Box inner = task.inputs.front();
  for (const Axis axis : spatial_axes) {
    const Index shift = op.before[axis] - task.output[axis].begin;
    inner[axis] = {inner[axis].begin + shift, inner[axis].end + shift};
  }
  for (const Axis axis : {Axis::batch, Axis::channel}) inner[axis] = {0, inner[axis].size()};
  return simple(task, "pad", [inner](std::span<const ConstView> inputs, View output) {
    std::fill_n(output.data(), output.shape().volume(), 0.0F);
    if (!inner.empty()) copy(inputs.front(), output.part(inner));
  });
}

KernelPointer make(const graph::Flatten& /*op*/, const Task& task,
                   const SharedWeights& /*weights*/) {
  return simple(task, "copy", [](std::span<const ConstView> inputs, View output) {
    copy(inputs.front(), View(output.data(), inputs.front().shape()));
  });
}

}  // namespace shoal::kernels
