#pragma once

#include "shoal/plan/plan.hpp"
#include "shoal/profile/profile.hpp"

namespace shoal::planner {

/// Lets each rank compute its part of each convolution by what was measured to be fastest for it.
/// Nothing is said of layers that were not measured so, and of those made in chunks, whose sizes
/// were not measured.
void choose_algorithms(plan::Plan& plan, const graph::Graph& lowered,
                       const profile::Profile& profile);

}  // namespace shoal::planner
