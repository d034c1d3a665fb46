#include "planner/latency.hpp"

#include <algorithm>
#include <limits>
#include <set>

namespace shoal::planner {
namespace {

/// What a further step must at least bring, as a part of the time.
constexpr double worthwhile = 1e-3;

/// A single frame is spread over so many devices at most: the search takes time with the square.
constexpr std::size_t most_members = 128;
constexpr std::size_t few = 8;

/// The sets of the first so many devices of the order: all and half of them, of few a quarter too;
/// and the first one and each end by themselves.
std::vector<std::vector<Rank>> first_sets(const std::vector<Rank>& order, std::size_t count,
                                          const Ends& ends) {
  std::set<std::vector<Rank>> sets;
  const auto insert_first = [&](std::size_t size) {
    std::vector<Rank> set(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(size));
    std::sort(set.begin(), set.end());
    sets.insert(std::move(set));
  };
  insert_first(1);
  const std::size_t least = count > few ? count / 2 : count / 4;
  for (std::size_t size = count; size > 1 && size >= least; size /= 2) insert_first(size);
  const auto member = [&](Rank rank) {
    const auto end = order.begin() + static_cast<std::ptrdiff_t>(count);
    return std::find(order.begin(), end, rank) != end;
  };
  for (const Rank rank : {ends.input, ends.output}) {
    if (member(rank)) sets.insert({rank});
  }
  return {sets.begin(), sets.end()};
}

plan::Plan plan_of(const graph::Graph& lowered, const std::vector<Unit>& units, UnitCosts& costs,
                   const StageChoice& choice, const Ends& ends, std::size_t devices) {
  plan::Plan plan;
  plan.model = lowered.name();
  plan.weights_type = lowered.weights_type();
  plan.ranks = static_cast<int>(devices);
  plan.input_rank = ends.input;
  plan.output_rank = ends.output;
  plan::Replica replica;
  std::set<Rank> used;
  for (std::size_t unit = 0; unit < units.size(); ++unit) {
    const Option& option = costs.options(unit)[choice.options[unit]];
    used.insert(option.ranks.begin(), option.ranks.end());
    replica.layers.merge(placements(lowered, units[unit], option));
  }
  replica.ranks.assign(used.begin(), used.end());
  // Where there is one rank, a layer without a placement runs on it.
  if (used.size() == 1) replica.layers.clear();
  plan.stages.push_back({"all", "", {std::move(replica)}});
  return plan;
}

}  // namespace

std::vector<plan::Plan> soonest_plans(const graph::Graph& lowered, const std::vector<Unit>& units,
                                      Estimator& estimator, const Ends& ends,
                                      const std::vector<Rank>& order, bool all_sets) {
  std::vector<plan::Plan> plans;
  Seconds best = std::numeric_limits<Seconds>::infinity();
  int in_vain = 0;
  const std::size_t most = std::min(order.size(), most_members);
  const std::size_t begin = all_sets ? order.size() : 1;
  for (std::size_t count = begin; in_vain < 2 || plans.empty();) {
    std::vector<Rank> group(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count));
    std::sort(group.begin(), group.end());
    const std::vector<Bytes> memory = memory_of(group, estimator);
    UnitCosts costs(lowered, units, estimator, ends, group,
                    all_sets ? subsets(group) : first_sets(order, count, ends));
    const auto choice =
        search_stage(costs, 0, units.size(), Aim::latency, memory, 0, best * (1 - worthwhile));
    ++in_vain;
    if (choice) {
      plans.push_back(plan_of(lowered, units, costs, *choice, ends, order.size()));
      in_vain = 0;
      best = choice->time;
    }
    if (count == most) break;
    count = std::min(most, count * 2);
  }
  return plans;
}

}  // namespace shoal::planner
