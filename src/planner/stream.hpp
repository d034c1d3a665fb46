#pragma once

#include "planner/candidate.hpp"
#include "planner/unit.hpp"

namespace shoal::planner {

/// Streams layers of a plan where that makes it cheaper: those that are split in the units that
/// take longest, each in twice as many chunks as long as that gains. With very many devices none,
/// since each plan that is tried is compiled and played.
Candidate stream_where_cheaper(Candidate candidate, const graph::Graph& lowered,
                               const std::vector<Unit>& units, Estimator& estimator,
                               const CostOf& cost);

}  // namespace shoal::planner
