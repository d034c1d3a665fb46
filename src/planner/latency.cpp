#include "planner/latency.hpp"

#include <algorithm>
#include <limits>
#include <set>

namespace shoal::planner {
namespace {

/// A group that takes more than so many times as long as another one is given up. Refined
/// (planner.cpp), a plan that takes longer may be the soonest.
constexpr double worthwhile = 1.02;
constexpr double worthwhile_refined = 1.1;

/// A single frame is spread over so many devices at most: the search takes time with the square.
constexpr std::size_t most_members = 128;
constexpr std::size_t few = 8;
constexpr std::size_t last_counts = 4;
/// Of so many groups, those that do best where each unit is on one device or on all, sets in
/// between are tried too.
constexpr std::size_t most_searched = 2;

/// So many first devices of the order, ascending.
std::vector<Rank> first_of(const std::vector<Rank>& order, std::size_t count) {
  std::vector<Rank> set(order.begin(), order.begin() + static_cast<std::ptrdiff_t>(count));
  std::sort(set.begin(), set.end());
  return set;
}

/// The sets of the first so many devices of the order: all and half of them, of few a quarter too;
/// and the first one and each end by themselves.
std::vector<std::vector<Rank>> first_sets(const std::vector<Rank>& order, std::size_t count,
                                          const Ends& ends) {
  std::set<std::vector<Rank>> sets = {first_of(order, 1)};
  const std::size_t least = count > few ? count / 2 : count / 4;
  for (std::size_t size = count; size > 1 && size >= least; size /= 2) {
    sets.insert(first_of(order, size));
  }
  const auto member = [&](Rank rank) {
    const auto end = order.begin() + static_cast<std::ptrdiff_t>(count);
    return std::find(order.begin(), end, rank) != end;
  };
  for (const Rank rank : {ends.input, ends.output}) {
    if (member(rank)) sets.insert({rank});
  }
  return {sets.begin(), sets.end()};
}

/// Every number up to 8, every second one up to 16, every fourth up to 32 and so on: the same ones
/// whatever `most` is, so that what is found for fewer devices is found for more. And the last few,
/// for it may be that one less is as good.
std::vector<std::size_t> counts_up_to(std::size_t most) {
  std::set<std::size_t> counts;
  std::size_t step = 1;
  for (std::size_t count = 1; count < most; count += step) {
    counts.insert(count);
    if (count == few * step) step *= 2;
  }
  const std::size_t last = most > 2 * few ? last_counts : 1;
  for (std::size_t less = 0; less < last; ++less) counts.insert(most - less);
  return {counts.begin(), counts.end()};
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
  const std::size_t most = std::min(order.size(), most_members);
  std::vector<plan::Plan> plans;
  Seconds best = std::numeric_limits<Seconds>::infinity();
  const auto search = [&](std::size_t count, std::vector<std::vector<Rank>> sets, double slack) {
    const std::vector<Rank> group = first_of(order, count);
    UnitCosts costs(lowered, units, estimator, ends, group, std::move(sets));
    const auto choice = search_stage(costs, 0, units.size(), Aim::latency,
                                     memory_of(group, estimator), 0, best * slack);
    if (!choice) return std::numeric_limits<Seconds>::infinity();
    plans.push_back(plan_of(lowered, units, costs, *choice, ends, order.size()));
    best = std::min(best, choice->time);
    return choice->time;
  };
  if (all_sets) {
    search(most, subsets(first_of(order, most)), 1);
    return plans;
  }
  std::vector<std::pair<Seconds, std::size_t>> promising;
  for (const std::size_t count : counts_up_to(most)) {
    std::vector<std::vector<Rank>> sets = {first_of(order, 1)};
    if (count > 1) sets.push_back(first_of(order, count));
    promising.emplace_back(search(count, std::move(sets), worthwhile), count);
  }
  std::sort(promising.begin(), promising.end());
  for (std::size_t i = 0; i < promising.size() && (i < most_searched || plans.empty()); ++i) {
    const std::size_t count = promising[i].second;
    search(count, first_sets(order, count, ends), worthwhile_refined);
  }
  return plans;
}

}  // namespace shoal::planner
