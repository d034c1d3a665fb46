#pragma once

#include <vector>

#include "shoal/graph/graph.hpp"
#include "shoal/graph/layer_weights.hpp"
#include "shoal/tensor/tensor.hpp"

#include "support/random.hpp"

namespace shoal::testing {

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
