#include "planner/survey/local_search.hpp"

#include <algorithm>
#include <limits>

#include "shoal/base/error.hpp"
#include "shoal/plan/wires.hpp"

#include "planner/unit.hpp"
#include "support/random.hpp"

namespace shoal::testing {
namespace {

using plan::Placement;
using plan::Plan;
using plan::Replica;
using plan::Stage;

constexpr Seconds never = std::numeric_limits<Seconds>::infinity();

/// Random changes of a plan. What comes of them need not be legal.
class Changes {
 public:
  Changes(const graph::Graph& lowered, Random& random)
      : lowered_(lowered), units_(planner::units_of(lowered)), random_(random) {}

  Plan change(Plan plan) {
    const Index which = random_.between(1, 100);
    if (which <= 40) {
      change_layers(plan, [this](Placement& placed) { shift_shares(placed); });
    } else if (which <= 55) {
      change_scheme(plan);
    } else if (which <= 65) {
      change_layers(plan, [this](Placement& placed) { change_refinement(placed); });
    } else if (which <= 75) {
      change_ranks_of_layers(plan);
    } else if (which <= 85) {
      move_boundary(plan);
    } else {
      move_device(plan);
    }
    return plan;
  }

 private:
  Replica& some_replica(Plan& plan) {
    auto& stage = plan.stages[index(plan.stages.size())];
    return stage.replicas[index(stage.replicas.size())];
  }

  std::size_t index(std::size_t size) {
    return static_cast<std::size_t>(random_.between(0, static_cast<Index>(size) - 1));
  }

  /// Changes a split layer and, half of the time, those that were placed as it was, alike.
  template <typename Change>
  void change_layers(Plan& plan, const Change& change) {
    Replica& replica = some_replica(plan);
    if (replica.layers.empty()) return;
    Placement& chosen =
        std::next(replica.layers.begin(), static_cast<std::ptrdiff_t>(index(replica.layers.size())))
            ->second;
    if (chosen.ranks.size() == 1) return;
    const Placement before = chosen;
    change(chosen);
    if (random_.chance(50)) return;
    for (auto& [name, placed] : replica.layers) {
      if (placed.scheme != before.scheme || placed.ranks != before.ranks) continue;
      if (!(placed.options == before.options)) continue;
      placed.options = chosen.options;
      placed.chunks = chosen.chunks;
      placed.order = chosen.order;
    }
  }

  void shift_shares(Placement& placed) {
    static const std::vector<double> parts = {0.01, 0.02, 0.05, 0.1, 0.2};
    std::vector<double>& shares = placed.options.shares;
    double all = 0;
    for (const double share : shares) all += share;
    const double moved = random_.pick(parts) * all;
    const std::size_t from = index(shares.size());
    const std::size_t to = index(shares.size());
    if (from == to || shares[from] < moved) return;
    shares[from] -= moved;
    shares[to] += moved;
    placed.options.grid.clear();
    if (placed.options.axes.size() > 1) placed.options.axes = {Axis::height};
  }

  void change_refinement(Placement& placed) {
    static const std::vector<std::size_t> chunks = {1, 2, 4, 8};
    switch (random_.between(0, 2)) {
      case 0:
        placed.chunks = random_.pick(chunks);
        placed.order = plan::Order::ascending;
        break;
      case 1:
        placed.chunks = 1;
        placed.order = plan::Order::boundary_first;
        break;
      default:
        placed.options.fused = !placed.options.fused;
    }
  }

  /// Another scheme for one layer, or for all layers of a unit.
  void change_scheme(Plan& plan) {
    Replica& replica = some_replica(plan);
    if (replica.ranks.size() == 1) return;
    const planner::Unit& unit = units_[index(units_.size())];
    const auto schemes = split::schemes();
    const split::Scheme& scheme = schemes[index(schemes.size())];
    for (std::size_t i = unit.first.value; i < unit.end.value; ++i) {
      const auto placed = replica.layers.find(lowered_[{i}].name);
      if (placed == replica.layers.end() || !scheme.applies(lowered_, {i})) continue;
      if (random_.chance(20)) continue;
      placed->second.scheme = &scheme;
      placed->second.options = {placed->second.options.shares, {Axis::height}, {}, false};
      placed->second.order = plan::Order::ascending;
      placed->second.chunks = 1;
    }
  }

