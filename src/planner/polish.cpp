#include "planner/polish.hpp"

#include <algorithm>
#include <array>
#include <random>
#include <set>
#include <string>
#include <utility>

#include "shoal/plan/fusion.hpp"

#include "planner/placement_changes.hpp"

namespace shoal::planner {
namespace {

constexpr std::size_t most_devices = 32;
/// Changes of each kind, and those times layers of the network, and devices if they are more than
/// `few`: what a price takes grows with these.
constexpr std::size_t most_work = 12'000;
constexpr std::size_t most_changes = 500;
constexpr std::size_t few = 8;
constexpr std::array<std::size_t, 4> chunks_tried = {1, 2, 4, 8};
constexpr std::array parts_tried = {0.01, 0.02, 0.05, 0.1};

/// How the parts of a layer are made.
struct Making {
  std::size_t chunks = 1;
  plan::Order order = plan::Order::ascending;
  bool fused = false;
  friend bool operator==(const Making&, const Making&) = default;
};

Making making_of(const plan::Placement& placed) {
  return {placed.chunks, placed.order, placed.options.fused};
}

/// Other ways to make a layer.
std::vector<Making> other_makings(const graph::Graph& lowered, graph::LayerId layer,
                                  const plan::Placement& placed) {
  const Making now = making_of(placed);
  const bool is_spatial = placed.scheme == split::find_scheme("spatial");
  std::vector<Making> makings;
  if (is_spatial) makings.push_back({now.chunks, now.order, !now.fused});
  if (placed.scheme->divide(lowered, layer, placed.options).partial) return makings;
  for (const std::size_t chunks : chunks_tried) {
    makings.push_back({chunks, plan::Order::ascending, now.fused});
  }
  if (is_spatial) makings.push_back({1, plan::Order::boundary_first, now.fused});
  std::erase(makings, now);
  return makings;
}

/// Which layers of a replica are changed with one.
enum class Along { cut_alike, made_alike, none };

bool goes_along(const plan::Placement& one, const plan::Placement& changed, Along along) {
  if (along == Along::none || !are_cut_alike(one, changed)) return false;
  return along == Along::cut_alike || making_of(one) == making_of(changed);
}

/// A split layer of a replica.
struct Place {
  std::size_t stage = 0;
  std::size_t replica = 0;
  graph::LayerId layer;
};

std::size_t changes_of(const Candidate& candidate, const graph::Graph& lowered) {
  const std::size_t work = lowered.size() * std::max(candidate.devices(), few) / few;
  return std::min(most_changes, most_work / work);
}

class Polish {
 public:
  Polish(Candidate candidate, const graph::Graph& lowered, Estimator& estimator, const CostOf& cost)
      : best_(std::move(candidate)),
        lowered_(lowered),
        estimator_(estimator),
        cost_(cost),
        most_changes_(changes_of(best_, lowered)) {}

  Candidate polish() && {
    while (remake_all()) continue;
    shift_shares();
    return std::move(best_);
  }

 private:
  static plan::Replica& replica_of(plan::Plan& plan, const Place& place) {
    return plan.stages[place.stage].replicas[place.replica];
  }

  [[nodiscard]] const std::string& name(const Place& place) const {
    return lowered_[place.layer].name;
  }

  [[nodiscard]] plan::Placement placement(const Place& place) const {
    return best_.plan.stages[place.stage].replicas[place.replica].layers.at(name(place));
  }

  [[nodiscard]] std::vector<Place> longest_first() const {
    std::vector<std::pair<Seconds, Place>> places;
    for (std::size_t s = 0; s < best_.plan.stages.size(); ++s) {
      for (std::size_t r = 0; r < best_.plan.stages[s].replicas.size(); ++r) {
        const plan::Replica& replica = best_.plan.stages[s].replicas[r];
        for (const LayerPrice& layer : best_.price.stages[s].replicas[r].layers) {
          const auto placed = replica.layers.find(lowered_[layer.layer].name);
          if (placed == replica.layers.end() || placed->second.ranks.size() == 1) continue;
          places.push_back({layer.computing + layer.transferring, {s, r, layer.layer}});
        }
      }
    }
    std::stable_sort(places.begin(), places.end(),
                     [](const auto& a, const auto& b) { return a.first > b.first; });
    std::vector<Place> result;
    for (const auto& [seconds, place] : places) result.push_back(place);
    return result;
  }

