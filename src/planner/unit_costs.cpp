#include "planner/unit_costs.hpp"

#include <algorithm>

#include "shoal/plan/wires.hpp"
#include "shoal/program/counts.hpp"

namespace shoal::planner {

using graph::Graph;
using program::Program;

namespace {

/// All that two neighbouring units read and make, whole, twice: as it is computed and as it moves.
Bytes activations_at_most(const Graph& lowered, const std::vector<Unit>& units) {
  Bytes most = 0;
  Bytes before = 0;
  for (const Unit& unit : units) {
    Bytes bytes = 0;
    for (std::size_t i = unit.first.value; i < unit.end.value; ++i) {
      bytes += lowered[{i}].output.bytes();
      for (const Shape& input : lowered.input_shapes({i})) bytes += input.bytes();
    }
    most = std::max(most, 2 * (before + bytes));
    before = bytes;
  }
  return most;
}

}  // namespace

UnitCosts::UnitCosts(const Graph& lowered, const std::vector<Unit>& units, Estimator& estimator,
                     const Ends& ends, std::vector<Rank> group, std::vector<std::vector<Rank>> sets)
    : lowered_(lowered),
      units_(units),
      estimator_(estimator),
      ends_(ends),
      group_(std::move(group)),
      sets_(std::move(sets)),
      most_activations_(activations_at_most(lowered, units)) {}

const std::vector<Option>& UnitCosts::options(std::size_t unit) {
  const auto [place, is_new] = options_.try_emplace(unit);
  if (is_new) place->second = options_for(lowered_, units_[unit], sets_, estimator_);
  return place->second;
}

const Graph& UnitCosts::piece(std::size_t first, std::size_t end) {
  const auto found = pieces_.find({first, end});
  if (found != pieces_.end()) return found->second;
  return pieces_.emplace(std::pair{first, end}, fragment(lowered_, units_, first, end))
      .first->second;
}

std::optional<Rank> UnitCosts::outsider() const {
  for (int rank = 0; rank < static_cast<int>(estimator_.profile().devices.size()); ++rank) {
    if (std::find(group_.begin(), group_.end(), Rank{rank}) == group_.end()) return Rank{rank};
  }
  return std::nullopt;
}

/// One stage of the group without any layer placed yet. What the piece reads comes from outside.
plan::Plan UnitCosts::plan_on_group(std::size_t first, const Graph& graph) const {
  plan::Plan plan;
  plan.model = graph.name();
  plan.ranks = static_cast<int>(estimator_.profile().devices.size());
  plan.input_rank = first == 0 ? ends_.input : outsider().value_or(group_.front());
  plan.output_rank = ends_.output;
  plan.stages.push_back({"", "", {{group_, {}}}});
  return plan;
}

void UnitCosts::place(plan::Stage& stage, std::size_t unit, const Option& option) const {
  stage.replicas.front().layers.merge(placements(lowered_, units_[unit], option));
}

UnitCosts::Compiled UnitCosts::compile(plan::Plan plan, const Graph& graph) {
  plan::set_wires(plan, graph, estimator_.wire());
  Program program = program::compile(plan, graph);
  LanePrice price = price_lane(plan, program, estimator_);
  return {std::move(program), std::move(price)};
}

std::vector<Bytes> UnitCosts::activations(const Compiled& compiled) const {
  std::vector<Bytes> bytes;
  for (const Rank rank : group_) {
    bytes.push_back(program::activations(compiled.program, rank).peak);
  }
  return bytes;
}

UnitCost UnitCosts::cost_of(std::size_t unit, const Compiled& compiled) const {
  UnitCost cost;
  for (const LayerPrice& layer : compiled.price.stages.front().layers) {
    const std::string& name = compiled.program.graph[layer.layer].name;
    const auto known = lowered_.find(name);
    if (!known || *known < units_[unit].first || !(*known < units_[unit].end)) continue;
    cost.within += layer.computing + layer.transferring;
  }
  cost.activations = activations(compiled);
  return cost;
}

const UnitAlone& UnitCosts::alone(std::size_t unit, std::size_t option) {
  const auto [place_of, is_new] = alone_.try_emplace({unit, option});
  UnitAlone& alone = place_of->second;
  if (!is_new) return alone;
  const Graph& graph = piece(unit, unit + 1);
  plan::Plan plan = plan_on_group(unit, graph);
  place(plan.stages.front(), unit, options(unit)[option]);
  const Compiled compiled = compile(plan, graph);
  const ReplicaPrice& stage = compiled.price.stages.front();
  alone.computing = stage.computing;
  alone.entry.within = stage.transferring;
  for (const LayerPrice& layer : stage.layers) alone.entry.within -= layer.transferring;
  alone.entry.crossing = stage.arriving;
  for (const Rank rank : group_) {
    const program::Counts counts = program::count(compiled.program, rank);
    alone.entry.activations.push_back(counts.peak_activations);
    alone.weights.push_back(counts.weights);
    alone.ahead.push_back(counts.ahead);
  }
  return alone;
}

const UnitCost& UnitCosts::between(std::size_t unit, std::size_t option, std::size_t next_option) {
  const auto [place_of, is_new] = between_.try_emplace({{unit, option}, next_option});
  if (!is_new) return place_of->second;
  const Graph& graph = piece(unit, unit + 2);
  plan::Plan plan = plan_on_group(unit, graph);
  place(plan.stages.front(), unit, options(unit)[option]);
  place(plan.stages.front(), unit + 1, options(unit + 1)[next_option]);
  return place_of->second = cost_of(unit, compile(plan, graph));
}

const UnitCost& UnitCosts::last(std::size_t unit, std::size_t option) {
  const auto [place_of, is_new] = last_.try_emplace({unit, option});
  if (!is_new) return place_of->second;
  const bool ends_network = unit + 1 == units_.size();
  const Graph& graph = piece(unit, ends_network ? unit + 1 : unit + 2);
  plan::Plan plan = plan_on_group(unit, graph);
  place(plan.stages.front(), unit, options(unit)[option]);
  if (!ends_network) {
    const Rank other = outsider().value();
    plan.stages.push_back({"", lowered_[units_[unit + 1].first].name, {{{other}, {}}}});
  }
  const Compiled compiled = compile(plan, graph);
  UnitCost cost = cost_of(unit, compiled);
  cost.crossing = ends_network ? compiled.price.leaving : compiled.price.stages.back().arriving;
  return place_of->second = std::move(cost);
}

}  // namespace shoal::planner
