#pragma once

#include <vector>

#include "planner/groups.hpp"

namespace shoal::planner {

/// Groups and the units that each computes.
struct Structure {
  struct Stage {
    std::size_t first = 0;  ///< units
    std::size_t end = 0;
    std::vector<std::vector<Rank>> replicas;
  };
  std::vector<Stage> stages;
  Seconds interval = 0;  ///< of the busiest stage

  [[nodiscard]] std::size_t devices() const;
};

/// The `most` structures that promise the shortest interval, best first; of equal ones those with
/// fewer devices. Tries every way of giving a few devices to replicas of stages.
std::vector<Structure> every_structure(Groups& groups, std::size_t units,
                                       const std::vector<Rank>& devices, std::size_t most);

/// For many devices, taken in the order given: of the structures whose stages have runs of them,
/// equal in number within a stage, the one of shortest interval; and that of fewest devices for
/// each interval in `intervals` that can be reached. By bisection over the interval and, for each,
/// dynamic programming over the units for the fewest devices.
std::vector<Structure> structures_in_order(Groups& groups, std::size_t units,
                                           const std::vector<Rank>& order,
                                           const std::vector<Seconds>& intervals);

/// Betters a structure step by step: a device goes to another group, to a replica of its own or out
/// of work; two devices of unlike groups change places; a stage begins a unit sooner or later. The
/// first change that shortens the interval is taken, until none does. Cost: for each step as many
/// structures as there are pairs of devices or groups that are not alike; those that cannot be
/// better by the groups' least times are not looked at.
Structure climb(Groups& groups, const std::vector<Rank>& devices, Structure structure);

}  // namespace shoal::planner
