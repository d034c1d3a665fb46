#pragma once

#include <vector>

#include "planner/candidate.hpp"
#include "planner/unit.hpp"

namespace shoal::planner {

/// Fuses layers that are cut in space with what comes after them wherever that makes the whole plan
/// cost less: unit by unit from the last one on, so that each is tried with those behind it as they
/// have turned out. The plan fits into the devices' memory as before.
Candidate fuse_where_cheaper(Candidate candidate, const graph::Graph& lowered,
                             const std::vector<Unit>& units, Estimator& estimator,
                             const CostOf& cost);

}  // namespace shoal::planner