  /// The layers of a unit on fewer ranks of the replica, or on all.
  void change_ranks_of_layers(Plan& plan) {
    Replica& replica = some_replica(plan);
    if (replica.ranks.size() == 1) return;
    const planner::Unit& unit = units_[index(units_.size())];
    std::vector<Rank> ranks;
    for (const Rank rank : replica.ranks) {
      if (random_.chance(60)) ranks.push_back(rank);
    }
    if (ranks.empty() || random_.chance(30)) ranks = replica.ranks;
    for (std::size_t i = unit.first.value; i < unit.end.value; ++i) {
      const auto placed = replica.layers.find(lowered_[{i}].name);
      if (placed == replica.layers.end()) continue;
      placed->second = {placed->second.scheme, ranks, {}};
      placed->second.options.shares.assign(ranks.size(), 1);
    }
  }

  /// A stage begins a unit sooner or later.
  void move_boundary(Plan& plan) {
    if (plan.stages.size() < 2) return;
    const std::size_t stage = 1 + index(plan.stages.size() - 1);
    std::size_t unit = 0;
    while (unit < units_.size() && lowered_[units_[unit].first].name != plan.stages[stage].from) {
      ++unit;
    }
    const bool sooner = random_.chance(50);
    if (unit >= units_.size() || unit + (sooner ? 0 : 1) >= units_.size() || unit < 1) return;
    const planner::Unit& moved = units_[sooner ? unit - 1 : unit];
    Stage& from = plan.stages[sooner ? stage - 1 : stage];
    Stage& to = plan.stages[sooner ? stage : stage - 1];
    plan.stages[stage].from = lowered_[units_[sooner ? unit - 1 : unit + 1].first].name;
    for (std::size_t i = moved.first.value; i < moved.end.value; ++i) {
      for (Replica& replica : from.replicas) replica.layers.erase(lowered_[{i}].name);
    }
    for (Replica& replica : to.replicas) place(replica, moved, some_scheme());
  }

  const split::Scheme& some_scheme() {
    const auto schemes = split::schemes();
    return schemes[index(schemes.size())];
  }

  /// Places the convolutions and dense layers of a unit on all ranks of a replica.
  void place(Replica& replica, const planner::Unit& unit, const split::Scheme& scheme) {
    if (replica.ranks.size() == 1) return;
    for (std::size_t i = unit.first.value; i < unit.end.value; ++i) {
      if (std::holds_alternative<graph::Input>(lowered_[{i}].op)) continue;
      const bool is_block = unit.anchors.size() > 1;
      if (!is_block && plan::follows(lowered_[{i}])) continue;
      const split::Scheme* fitting = &scheme;
      for (const char* other : {"channel", "output", "replicated"}) {
        if (!fitting->applies(lowered_, {i})) fitting = split::find_scheme(other);
      }
      Placement placement{fitting, replica.ranks, {}};
      placement.options.shares.assign(replica.ranks.size(), 1);
      replica.layers[lowered_[{i}].name] = std::move(placement);
    }
  }

  /// A device leaves its group, or comes from the idle ones, for another group, for a replica of
  /// its own, or for none.
  void move_device(Plan& plan) {
    const Rank rank{static_cast<int>(random_.between(0, plan.ranks - 1))};
    for (Stage& stage : plan.stages) {
      for (std::size_t i = 0; i < stage.replicas.size(); ++i) {
        Replica& replica = stage.replicas[i];
        const auto place = std::find(replica.ranks.begin(), replica.ranks.end(), rank);
        if (place == replica.ranks.end()) continue;
        if (replica.ranks.size() > 1) {
          leave(replica, rank);
        } else if (stage.replicas.size() > 1) {
          stage.replicas.erase(stage.replicas.begin() + static_cast<std::ptrdiff_t>(i));
        } else {
          return;
        }
        break;
      }
    }
    Stage& stage = plan.stages[index(plan.stages.size())];
    if (random_.chance(10)) return;
    if (random_.chance(40)) {
      stage.replicas.push_back({{rank}, {}});
    } else {
      join(plan, stage.replicas[index(stage.replicas.size())], rank);
    }
  }

