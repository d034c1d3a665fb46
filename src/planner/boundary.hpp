#pragma once

#include "planner/candidate.hpp"

namespace shoal::planner {

/// Lets layers that are cut in space be made boundary first (plan::Order) where that makes a plan
/// cheaper: of those around which exchanges take longer than a row by itself, all of them, the half
/// that gains most for its cost, and so on, whichever is cheapest. With very many devices none,
/// since each plan that is tried is compiled and played.
Candidate boundary_first_where_cheaper(Candidate candidate, const graph::Graph& lowered,
                                       Estimator& estimator, const CostOf& cost);

}  // namespace shoal::planner
