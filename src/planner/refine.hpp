#pragma once

#include <vector>

#include "planner/candidate.hpp"

namespace shoal::planner {

/// Whether a network has more than 40 layers: its plans take long to price, and fewer are tried.
bool is_large(const graph::Graph& lowered);

/// A plan with all that is not weighed while schemes are chosen, each where it lowers the cost:
/// other shares (rebalance.hpp), fused layers (fuse.hpp), chunks (stream.hpp), and boundaries first
/// (boundary.hpp), in this order; of networks of up to 40 layers the shares once more.
Candidate refined(const Candidate& found, const graph::Graph& lowered,
                  const std::vector<Unit>& units, Estimator& estimator, const CostOf& cost);

}  // namespace shoal::planner