  /// One round; whether it gained anything.
  bool remake_all() {
    bool gained = false;
    for (const Along along : {Along::cut_alike, Along::made_alike, Along::none}) {
      std::vector<std::pair<Place, plan::Placement>> done;
      for (const Place& place : longest_first()) {
        const plan::Placement placed = placement(place);
        const bool went_along = std::any_of(done.begin(), done.end(), [&](const auto& one) {
          return one.first.stage == place.stage && one.first.replica == place.replica &&
                 goes_along(one.second, placed, along);
        });
        if (went_along) continue;
        done.emplace_back(place, placed);
        for (const Making& making : other_makings(lowered_, place.layer, placed)) {
          gained |= remake(place, making, along);
        }
      }
    }
    return gained;
  }

  bool remake(const Place& place, const Making& making, Along along) {
    if (remade_ == most_changes_) return false;
    plan::Plan plan = best_.plan;
    plan::Replica& replica = replica_of(plan, place);
    const plan::Placement before = placement(place);
    std::set<std::string> to_fuse;
    std::size_t changed = 0;
    for (auto& [layer, placed] : replica.layers) {
      if (layer != name(place) && !goes_along(placed, before, along)) continue;
      placed.chunks = making.chunks;
      placed.order = making.order;
      if (making.fused && !placed.options.fused) to_fuse.insert(layer);
      placed.options.fused = placed.options.fused && making.fused;
      ++changed;
    }
    // By itself it is changed later.
    if (along != Along::none && changed == 1) return false;
    const std::vector<std::size_t> bounds = plan::stage_bounds(plan, lowered_);
    const std::pair of_stage{bounds[place.stage], bounds[place.stage + 1]};
    const bool is_legal =
        to_fuse.empty() || plan::fuse_where_possible(replica, to_fuse, lowered_, of_stage);
    if (!is_legal) return false;
    ++remade_;
    return take_if_cheaper(best_, std::move(plan), lowered_, estimator_, cost_);
  }

  void shift_shares() {
    const std::vector<Place> places = longest_first();
    if (places.empty()) return;
    for (std::size_t i = 0; i < most_changes_; ++i) {
      const Place& place = places[pick(places.size())];
      const Along along = pick(2) == 0 ? Along::cut_alike : Along::none;
      const plan::Placement before = placement(place);
      const std::size_t from = pick(before.ranks.size());
      const std::size_t to = (from + 1 + pick(before.ranks.size() - 1)) % before.ranks.size();
      const double part = parts_tried.at(pick(parts_tried.size()));
      plan::Plan plan = best_.plan;
      bool changed = false;
      for (auto& [layer, placed] : replica_of(plan, place).layers) {
        if (layer != name(place) && !goes_along(placed, before, along)) continue;
        changed |= move_share(placed, before.ranks[from], before.ranks[to], part);
      }
      if (changed) take_if_cheaper(best_, std::move(plan), lowered_, estimator_, cost_);
    }
  }

  /// The higher bits of this generator are the better ones.
  std::size_t pick(std::size_t count) { return (random_() >> 8U) % count; }

  Candidate best_;
  const graph::Graph& lowered_;
  Estimator& estimator_;
  const CostOf& cost_;
  std::size_t most_changes_;
  std::size_t remade_ = 0;
  std::minstd_rand random_;
};

}  // namespace

Candidate polish_where_cheaper(Candidate candidate, const graph::Graph& lowered,
                               Estimator& estimator, const CostOf& cost) {
  if (candidate.devices() > most_devices) return candidate;
  return Polish(std::move(candidate), lowered, estimator, cost).polish();
}

}  // namespace shoal::planner
