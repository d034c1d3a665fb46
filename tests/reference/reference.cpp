#include "reference/reference.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <stdexcept>

namespace shoal::reference {
namespace {

using graph::Activation;
using graph::LayerWeights;

double value(const Tensor& tensor, Index n, Index d, Index h, Index w, Index c) {
  return static_cast<double>(tensor.view().at(n, d, h, w, c));
}

/// Where the first window begins, TensorFlow's rule for `same`.
Index pad_before(graph::Padding padding, Index input, Index output, Index kernel, Index stride,
                 Index dilation) {
  if (padding == graph::Padding::valid) return 0;
  const Index total = (output - 1) * stride + (kernel - 1) * dilation + 1 - input;
  return total > 0 ? total / 2 : 0;
}

/// Calls `visit(n, d, h, w)` for every pixel of a tensor.
template <typename Visit>
void each_pixel(const Shape& shape, Visit visit) {
  for (Index n = 0; n < shape[Axis::batch]; ++n)
    for (Index d = 0; d < shape[Axis::depth]; ++d)
      for (Index h = 0; h < shape[Axis::height]; ++h)
        for (Index w = 0; w < shape[Axis::width]; ++w) visit(n, d, h, w);
}

/// Calls `visit(tap, d, h, w)` for the inputs that one output's window finds inside the input.
template <typename Visit>
void each_tap(const graph::Sliding& sliding, const Shape& in, const Shape& out, Index d, Index h,
              Index w, Visit visit) {
  const auto at = [&](Axis axis, Index o, Index k) {
    return o * sliding.stride[axis] - sliding.before[axis] -
           pad_before(sliding.padding, in[axis] + sliding.before[axis] + sliding.after[axis],
                      out[axis], sliding.kernel[axis], sliding.stride[axis],
                      sliding.dilation[axis]) +
           k * sliding.dilation[axis];
  };
  Index tap = 0;
  for (Index kd = 0; kd < sliding.kernel.depth; ++kd)
    for (Index kh = 0; kh < sliding.kernel.height; ++kh)
      for (Index kw = 0; kw < sliding.kernel.width; ++kw, ++tap) {
        const Index id = at(Axis::depth, d, kd);
        const Index ih = at(Axis::height, h, kh);
        const Index iw = at(Axis::width, w, kw);
        if (id < 0 || ih < 0 || iw < 0 || id >= in[Axis::depth] || ih >= in[Axis::height] ||
            iw >= in[Axis::width])
          continue;
        visit(tap, id, ih, iw);
      }
}

double bias_of(const LayerWeights& weights, Index c) {
  if (weights.bias.size() == 0) return 0;
  return static_cast<double>(weights.bias.data()[c]);
}

double kernel_at(const LayerWeights& weights, Index i) {
  return static_cast<double>(weights.kernel.data()[i]);
}

struct Evaluate {
  const graph::Layer& layer;
  std::span<const Tensor* const> inputs;
  const LayerWeights& weights;
  Tensor& output;

  [[nodiscard]] const Tensor& in() const { return *inputs.front(); }
  void put(Index n, Index d, Index h, Index w, Index c, double result) const {
    if (layer.activation == Activation::relu) result = std::max(result, 0.0);
    output.view().at(n, d, h, w, c) = static_cast<float>(result);
  }

