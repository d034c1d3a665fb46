#pragma once

#include "shoal/graph/graph.hpp"
#include "shoal/planner/planner.hpp"

namespace shoal::testing {

/// What is below a plan nearby.
struct Nearby {
  plan::Plan plan;
  Seconds cost = 0;  ///< by the objective
};

/// Looks for a better plan by random changes, each kept where the plan's own price falls: of
/// shares, schemes, ranks, chunks, order and fusion of a layer or of all layers alike, of a stage's
/// begin, of the group that a device belongs to. It knows nothing of how the planner searches.
/// Cost: `prices` times that of pricing a plan.
/// @param plan one that fits the devices
Nearby search_nearby(plan::Plan plan, const graph::Graph& lowered, const profile::Profile& profile,
                     const planner::Request& request, int prices, unsigned seed);

}  // namespace shoal::testing
