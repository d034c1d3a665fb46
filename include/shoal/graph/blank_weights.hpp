#pragma once

#include "shoal/graph/graph.hpp"
#include "shoal/graph/layer_weights.hpp"

namespace shoal::graph {

/// Room for the weights of a shard of a layer of a lowered graph, as they are loaded: nobody has
/// written anything there.
/// @param inputs, outputs channels; an empty range of inputs is the bias alone
LayerWeights blank_weights(const Graph& lowered, LayerId layer, Range inputs, Range outputs);

}  // namespace shoal::graph
