#include "planner/rebalance.hpp"

#include <algorithm>
#include <array>
#include <optional>
#include <utility>

#include "planner/placement_changes.hpp"

namespace shoal::planner {
namespace {

constexpr std::size_t most_devices = 16;
/// Plans that are priced for one candidate at most, and those times layers of the network: what a
/// price takes grows with these.
constexpr std::size_t most_prices = 200;
constexpr std::size_t most_work = 12'000;
constexpr std::array parts = {0.2, 0.1, 0.05, 0.02};

class Rebalance {
 public:
  Rebalance(Candidate candidate, const graph::Graph& lowered, Estimator& estimator,
            const CostOf& cost)
      : best_(std::move(candidate)),
        lowered_(lowered),
        estimator_(estimator),
        cost_(cost),
        prices_left_(std::min(most_prices, most_work / lowered.size())) {}

  Candidate rebalance() && {
    for (const bool alike_only : {false, true}) {
      for (std::size_t stage = 0; stage < best_.plan.stages.size(); ++stage) {
        for (std::size_t i = 0; i < best_.plan.stages[stage].replicas.size(); ++i) {
          while (drop(stage, i, alike_only)) continue;
          for (const double part : parts) {
            while (shift(stage, i, alike_only, part)) continue;
          }
        }
      }
    }
    return std::move(best_);
  }

 private:
  /// Nothing for all layers, or the cuts of those that are split.
  [[nodiscard]] static std::vector<std::optional<plan::Placement>> cuts_of(
      const plan::Replica& replica, bool alike_only) {
    std::vector<std::optional<plan::Placement>> cuts;
    if (!alike_only) cuts.emplace_back();
    for (const auto& [name, placed] : replica.layers) {
      const bool known = std::any_of(cuts.begin(), cuts.end(), [&placed = placed](const auto& cut) {
        return cut && are_cut_alike(*cut, placed);
      });
      if (alike_only && placed.ranks.size() > 1 && !known) cuts.emplace_back(placed);
    }
    return cuts;
  }

  /// A rank that gets nothing any more of all layers, or of those that are cut alike: it has the
  /// fixed cost of each, however little it gets.
  bool drop(std::size_t stage, std::size_t i, bool alike_only) {
    const plan::Replica& replica = best_.plan.stages[stage].replicas[i];
    if (replica.ranks.size() == 1) return false;
    const std::vector<std::optional<plan::Placement>> cuts = cuts_of(replica, alike_only);
    for (const Rank rank : replica.ranks) {
      for (const std::optional<plan::Placement>& cut : cuts) {
        if (prices_left_ == 0) return false;
        const auto change = [&](plan::Placement& placed) { return give_nothing(placed, rank); };
        if (try_change(stage, i, cut, change)) return true;
      }
    }
    return false;
  }

  /// One change for the better of a replica: of all layers, or of those that are cut alike.
  bool shift(std::size_t stage, std::size_t i, bool alike_only, double part) {
    const plan::Replica& replica = best_.plan.stages[stage].replicas[i];
    if (replica.ranks.size() == 1) return false;
    const std::vector<std::optional<plan::Placement>> cuts = cuts_of(replica, alike_only);
    for (const auto& [from, to] : directions(replica.ranks)) {
      for (const std::optional<plan::Placement>& cut : cuts) {
        if (prices_left_ == 0) return false;
        const auto move = [from = from, to = to, part](plan::Placement& placed) {
          return move_share(placed, from, to, part);
        };
        if (try_change(stage, i, cut, move)) return true;
      }
    }
    return false;
  }

  using Direction = std::pair<Rank, Rank>;  ///< from, to

  /// From the rank that computes longest to each other one; from and to that whose line is busiest.
  [[nodiscard]] std::vector<Direction> directions(const std::vector<Rank>& ranks) const {
    const auto most = [&](Seconds RankPrice::*figure) {
      return *std::max_element(ranks.begin(), ranks.end(), [&](Rank a, Rank b) {
        const auto of = [&](Rank rank) {
          return best_.price.ranks[static_cast<std::size_t>(rank.value)].*figure;
        };
        return of(a) < of(b);
      });
    };
    const Rank computing = most(&RankPrice::computing);
    const Rank line = most(&RankPrice::line);
    std::vector<Direction> directions;
    const auto add = [&](Rank from, Rank to) {
      const Direction one{from, to};
      const bool known = std::find(directions.begin(), directions.end(), one) != directions.end();
      if (from != to && !known) directions.push_back(one);
    };
    for (const Rank other : ranks) add(computing, other);
    for (const Rank other : ranks) add(other, line);
    for (const Rank other : ranks) add(line, other);
    return directions;
  }

  template <typename Change>
  bool try_change(std::size_t stage, std::size_t i, const std::optional<plan::Placement>& cut,
                  const Change& change) {
    plan::Plan plan = best_.plan;
    bool changed = false;
    for (auto& [name, placed] : plan.stages[stage].replicas[i].layers) {
      if (!cut || are_cut_alike(*cut, placed)) changed |= change(placed);
    }
    if (!changed) return false;
    --prices_left_;
    return take_if_cheaper(best_, std::move(plan), lowered_, estimator_, cost_);
  }

  Candidate best_;
  const graph::Graph& lowered_;
  Estimator& estimator_;
  const CostOf& cost_;
  std::size_t prices_left_;
};

}  // namespace

Candidate rebalance_where_cheaper(Candidate candidate, const graph::Graph& lowered,
                                  Estimator& estimator, const CostOf& cost) {
  if (candidate.devices() > most_devices) return candidate;
  return Rebalance(std::move(candidate), lowered, estimator, cost).rebalance();
}

}  // namespace shoal::planner
