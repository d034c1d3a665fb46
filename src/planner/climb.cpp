#include <algorithm>
#include <limits>
#include <optional>
#include <set>
#include <tuple>

#include "planner/line_time.hpp"
#include "planner/structure.hpp"

namespace shoal::planner {
namespace {

/// A change that gains less is not made.
constexpr double least_gain = 1e-4;

using Stage = Structure::Stage;

/// Where a device works: a replica of a stage, one that is not there yet (behind the last), or
/// nowhere.
struct Place {
  std::optional<std::size_t> stage;
  std::size_t replica = 0;
  friend bool operator==(const Place&, const Place&) = default;
};

class Climb {
 public:
  Climb(Groups& groups, const std::vector<Rank>& devices, Structure structure)
      : groups_(groups), devices_(devices), best_(std::move(structure)) {
    best_.interval = std::max(interval_of(best_), least_line_time(groups_, best_));
  }

  Structure climb() && {
    while (move_a_device() || swap_two_devices() || move_a_boundary()) continue;
    return std::move(best_);
  }

 private:
  [[nodiscard]] std::vector<Place> places() const {
    std::vector<Place> places = {{}};
    for (std::size_t stage = 0; stage < best_.stages.size(); ++stage) {
      for (std::size_t i = 0; i <= best_.stages[stage].replicas.size(); ++i) {
        places.push_back({stage, i});
      }
    }
    return places;
  }

  [[nodiscard]] Place place_of(Rank rank) const {
    for (const Place& place : places()) {
      if (!place.stage || place.replica == best_.stages[*place.stage].replicas.size()) continue;
      const std::vector<Rank>& group = best_.stages[*place.stage].replicas[place.replica];
      if (std::find(group.begin(), group.end(), rank) != group.end()) return place;
    }
    return {};
  }

  /// Groups of alike devices at one stage are alike.
  using Alike = std::tuple<std::size_t, std::size_t, std::vector<std::size_t>>;

  [[nodiscard]] Alike alike(const Place& place) const {
    if (!place.stage) return {0, 0, {}};
    const auto& replicas = best_.stages[*place.stage].replicas;
    if (place.replica == replicas.size()) return {1, *place.stage, {}};
    return {2, *place.stage, groups_.classes_of(replicas[place.replica])};
  }

  static void take(Structure& structure, const Place& place, Rank rank) {
    if (place.stage) std::erase(structure.stages[*place.stage].replicas[place.replica], rank);
  }

  static void put(Structure& structure, const Place& place, Rank rank) {
    if (!place.stage) return;
    auto& replicas = structure.stages[*place.stage].replicas;
    if (place.replica == replicas.size()) replicas.emplace_back();
    std::vector<Rank>& group = replicas[place.replica];
    group.insert(std::lower_bound(group.begin(), group.end(), rank), rank);
  }

  bool move_a_device() {
    std::set<std::tuple<std::size_t, Alike, Alike>> tried;
    for (const Rank rank : devices_) {
      const Place from = place_of(rank);
      for (const Place& to : places()) {
        if (to == from) continue;
        if (!tried.insert({groups_.class_of(rank), alike(from), alike(to)}).second) continue;
        Structure changed = best_;
        take(changed, from, rank);
        put(changed, to, rank);
        if (is_better(std::move(changed))) return true;
      }
    }
    return false;
  }

  bool swap_two_devices() {
    std::set<std::tuple<std::size_t, std::size_t, Alike, Alike>> tried;
    for (const Rank a : devices_) {
      for (const Rank b : devices_) {
        const Place from = place_of(a);
        const Place to = place_of(b);
        if (!(a < b) || groups_.class_of(a) == groups_.class_of(b) || from == to) continue;
        if (!tried.insert({groups_.class_of(a), groups_.class_of(b), alike(from), alike(to)})
                 .second) {
          continue;
        }
        Structure changed = best_;
        take(changed, from, a);
        take(changed, to, b);
        put(changed, to, a);
        put(changed, from, b);
        if (is_better(std::move(changed))) return true;
      }
    }
    return false;
  }

  bool move_a_boundary() {
    for (std::size_t stage = 1; stage < best_.stages.size(); ++stage) {
      for (const bool sooner : {true, false}) {
        Structure changed = best_;
        const std::size_t at = best_.stages[stage].first;
        changed.stages[stage].first = changed.stages[stage - 1].end = sooner ? at - 1 : at + 1;
        if (is_better(std::move(changed))) return true;
      }
    }
    return false;
  }

  /// Takes a structure if it is better. A stage without units or devices is left out.
  bool is_better(Structure changed) {
    for (Stage& stage : changed.stages) {
      std::erase_if(stage.replicas, [](const std::vector<Rank>& group) { return group.empty(); });
      if (stage.replicas.empty() && stage.first < stage.end) return false;
    }
    std::erase_if(changed.stages, [](const Stage& stage) { return stage.first >= stage.end; });
    const Seconds wanted = best_.interval * (1 - least_gain);
    for (const Stage& stage : changed.stages) {
      if (interval_of(stage, &Climb::least_of) > wanted) return false;
    }
    changed.interval = interval_of(changed);
    if (changed.interval > wanted) return false;
    changed.interval = std::max(changed.interval, least_line_time(groups_, changed));
    if (changed.interval > wanted) return false;
    best_ = std::move(changed);
    return true;
  }

  Seconds least_of(const std::vector<Rank>& group, const Stage& stage) {
    return groups_.least(group, stage.first, stage.end);
  }

  Seconds best_of(const std::vector<Rank>& group, const Stage& stage) {
    const auto& choice = groups_.best(group, stage.first, stage.end);
    return choice ? choice->time : std::numeric_limits<Seconds>::infinity();
  }

  Seconds interval_of(const Stage& stage,
                      Seconds (Climb::*time)(const std::vector<Rank>&, const Stage&)) {
    double rate = 0;
    for (const std::vector<Rank>& group : stage.replicas) rate += 1 / (this->*time)(group, stage);
    return rate > 0 ? 1 / rate : std::numeric_limits<Seconds>::infinity();
  }

  /// A replica that does not fit makes no frames; with it the structure is no plan.
  Seconds interval_of(const Structure& structure) {
    Seconds longest = 0;
    for (const Stage& stage : structure.stages) {
      for (const std::vector<Rank>& group : stage.replicas) {
        if (!groups_.best(group, stage.first, stage.end)) {
          return std::numeric_limits<Seconds>::infinity();
        }
      }
      longest = std::max(longest, interval_of(stage, &Climb::best_of));
    }
    return longest;
  }

  Groups& groups_;
  const std::vector<Rank>& devices_;
  Structure best_;
};

}  // namespace

Structure climb(Groups& groups, const std::vector<Rank>& devices, Structure structure) {
  return Climb(groups, devices, std::move(structure)).climb();
}

}  // namespace shoal::planner
