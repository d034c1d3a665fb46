#pragma once

#include <random>
#include <vector>

#include "shoal/graph/graph.hpp"
#include "shoal/graph/layer_weights.hpp"
#include "shoal/tensor/tensor.hpp"

namespace shoal::testing {

/// Whole numbers and tensors that are the same in every run with the same seed.
class Random {
 public:
  explicit Random(unsigned seed) : engine_(seed) {}

  Index between(Index low, Index high) {
    return low + static_cast<Index>(engine_() % static_cast<std::uint64_t>(high - low + 1));
  }
  bool chance(int percent) { return between(1, 100) <= percent; }
  template <typename T>
  const T& pick(const std::vector<T>& values) {
    return values[static_cast<std::size_t>(between(0, static_cast<Index>(values.size()) - 1))];
  }
  /// Values in [-1, 1).
  void fill(std::span<float> values);
  Tensor tensor(const Shape& shape);
  std::vector<double> shares(std::size_t count);

 private:
  std::mt19937_64 engine_;
};

/// An operator with random geometry and an input shape that it takes, small enough for naive loops:
/// kernels 1 to 11, strides 1 to 4, both paddings, dilations, groups, 2D and 3D.
struct RandomLayer {
  graph::Op op;
  Shape input;
};
RandomLayer random_layer(Random& random);

/// Random weights for every layer of a lowered graph, whole; batch normalisations as scale and
/// offset.
std::vector<graph::LayerWeights> random_weights(const graph::Graph& graph, Random& random);

/// The part of a layer's whole weights that a shard needs: what a loader gives.
graph::LayerWeights slice(const graph::Graph& graph, graph::LayerId layer,
                          const graph::LayerWeights& whole, Range inputs, Range outputs);

}  // namespace shoal::testing
