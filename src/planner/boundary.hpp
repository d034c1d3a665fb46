#pragma once

#include <functional>

#include "planner/candidate.hpp"

namespace shoal::planner {

/// Lets layers that are cut in space be made boundary first (plan::Order) where that makes a plan
/// cheaper: of those that may gain, all of them at once or, where that is not cheaper, one after
/// the other from the last one on. With very many devices none, since each plan that is tried is
/// compiled and played.
Candidate boundary_first_where_cheaper(Candidate candidate, const graph::Graph& lowered,
                                       const profile::Profile& profile,
                                       const std::function<Seconds(const Candidate&)>& cost);

}  // namespace shoal::planner
