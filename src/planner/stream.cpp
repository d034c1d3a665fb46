#include "planner/stream.hpp"

#include <algorithm>
#include <utility>

namespace shoal::planner {
namespace {

constexpr std::size_t most_chunks = 16;
/// Two chunks may gain nothing where four do.
constexpr int most_in_vain = 2;
/// Each plan that is tried is compiled and played: so many units, and no more devices.
constexpr std::size_t most_units = 12;
constexpr std::size_t most_devices = 32;

/// The units that take longest to compute first.
std::vector<Unit> longest_first(const std::vector<Unit>& units, const Price& price) {
  const auto computing = [&](const Unit& unit) {
    Seconds sum = 0;
    for (const StagePrice& stage : price.stages) {
      for (const LayerPrice& layer : stage.replicas.front().layers) {
        if (!(layer.layer < unit.first) && layer.layer < unit.end) sum += layer.computing;
      }
    }
    return sum;
  };
  std::vector<std::pair<Seconds, const Unit*>> order;
  for (const Unit& unit : units) order.emplace_back(computing(unit), &unit);
  std::stable_sort(order.begin(), order.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  order.resize(std::min(order.size(), most_units));
  std::vector<Unit> longest;
  for (const auto& [seconds, unit] : order) longest.push_back(*unit);
  return longest;
}

/// The plan with all layers of a unit that are split and make no summands in so many chunks;
/// nothing where there are none.
std::optional<plan::Plan> with_chunks(plan::Plan plan, const graph::Graph& lowered,
                                      const Unit& unit, std::size_t chunks) {
  bool changed = false;
  for (plan::Stage& stage : plan.stages) {
    for (plan::Replica& replica : stage.replicas) {
      for (auto& [name, placement] : replica.layers) {
        const graph::LayerId layer = plan::resolve_layer(lowered, name);
        const bool is_in_unit = !(layer < unit.first) && layer < unit.end;
        if (!is_in_unit || placement.ranks.size() == 1) continue;
        if (placement.scheme->divide(lowered, layer, placement.options).partial) continue;
        placement.chunks = chunks;
        placement.order = plan::Order::ascending;
        changed = true;
      }
    }
  }
  if (!changed) return std::nullopt;
  return plan;
}

}  // namespace

Candidate stream_where_cheaper(Candidate candidate, const graph::Graph& lowered,
                               const std::vector<Unit>& units, Estimator& estimator,
                               const CostOf& cost) {
  if (candidate.devices() > most_devices) return candidate;
  for (const Unit& unit : longest_first(units, candidate.price)) {
    int in_vain = 0;
    for (std::size_t chunks = 2; chunks <= most_chunks && in_vain < most_in_vain; chunks *= 2) {
      auto plan = with_chunks(candidate.plan, lowered, unit, chunks);
      if (!plan) break;
      const bool gains = take_if_cheaper(candidate, std::move(*plan), lowered, estimator, cost);
      in_vain = gains ? 0 : in_vain + 1;
    }
  }
  return candidate;
}

}  // namespace shoal::planner
