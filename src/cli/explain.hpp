#pragma once

#include <string>

#include "shoal/planner/planner.hpp"

namespace shoal::cli {

/// Explanation of a plan's cost: its speed beside the bound, one device and the runner-up, then
/// tables of stages, layers and ranks.
std::string explain(const planner::Proposal& proposal, const graph::Graph& lowered,
                    const profile::Profile& profile, planner::Objective objective);

}  // namespace shoal::cli
