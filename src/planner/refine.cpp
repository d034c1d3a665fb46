#include "planner/refine.hpp"

#include <utility>

#include "planner/boundary.hpp"
#include "planner/fuse.hpp"
#include "planner/rebalance.hpp"
#include "planner/stream.hpp"

namespace shoal::planner {

bool is_large(const graph::Graph& lowered) {
  constexpr std::size_t most_layers = 40;
  return lowered.size() > most_layers;
}

Candidate refined(const Candidate& found, const graph::Graph& lowered,
                  const std::vector<Unit>& units, Estimator& estimator, const CostOf& cost) {
  Candidate balanced = rebalance_where_cheaper(found, lowered, estimator, cost);
  Candidate fused = fuse_where_cheaper(std::move(balanced), lowered, units, estimator, cost);
  Candidate streamed = stream_where_cheaper(std::move(fused), lowered, units, estimator, cost);
  Candidate ordered = boundary_first_where_cheaper(std::move(streamed), lowered, estimator, cost);
  if (is_large(lowered)) return ordered;
  return rebalance_where_cheaper(std::move(ordered), lowered, estimator, cost);
}

}  // namespace shoal::planner
