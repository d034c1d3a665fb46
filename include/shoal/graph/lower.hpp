#pragma once

#include "shoal/graph/graph.hpp"

namespace shoal::graph {

/// The layers that run, from the layers of the model as Keras lists them:
/// - a batch normalisation, and then an Activation layer, that alone follow a convolution, a
///   depthwise, separable or dense layer (or, for the activation, any layer), are folded into it;
/// - a separable convolution becomes `NAME/depthwise` and `NAME` (the 1x1 convolution);
/// - whatever was folded away is listed in `absorbed` of the layer that does its work.
/// The output of the last layer is unchanged.
Graph lower(const Graph& model);

}  // namespace shoal::graph