  static void leave(Replica& replica, Rank rank) {
    std::erase(replica.ranks, rank);
    for (auto& [name, placed] : replica.layers) {
      const auto at = std::find(placed.ranks.begin(), placed.ranks.end(), rank);
      if (at == placed.ranks.end()) continue;
      placed.options.shares.erase(placed.options.shares.begin() + (at - placed.ranks.begin()));
      placed.ranks.erase(at);
      placed.options.grid.clear();
      if (placed.options.axes.size() > 1) placed.options.axes = {Axis::height};
      if (!placed.ranks.empty()) continue;
      placed.ranks = {replica.ranks.front()};
      placed.options.shares = {1};
    }
    if (replica.ranks.size() == 1) replica.layers.clear();
  }

  void join(Plan& plan, Replica& replica, Rank rank) {
    const bool was_alone = replica.ranks.size() == 1;
    const auto at = std::lower_bound(replica.ranks.begin(), replica.ranks.end(), rank);
    replica.ranks.insert(at, rank);
    if (was_alone) {
      const auto bounds = plan::stage_bounds(plan, lowered_);
      for (std::size_t s = 0; s < plan.stages.size(); ++s) {
        for (Replica& one : plan.stages[s].replicas) {
          if (&one != &replica) continue;
          const split::Scheme& scheme = some_scheme();
          for (const planner::Unit& unit : units_) {
            if (unit.first.value >= bounds[s] && unit.end.value <= bounds[s + 1]) {
              place(replica, unit, scheme);
            }
          }
        }
      }
      return;
    }
    for (auto& [name, placed] : replica.layers) {
      if (placed.ranks.size() == 1) continue;
      const auto place = std::lower_bound(placed.ranks.begin(), placed.ranks.end(), rank);
      double mean = 0;
      for (const double share : placed.options.shares) mean += share;
      mean /= static_cast<double>(placed.ranks.size());
      placed.options.shares.insert(placed.options.shares.begin() + (place - placed.ranks.begin()),
                                   mean);
      placed.ranks.insert(place, rank);
      placed.options.grid.clear();
      if (placed.options.axes.size() > 1) placed.options.axes = {Axis::height};
    }
  }

  const graph::Graph& lowered_;
  std::vector<planner::Unit> units_;
  Random& random_;
};

Seconds cost_of(const Plan& plan, const graph::Graph& lowered, const profile::Profile& profile,
                const planner::Request& request) {
  try {
    plan::validate(plan, lowered);
    const planner::Price price = planner::price(plan, lowered, profile);
    for (std::size_t rank = 0; rank < price.ranks.size(); ++rank) {
      if (price.ranks[rank].held() > profile.devices[rank].memory) return never;
    }
    return planner::cost(price, request.objective);
  } catch (const Error&) {
    return never;
  }
}

}  // namespace

Nearby search_nearby(Plan plan, const graph::Graph& lowered, const profile::Profile& profile,
                     const planner::Request& request, int prices, unsigned seed) {
  Random random(seed);
  Changes changes(lowered, random);
  for (Stage& stage : plan.stages) {
    for (Replica& replica : stage.replicas) replica.algorithms.clear();
  }
  Nearby best{plan, cost_of(plan, lowered, profile, request)};
  for (int i = 0; i < prices; ++i) {
    Plan tried = changes.change(best.plan);
    plan::set_wires(tried, lowered, request.wire);
    const Seconds cost = cost_of(tried, lowered, profile, request);
    if (cost < best.cost) best = {std::move(tried), cost};
  }
  return best;
}

}  // namespace shoal::testing
