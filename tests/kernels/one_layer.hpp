#pragma once

#include <algorithm>
#include <limits>
#include <string>
#include <vector>

#include "shoal/graph/graph.hpp"
#include "shoal/kernels/kernel.hpp"

#include "reference/reference.hpp"
#include "support/random_layers.hpp"

namespace shoal::kernels {

/// A layer by itself, with random weights and inputs. Boxes of its output, computed by the kernel
/// that is chosen for them, are compared with those of the reference's whole output. What a kernel
/// does not write, and what it reads of its scratch memory before it wrote it, is not a number.
class OneLayer {
 public:
  OneLayer(graph::Op op, const Shape& input,
           graph::Activation activation = graph::Activation::linear)
      : graph_("one") {
    const graph::LayerId first = graph_.add("input", graph::Input(input), {});
    std::vector<graph::LayerId> inputs = {first};
    if (std::holds_alternative<graph::Add>(op)) {
      inputs.push_back(graph_.add("other", graph::Identity{}, {first}));
    }
    layer_ = graph_.add("layer", std::move(op), inputs, activation);
    for (std::size_t i = 0; i < inputs.size(); ++i) inputs_.push_back(random_.tensor(input));
    weights_ = testing::random_weights(graph_, random_);
    std::vector<const Tensor*> pointers;
    for (const Tensor& tensor : inputs_) pointers.push_back(&tensor);
    expected_ = reference::evaluate(graph_[layer_], pointers, weights_[layer_.value]);
  }

  /// How much packed weights may take beyond what they are: with it, faster algorithms.
  void allow(Bytes budget) { budget_ = budget; }
  [[nodiscard]] const Shape& shape() const { return graph_[layer_].output; }
  [[nodiscard]] Box whole() const { return Box::whole(shape()); }
  [[nodiscard]] const Tensor& expected() const { return expected_; }
  /// The first input. What is expected was worked out of what it held at first.
  [[nodiscard]] Tensor& input() { return inputs_.front(); }

  [[nodiscard]] Task task(const Box& output) const {
    Task task{&graph_[layer_], graph_.input_shapes(layer_), {}, output, true};
    for (const Shape& input : task.input_shapes) {
      task.inputs.push_back(graph::input_box(graph_.footprint(layer_), output, input));
    }
    return task;
  }
  [[nodiscard]] graph::LayerWeights weights(const Task& task) const {
    return testing::slice(graph_, layer_, weights_[layer_.value],
                          task.inputs.front()[Axis::channel], task.output[Axis::channel]);
  }
  [[nodiscard]] std::unique_ptr<Kernel> kernel(const Task& task) const {
    return make_kernel(task, std::make_shared<Weights>([&] { return weights(task); },
                                                       std::make_shared<MemoryBudget>(budget_)));
  }
  [[nodiscard]] std::string algorithm() const { return kernel(task(whole()))->algorithm(); }

  [[nodiscard]] Tensor compute(const Task& task) const { return compute(task, *kernel(task)); }
  [[nodiscard]] Tensor compute(const Task& task, const Kernel& chosen) const {
    std::vector<ConstView> inputs;
    for (std::size_t i = 0; i < inputs_.size(); ++i) {
      inputs.push_back(inputs_[i].view().part(task.inputs[i]));
    }
    constexpr float nothing = std::numeric_limits<float>::quiet_NaN();
    std::vector<float> workspace(chosen.workspace(), nothing);
    Tensor output(task.output.shape());
    std::fill(output.span().begin(), output.span().end(), nothing);
    chosen.run(inputs, output.view(), workspace);
    return output;
  }
  [[nodiscard]] graph::Activation activation() const { return graph_[layer_].activation; }
  /// The bias of the outputs' channels, none where the layer has none.
  [[nodiscard]] std::span<const float> bias() const { return weights_[layer_.value].bias.span(); }

  [[nodiscard]] double error(const Box& box, const Tensor& output) const {
    Tensor part(box.shape());
    copy(expected_.view().part(box), part.view());
    return reference::relative_error(output, part);
  }
  [[nodiscard]] double error(const Box& box) const { return error(box, compute(task(box))); }
  /// The largest error of the whole and of some boxes: halves, rows, columns, corners, a pixel, and
  /// ranges of channels that begin and end at multiples of `grain`.
  [[nodiscard]] double largest_error(Index grain = 1) const {
    double largest = error(whole());
    for (const Axis axis : {Axis::depth, Axis::height, Axis::width, Axis::channel}) {
      const Index step = axis == Axis::channel ? grain : 1;
      const Index extent = shape()[axis] / step;
      for (const Range range :
           {Range{0, extent / 2}, Range{extent / 2, extent}, Range{extent / 3, extent - extent / 3},
            Range{extent - 1, extent}}) {
        const Box part = whole().with(axis, {range.begin * step, range.end * step});
        Box corner = part;
        for (const Axis other : spatial_axes) {
          if (other != axis) corner[other].begin = corner[other].end - 1;
        }
        for (const Box& box : {part, corner}) {
          if (!box.empty()) largest = std::max(largest, error(box));
        }
      }
    }
    return largest;
  }

 private:
  graph::Graph graph_;
  graph::LayerId layer_;
  Bytes budget_ = 0;
  testing::Random random_{5};
  std::vector<Tensor> inputs_;
  std::vector<graph::LayerWeights> weights_;
  Tensor expected_;
};

inline graph::Sliding window(const graph::Spatial& kernel, const graph::Spatial& stride,
                             graph::Padding padding, const graph::Spatial& dilation = {}) {
  return {kernel, stride, padding, dilation};
}

/// What a sum of floats in another order may differ by.
constexpr double tolerance = 1e-5;

}  // namespace shoal::kernels
