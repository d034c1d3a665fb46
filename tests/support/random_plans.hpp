#pragma once

#include "shoal/plan/plan.hpp"

#include "support/random_layers.hpp"

namespace shoal::testing {

/// One stage over all ranks, no layer placed.
plan::Plan plan_for(const graph::Graph& graph, int ranks);

/// Shares (some of them nothing) for so many ranks; for `spatial` along any axis or in tiles.
split::SplitOptions random_options(Random& random, const split::Scheme& scheme, std::size_t ranks);

/// Some of the ranks, with shares (some of them nothing), for a scheme; spatial ones along any axis
/// or in tiles.
plan::Placement random_placement(Random& random, const split::Scheme& scheme, int ranks);

/// A chain of layers that fit each other, now and then with a shortcut around some of them, and
/// often with dense layers and a softmax behind.
graph::Graph random_chain(Random& random);

/// Places layers at random by any scheme that fits, in any number of stages and replicas; fuses and
/// streams some of those that can be.
plan::Plan random_plan(Random& random, const graph::Graph& graph, int ranks);

/// Streams some of the layers that can be, in every order.
void stream_at_random(Random& random, const graph::Graph& graph, plan::Plan& plan);

/// Lets ranks compute most convolutions by any algorithm, that can or cannot compute them.
void choose_at_random(Random& random, const graph::Graph& graph, plan::Plan& plan);

/// Lets the outputs of some layers, and now and then the frame, travel rounded.
void round_at_random(Random& random, const graph::Graph& graph, plan::Plan& plan);

}  // namespace shoal::testing
