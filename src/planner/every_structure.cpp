#include <algorithm>
#include <limits>

#include "planner/line_time.hpp"
#include "planner/structure.hpp"

namespace shoal::planner {
namespace {

constexpr Seconds unreachable = std::numeric_limits<Seconds>::infinity();

/// Gives one device after the other to a replica that is there, to a new one, or to nobody.
class Enumeration {
 public:
  Enumeration(Groups& groups, const std::vector<Rank>& devices, std::size_t most)
      : groups_(groups), devices_(devices), most_(most) {}

  void try_stages(std::vector<Structure::Stage> stages) {
    structure_.stages = std::move(stages);
    assign(0);
  }

  std::vector<Structure> take() && { return std::move(best_); }

 private:
  void assign(std::size_t device) {
    if (device == devices_.size()) return keep();
    assign(device + 1);
    for (Structure::Stage& stage : structure_.stages) {
      const std::size_t replicas = stage.replicas.size();
      for (std::size_t r = 0; r < replicas; ++r) {
        stage.replicas[r].push_back(devices_[device]);
        assign(device + 1);
        stage.replicas[r].pop_back();
      }
      stage.replicas.push_back({devices_[device]});
      assign(device + 1);
      stage.replicas.pop_back();
    }
  }

  [[nodiscard]] Seconds interval_of(const Structure::Stage& stage) const {
    double rate = 0;
    for (const std::vector<Rank>& group : stage.replicas) {
      const auto& choice = groups_.best(group, stage.first, stage.end);
      if (!choice) return unreachable;
      rate += 1 / choice->time;
    }
    return rate > 0 ? 1 / rate : unreachable;
  }

  void keep() {
    for (const Structure::Stage& stage : structure_.stages) {
      if (stage.replicas.empty()) return;
    }
    structure_.interval = 0;
    for (const Structure::Stage& stage : structure_.stages) {
      structure_.interval = std::max(structure_.interval, interval_of(stage));
    }
    if (structure_.interval == unreachable) return;
    structure_.interval = std::max(structure_.interval, least_line_time(groups_, structure_));
    const auto place = std::upper_bound(
        best_.begin(), best_.end(), structure_, [](const Structure& a, const Structure& b) {
          return a.interval != b.interval ? a.interval < b.interval : a.devices() < b.devices();
        });
    if (best_.size() == most_ && place == best_.end()) return;
    best_.insert(place, structure_);
    if (best_.size() > most_) best_.pop_back();
  }

  Groups& groups_;
  const std::vector<Rank>& devices_;
  std::size_t most_;
  Structure structure_;
  std::vector<Structure> best_;
};

/// Calls `use` with every way of cutting `units` units into at most `most` stages.
template <typename Use>
void for_each_cutting(std::size_t units, std::size_t most, const Use& use) {
  for (std::size_t bits = 0; bits < (std::size_t{1} << (units - 1)); ++bits) {
    std::vector<Structure::Stage> stages = {{0, units, {}}};
    for (std::size_t unit = 1; unit < units; ++unit) {
      if ((bits >> (unit - 1) & 1U) == 0) continue;
      stages.back().end = unit;
      stages.push_back({unit, units, {}});
    }
    if (stages.size() <= most) use(std::move(stages));
  }
}

}  // namespace

std::size_t Structure::devices() const {
  std::size_t count = 0;
  for (const Stage& stage : stages) {
    for (const std::vector<Rank>& group : stage.replicas) count += group.size();
  }
  return count;
}

std::vector<Structure> every_structure(Groups& groups, std::size_t units,
                                       const std::vector<Rank>& devices, std::size_t most) {
  Enumeration enumeration(groups, devices, most);
  for_each_cutting(units, devices.size(), [&](std::vector<Structure::Stage> stages) {
    enumeration.try_stages(std::move(stages));
  });
  return std::move(enumeration).take();
}

}  // namespace shoal::planner
