#pragma once

#include <span>
#include <vector>

#include "shoal/graph/graph.hpp"
#include "shoal/graph/layer_weights.hpp"
#include "shoal/tensor/tensor.hpp"

namespace shoal::reference {

/// One layer of a lowered graph on whole tensors, by the plainest loops, in double precision.
/// Shares no arithmetic with the product: padding, windows and groups are worked out here again.
Tensor evaluate(const graph::Layer& layer, std::span<const Tensor* const> inputs,
                const graph::LayerWeights& weights);

/// A whole lowered graph; `weights` by layer.
Tensor evaluate(const graph::Graph& graph, const std::vector<graph::LayerWeights>& weights,
                const Tensor& frame);

/// The largest difference, relative to the largest magnitude of `expected`, or to a hundredth where
/// that is smaller: of inputs around 1 a sum that cancels to less tells more of rounding than of
/// anything else. Not-a-number is infinite.
double relative_error(const Tensor& actual, const Tensor& expected);

}  // namespace shoal::reference
