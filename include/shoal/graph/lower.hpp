#pragma once

#include "shoal/graph/graph.hpp"

namespace shoal::graph {

/// The layers that run, from the layers of the model as Keras lists them:
/// - a batch normalisation, and then an Activation layer, that alone follow a convolution, a
///   depthwise, separable or dense layer, are folded into it, and so is an Activation layer that
///   alone follows an addition or a batch normalisation that stays;
/// - a separable convolution becomes `NAME/depthwise` and `NAME` (the 1x1 convolution);
/// - zeros that only a convolution reads, or only a maximum of what is not negative, become part of
///   its window;
/// - whatever was folded away is listed in `absorbed` of the layer that does its work.
/// The output of the last layer is unchanged.
Graph lower(const Graph& model);

}  // namespace shoal::graph
