#include "planner/rebalance.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <numeric>
#include <optional>
#include <utility>

namespace shoal::planner {
namespace {

constexpr std::size_t most_devices = 16;
/// Plans that are priced for one candidate at most.
constexpr int most_prices = 200;
constexpr std::array parts = {0.2, 0.1, 0.05, 0.02};

/// Layers that are cut alike.
struct Cut {
  const split::Scheme* scheme;
  std::vector<Rank> ranks;
  split::SplitOptions options;
  friend bool operator==(const Cut&, const Cut&) = default;
};

Cut cut_of(const plan::Placement& placed) {
  return {placed.scheme, placed.ranks, placed.options};
}

std::optional<std::size_t> index_of(const std::vector<Rank>& ranks, Rank rank) {
  const auto found = std::find(ranks.begin(), ranks.end(), rank);
  if (found == ranks.end()) return std::nullopt;
  return static_cast<std::size_t>(found - ranks.begin());
}

/// Moves a part of all shares from one rank to another, or what there is; in whole thousandths.
bool move_share(plan::Placement& placed, Rank from, Rank to, double part) {
  const auto giver = index_of(placed.ranks, from);
  const auto taker = index_of(placed.ranks, to);
  if (!giver || !taker || placed.options.axes.size() > 1) return false;
  std::vector<double>& shares = placed.options.shares;
  const double all = std::accumulate(shares.begin(), shares.end(), 0.0);
  const double moved = std::min(part * all, shares[*giver]);
  if (moved <= 0) return false;
  shares[*giver] = std::round(1000 * (shares[*giver] - moved)) / 1000;
  shares[*taker] = std::round(1000 * (shares[*taker] + moved)) / 1000;
  return true;
}

class Rebalance {
 public:
  Rebalance(Candidate candidate, const graph::Graph& lowered, const profile::Profile& profile,
            const CostOf& cost)
      : best_(std::move(candidate)), lowered_(lowered), profile_(profile), cost_(cost) {}

  Candidate rebalance() && {
    for (const bool alike_only : {false, true}) {
      for (std::size_t stage = 0; stage < best_.plan.stages.size(); ++stage) {
        for (std::size_t i = 0; i < best_.plan.stages[stage].replicas.size(); ++i) {
          for (const double part : parts) {
            while (shift(stage, i, alike_only, part)) continue;
          }
        }
      }
    }
    return std::move(best_);
  }

 private:
  /// One change for the better of a replica: of all layers, or of those that are cut alike.
  bool shift(std::size_t stage, std::size_t i, bool alike_only, double part) {
    const plan::Replica& replica = best_.plan.stages[stage].replicas[i];
    if (replica.ranks.size() == 1) return false;
    std::vector<std::optional<Cut>> cuts;
    if (!alike_only) cuts.emplace_back();
    for (const auto& [name, placed] : replica.layers) {
      const Cut cut = cut_of(placed);
      const bool known = std::find(cuts.begin(), cuts.end(), cut) != cuts.end();
      if (alike_only && placed.ranks.size() > 1 && !known) cuts.emplace_back(cut);
    }
    for (const auto& [from, to] : directions(replica.ranks)) {
      for (const std::optional<Cut>& cut : cuts) {
        if (prices_ == most_prices) return false;
        if (try_shift(stage, i, cut, from, to, part)) return true;
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

  bool try_shift(std::size_t stage, std::size_t i, const std::optional<Cut>& cut, Rank from,
                 Rank to, double part) {
    plan::Plan plan = best_.plan;
    bool changed = false;
    for (auto& [name, placed] : plan.stages[stage].replicas[i].layers) {
      if (!cut || *cut == cut_of(placed)) changed |= move_share(placed, from, to, part);
    }
    if (!changed) return false;
    ++prices_;
    return take_if_cheaper(best_, std::move(plan), lowered_, profile_, cost_);
  }

  Candidate best_;
  int prices_ = 0;
  const graph::Graph& lowered_;
  const profile::Profile& profile_;
  const CostOf& cost_;
};

}  // namespace

Candidate rebalance_where_cheaper(Candidate candidate, const graph::Graph& lowered,
                                  const profile::Profile& profile, const CostOf& cost) {
  if (candidate.devices() > most_devices) return candidate;
  return Rebalance(std::move(candidate), lowered, profile, cost).rebalance();
}

}  // namespace shoal::planner
