#pragma once

#include "planner/candidate.hpp"

namespace shoal::planner {

/// Gives a plan other shares where that lowers its cost: a part of what the busiest rank of a group
/// does goes to another one of it, or to or from the one whose line is busiest, in all layers that
/// both have a part of, then in those cut alike. Shares that were found for each unit by itself
/// know nothing of transfers, of lines that are busy, or of what the layers around are cut into.
/// Parts of a fifth first, then smaller ones, as long as each gains at least 0.1 %. Up to 16
/// devices. Cost: 200 prices at most.
Candidate rebalance_where_cheaper(Candidate candidate, const graph::Graph& lowered,
                                  Estimator& estimator, const CostOf& cost);

}  // namespace shoal::planner
