#pragma once

#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "shoal/graph/convolution_algorithm.hpp"
#include "shoal/graph/graph.hpp"
#include "shoal/kernels/weights.hpp"
#include "shoal/tensor/view.hpp"

namespace shoal::kernels {

/// The part of a layer that one rank computes. Boxes are in the coordinates of the whole tensors.
struct Task {
  const graph::Layer* layer = nullptr;  ///< of a lowered graph; must outlive the kernel's making
  std::vector<Shape> input_shapes;      ///< of the whole inputs
  /// Of each input, exactly what `output` reads (graph::input_box), or, where the layer's sums are
  /// split, the part of it that this rank sums over. Empty where the output reads only padding.
  std::vector<Box> inputs;
  Box output;
  /// Whether the outputs are complete here, so that bias and activation are applied. Where they are
  /// partial sums, finish() does it after the sum.
  bool complete = true;
  /// Algorithm wanted for a convolution. Where it cannot be used or takes more memory than is left,
  /// and without one, an estimate decides.
  std::optional<graph::ConvolutionAlgorithm> algorithm = {};
  /// The activation of an addition that alone reads the output, where that is made in the same pass
  /// (takes_sum()): run() gets the other summand as its last input, dense and of the output's box,
  /// and writes the sum.
  std::optional<graph::Activation> sum = {};
};

/// A task made ready to run any number of times: weights packed, algorithm chosen.
class Kernel {
 public:
  Kernel() = default;
  Kernel(const Kernel&) = delete;
  Kernel& operator=(const Kernel&) = delete;
  virtual ~Kernel() = default;

  /// `direct`, `winograd4`, `depthwise`…: the algorithm, for tables.
  [[nodiscard]] virtual std::string algorithm() const = 0;
  /// Floats of scratch memory that run() needs; under 32 MB whatever the layer.
  [[nodiscard]] virtual std::size_t workspace() const { return 0; }
  /// `inputs` are views of the task's input boxes (any strides), `output` a dense view of its
  /// output box; every element of it is written.
  virtual void run(std::span<const ConstView> inputs, View output,
                   std::span<float> workspace) const = 0;
};

/// The fastest kernel that can do the task. An Error where none can or the weights do not fit.
std::unique_ptr<Kernel> make_kernel(const Task& task, const SharedWeights& weights);
std::unique_ptr<Kernel> make_kernel(const Task& task, graph::LayerWeights weights);

/// Whether the kernel of a task can make an addition in its own pass.
bool takes_sum(const Task& task);

/// Adds the bias (one value per channel of the view, or none) and applies the activation, in place:
/// what is left to do where partial sums were added up.
void finish(View values, std::span<const float> bias, graph::Activation activation);

}  // namespace shoal::kernels