  void operator()(const graph::Conv& op) const {
    const Shape& shape = output.shape();
    const Index channels = in().shape()[Axis::channel] / op.groups;
    const Index per_group = op.filters / op.groups;
    each_pixel(shape, [&](Index n, Index d, Index h, Index w) {
      for (Index f = 0; f < op.filters; ++f) {
        double sum = bias_of(weights, f);
        each_tap(op.sliding, in().shape(), shape, d, h, w,
                 [&](Index tap, Index id, Index ih, Index iw) {
                   for (Index c = 0; c < channels; ++c) {
                     sum += value(in(), n, id, ih, iw, f / per_group * channels + c) *
                            kernel_at(weights, (tap * channels + c) * op.filters + f);
                   }
                 });
        put(n, d, h, w, f, sum);
      }
    });
  }
  void operator()(const graph::DepthwiseConv& op) const {
    const Shape& shape = output.shape();
    each_pixel(shape, [&](Index n, Index d, Index h, Index w) {
      for (Index f = 0; f < shape[Axis::channel]; ++f) {
        double sum = bias_of(weights, f);
        each_tap(op.sliding, in().shape(), shape, d, h, w,
                 [&](Index tap, Index id, Index ih, Index iw) {
                   sum += value(in(), n, id, ih, iw, f / op.multiplier) *
                          kernel_at(weights, tap * shape[Axis::channel] + f);
                 });
        put(n, d, h, w, f, sum);
      }
    });
  }
  void operator()(const graph::Dense& op) const {
    for (Index n = 0; n < output.shape()[Axis::batch]; ++n) {
      for (Index f = 0; f < op.units; ++f) {
        double sum = bias_of(weights, f);
        for (Index c = 0; c < in().shape()[Axis::channel]; ++c) {
          sum += value(in(), n, 0, 0, 0, c) * kernel_at(weights, c * op.units + f);
        }
        put(n, 0, 0, 0, f, sum);
      }
    }
  }
  void operator()(const graph::Pool& op) const {
    each_pixel(output.shape(), [&](Index n, Index d, Index h, Index w) {
      for (Index c = 0; c < output.shape()[Axis::channel]; ++c) {
        double largest = -std::numeric_limits<double>::infinity();
        double sum = 0;
        Index count = 0;
        each_tap(op.sliding, in().shape(), output.shape(), d, h, w,
                 [&](Index /*tap*/, Index id, Index ih, Index iw) {
                   largest = std::max(largest, value(in(), n, id, ih, iw, c));
                   sum += value(in(), n, id, ih, iw, c);
                   ++count;
                 });
        put(n, d, h, w, c,
            op.pool == graph::PoolKind::max ? largest : sum / static_cast<double>(count));
      }
    });
  }
  void operator()(const graph::GlobalPool& op) const {
    const Shape& shape = in().shape();
    for (Index c = 0; c < shape[Axis::channel]; ++c) {
      for (Index batch = 0; batch < shape[Axis::batch]; ++batch) {
        double largest = -std::numeric_limits<double>::infinity();
        double sum = 0;
        Index count = 0;
        each_pixel(shape, [&](Index n, Index d, Index h, Index w) {
          if (n != batch) return;
          largest = std::max(largest, value(in(), n, d, h, w, c));
          sum += value(in(), n, d, h, w, c);
          ++count;
        });
        put(batch, 0, 0, 0, c,
            op.pool == graph::PoolKind::max ? largest : sum / static_cast<double>(count));
      }
    }
  }
  void operator()(const graph::BatchNorm& /*op*/) const {
    elementwise([&](double x, Index c) { return x * kernel_at(weights, c) + bias_of(weights, c); });
  }
  void operator()(const graph::Identity& /*op*/) const {
    elementwise([](double x, Index /*c*/) { return x; });
  }
  void operator()(const graph::Lrn& op) const {
    each_pixel(output.shape(), [&](Index n, Index d, Index h, Index w) {
      const Index channels = output.shape()[Axis::channel];
      for (Index c = 0; c < channels; ++c) {
        double sum = 0;
        for (Index i = 0; i < channels; ++i) {
          if (std::abs(i - c) <= op.size / 2) sum += std::pow(value(in(), n, d, h, w, i), 2);
        }
        put(n, d, h, w, c,
            value(in(), n, d, h, w, c) /
                std::pow(static_cast<double>(op.k) + static_cast<double>(op.alpha) * sum,
                         static_cast<double>(op.beta)));
      }
    });
  }
  void operator()(const graph::Add& /*op*/) const {
    each_pixel(output.shape(), [&](Index n, Index d, Index h, Index w) {
      for (Index c = 0; c < output.shape()[Axis::channel]; ++c) {
        put(n, d, h, w, c, value(*inputs[0], n, d, h, w, c) + value(*inputs[1], n, d, h, w, c));
      }
    });
  }
  void operator()(const graph::Softmax& /*op*/) const {
    each_pixel(output.shape(), [&](Index n, Index d, Index h, Index w) {
      const Index channels = output.shape()[Axis::channel];
      double largest = value(in(), n, d, h, w, 0);
      for (Index c = 1; c < channels; ++c) largest = std::max(largest, value(in(), n, d, h, w, c));
      double sum = 0;
      for (Index c = 0; c < channels; ++c) sum += std::exp(value(in(), n, d, h, w, c) - largest);
      for (Index c = 0; c < channels; ++c) {
        put(n, d, h, w, c, std::exp(value(in(), n, d, h, w, c) - largest) / sum);
      }
    });
  }
  void operator()(const graph::ZeroPad& op) const {
    each_pixel(output.shape(), [&](Index n, Index d, Index h, Index w) {
      const Index id = d - op.before.depth;
      const Index ih = h - op.before.height;
      const Index iw = w - op.before.width;
      const Shape& shape = in().shape();
      const bool inside = id >= 0 && ih >= 0 && iw >= 0 && id < shape[Axis::depth] &&
                          ih < shape[Axis::height] && iw < shape[Axis::width];
      for (Index c = 0; c < shape[Axis::channel]; ++c) {
        put(n, d, h, w, c, inside ? value(in(), n, id, ih, iw, c) : 0.0);
      }
    });
  }
  void operator()(const graph::Flatten& /*op*/) const {
    std::copy(in().span().begin(), in().span().end(), output.span().begin());
  }
  void operator()(const graph::Input& /*op*/) const { throw std::logic_error("an input"); }
  void operator()(const graph::SeparableConv& /*op*/) const {
    throw std::logic_error("a separable convolution is lowered first");
  }

