#pragma once

#include "shoal/plan/plan.hpp"

namespace shoal::planner {

/// Whether two layers are split by the same scheme over the same ranks with the same options.
bool are_cut_alike(const plan::Placement& a, const plan::Placement& b);

/// Moves a part of all shares from one rank to another, or what there is; in whole thousandths.
/// Cuts along two axes are left as they are.
/// @return whether anything was moved
bool move_share(plan::Placement& placed, Rank from, Rank to, double part);

/// Takes a rank's share away, unless it has all or none; the others' grow in proportion.
/// @return whether it did
bool give_nothing(plan::Placement& placed, Rank rank);

}  // namespace shoal::planner
