#pragma once

#include "shoal/plan/plan.hpp"

#include "support/random.hpp"

namespace shoal::testing {

/// A network of layers that slide, in two or three dimensions: strides, dilations, pools, both
/// paddings, normalisations and residual blocks.
graph::Graph random_run(Random& random);

/// Splits such a network in space over some of the ranks, unequally, now and then more of them than
/// there are rows, and fuses most of what can be fused.
plan::Plan random_fused_plan(Random& random, const graph::Graph& graph, int ranks);

/// Splits such a network in space along one axis over some of the ranks, in shares that seldom
/// differ from layer to layer, fuses little of it and streams much, mostly boundary first.
plan::Plan random_boundary_plan(Random& random, const graph::Graph& graph, int ranks);

}  // namespace shoal::testing