  template <typename Function>
  void elementwise(Function function) const {
    each_pixel(output.shape(), [&](Index n, Index d, Index h, Index w) {
      for (Index c = 0; c < output.shape()[Axis::channel]; ++c) {
        put(n, d, h, w, c, function(value(in(), n, d, h, w, c), c));
      }
    });
  }
};

}  // namespace

Tensor evaluate(const graph::Layer& layer, std::span<const Tensor* const> inputs,
                const LayerWeights& weights) {
  Tensor output(layer.output);
  std::visit(Evaluate{layer, inputs, weights, output}, layer.op);
  return output;
}

Tensor evaluate(const graph::Graph& graph, const std::vector<LayerWeights>& weights,
                const Tensor& frame) {
  std::vector<Tensor> outputs;
  for (std::size_t i = 0; i < graph.size(); ++i) {
    const graph::Layer& layer = graph.layers()[i];
    if (std::holds_alternative<graph::Input>(layer.op)) {
      outputs.emplace_back(frame.shape());
      copy(frame.view(), outputs.back().view());
      continue;
    }
    std::vector<const Tensor*> inputs;
    for (const graph::LayerId input : layer.inputs) inputs.push_back(&outputs[input.value]);
    outputs.push_back(evaluate(layer, inputs, weights[i]));
  }
  return std::move(outputs.back());
}

double relative_error(const Tensor& actual, const Tensor& expected) {
  if (!(actual.shape() == expected.shape())) return std::numeric_limits<double>::infinity();
  double largest = 0.01;
  double difference = 0;
  for (std::size_t i = 0; i < expected.span().size(); ++i) {
    const auto a = static_cast<double>(actual.span()[i]);
    const auto e = static_cast<double>(expected.span()[i]);
    if (!std::isfinite(a) || !std::isfinite(e)) return std::numeric_limits<double>::infinity();
    largest = std::max(largest, std::abs(e));
    difference = std::max(difference, std::abs(a - e));
  }
  return difference / largest;
}

}  // namespace shoal::reference
