#include "planner/groups.hpp"

#include <algorithm>
#include <numeric>

namespace shoal::planner {
namespace {

/// The member that computes the whole network soonest; of alike ones the first.
Rank quickest(const std::vector<Rank>& group, const graph::Graph& lowered,
              const std::vector<Unit>& units, Estimator& estimator) {
  const auto time = [&](Rank rank) {
    Seconds sum = 0;
    for (const Unit& unit : units) {
      for (const graph::LayerId layer : unit.anchors) {
        const Box output = Box::whole(lowered[layer].output);
        sum += estimator.computing(
            rank, lowered, layer,
            graph::input_box(lowered.footprint(layer), output, lowered.input_shape(layer)), output);
      }
    }
    return sum;
  };
  return *std::min_element(group.begin(), group.end(),
                           [&](Rank a, Rank b) { return time(a) < time(b); });
}

}  // namespace

std::vector<std::vector<Rank>> subsets(const std::vector<Rank>& ranks) {
  std::vector<std::vector<Rank>> sets;
  for (std::size_t bits = 1; bits < (std::size_t{1} << ranks.size()); ++bits) {
    std::vector<Rank>& set = sets.emplace_back();
    for (std::size_t i = 0; i < ranks.size(); ++i) {
      if ((bits >> i & 1U) != 0) set.push_back(ranks[i]);
    }
  }
  return sets;
}

std::vector<Bytes> memory_of(const std::vector<Rank>& group, const Estimator& estimator) {
  std::vector<Bytes> memory;
  for (const Rank rank : group) memory.push_back(estimator.device(rank).memory);
  return memory;
}

Groups::Groups(const graph::Graph& lowered, const std::vector<Unit>& units, Estimator& estimator,
               const Ends& ends, bool all_sets)
    : lowered_(lowered),
      units_(units),
      estimator_(estimator),
      ends_(ends),
      all_sets_(all_sets),
      least_times_(lowered, estimator) {}

Groups::Classes Groups::classes_of(const std::vector<Rank>& group) const {
  Classes classes;
  for (const Rank rank : group) classes.push_back(estimator_.class_of(rank));
  return classes;
}

UnitCosts& Groups::costs_of(const std::vector<Rank>& group) {
  const Classes classes = classes_of(group);
  const auto found = costs_.find(classes);
  if (found != costs_.end()) return found->second;
  std::vector<std::vector<Rank>> sets;
  if (all_sets_) {
    sets = subsets(group);
  } else {
    sets.push_back({quickest(group, lowered_, units_, estimator_)});
    if (group.size() > 1) sets.push_back(group);
  }
  return costs_.try_emplace(classes, lowered_, units_, estimator_, ends_, group, std::move(sets))
      .first->second;
}

/// Whether the members together can hold the units' weights, each once, and no run within is known
/// not to fit.
bool Groups::may_fit(const std::vector<Rank>& group, const Classes& classes, std::size_t first,
                     std::size_t end) const {
  if (const auto unfit = unfit_.find(classes); unfit != unfit_.end()) {
    for (const auto& [begin, behind] : unfit->second) {
      if (first <= begin && behind <= end) return false;
    }
  }
  Bytes weights = 0;
  for (std::size_t unit = first; unit < end; ++unit) {
    for (const graph::LayerId layer : units_[unit].anchors) {
      weights += lowered_.weight_bytes(layer);
    }
  }
  const std::vector<Bytes> memory = memory_of(group, estimator_);
  return weights <= std::accumulate(memory.begin(), memory.end(), Bytes{0});
}

Bytes Groups::bytes_into(std::size_t unit) const {
  const std::size_t layer = unit == 0 ? 0 : units_[unit - 1].end.value - 1;
  return split::wire_bytes(estimator_.wire(), lowered_[{layer}].output.volume());
}

void Groups::set_waiting(std::size_t frames) {
  waiting_ = frames;
  best_.clear();
  unfit_.clear();
}

const std::optional<StageChoice>& Groups::best(const std::vector<Rank>& group, std::size_t first,
                                               std::size_t end) {
  const Classes classes = classes_of(group);
  const auto [place, is_new] = best_.try_emplace({classes, first, end});
  if (is_new && may_fit(group, classes, first, end)) {
    place->second = search_stage(costs_of(group), first, end, Aim::interval,
                                 memory_of(group, estimator_), waiting_);
    if (!place->second) unfit_[classes].emplace_back(first, end);
  }
  return place->second;
}

Seconds Groups::least(const std::vector<Rank>& group, std::size_t first, std::size_t end) {
  const auto [place, is_new] = least_.try_emplace(classes_of(group));
  std::vector<Seconds>& before = place->second;
  if (is_new) {
    before.push_back(0);
    for (const Unit& unit : units_) {
      before.push_back(before.back() +
                       least_times_.together(group, unit.first.value, unit.end.value));
    }
  }
  return before[end] - before[first];
}

plan::Replica Groups::replica(const std::vector<Rank>& group, std::size_t first,
                              const StageChoice& choice) {
  UnitCosts& costs = costs_of(group);
  plan::Replica replica{group, {}};
  // Where there is one rank, a layer without a placement runs on it.
  if (group.size() == 1) return replica;
  for (std::size_t i = 0; i < choice.options.size(); ++i) {
    Option option = costs.options(first + i)[choice.options[i]];
    for (Rank& rank : option.ranks) {
      // The group whose costs were asked for may be another one of alike devices.
      const auto place = std::find(costs.group().begin(), costs.group().end(), rank);
      rank = group[static_cast<std::size_t>(place - costs.group().begin())];
    }
    replica.layers.merge(placements(lowered_, units_[first + i], option));
  }
  return replica;
}

}  // namespace shoal::planner
