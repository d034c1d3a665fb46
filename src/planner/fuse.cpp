#include "planner/fuse.hpp"

#include <set>
#include <string>
#include <utility>

#include "shoal/plan/fusion.hpp"

namespace shoal::planner {
namespace {

std::set<std::string> cut_in_space(const plan::Replica& replica, const graph::Graph& lowered,
                                   const Unit& unit) {
  std::set<std::string> layers;
  for (std::size_t i = unit.first.value; i < unit.end.value; ++i) {
    const auto placed = replica.layers.find(lowered[{i}].name);
    if (placed == replica.layers.end() || placed->second.options.fused) continue;
    if (placed->second.scheme == split::find_scheme("spatial")) layers.insert(placed->first);
  }
  return layers;
}

/// The plan with a unit's layers fused on every replica; nothing where none can be.
std::optional<plan::Plan> with_fused(plan::Plan plan, const graph::Graph& lowered,
                                     const Unit& unit) {
  const std::vector<std::size_t> bounds = plan::stage_bounds(plan, lowered);
  bool any = false;
  for (std::size_t stage = 0; stage < plan.stages.size(); ++stage) {
    for (plan::Replica& replica : plan.stages[stage].replicas) {
      const std::set<std::string> layers = cut_in_space(replica, lowered, unit);
      any |=
          plan::fuse_where_possible(replica, layers, lowered, {bounds[stage], bounds[stage + 1]});
    }
  }
  if (!any) return std::nullopt;
  return plan;
}

}  // namespace

Candidate fuse_where_cheaper(Candidate candidate, const graph::Graph& lowered,
                             const std::vector<Unit>& units, Estimator& estimator,
                             const CostOf& cost) {
  for (std::size_t unit = units.size(); unit-- > 0;) {
    auto plan = with_fused(candidate.plan, lowered, units[unit]);
    if (plan) take_if_cheaper(candidate, std::move(*plan), lowered, estimator, cost);
  }
  return candidate;
}

}  // namespace shoal::planner
