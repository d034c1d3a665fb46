#pragma once

#include <vector>

#include "planner/groups.hpp"

namespace shoal::planner {

/// The plans of one stage in which a single frame is answered soonest: the best on the first
/// devices of `order`, for more and more of them until two steps in a row bring nothing.
/// Devices that it does not use are in no stage.
/// @param all_sets whether a unit may be placed on any set of ranks, or only on the first so many
std::vector<plan::Plan> soonest_plans(const graph::Graph& lowered, const std::vector<Unit>& units,
                                      Estimator& estimator, const Ends& ends,
                                      const std::vector<Rank>& order, bool all_sets);

}  // namespace shoal::planner
