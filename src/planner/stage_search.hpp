#pragma once

#include <limits>
#include <optional>
#include <vector>

#include "planner/unit_costs.hpp"

namespace shoal::planner {

/// The best way of computing some units on one group.
struct StageChoice {
  Seconds time = 0;
  std::vector<std::size_t> options;  ///< by unit, of UnitCosts::options
};

/// Figure at which a group's stage is to be best.
enum class Aim {
  interval,  ///< what the group is busy with: crossing transfers go on meanwhile
  latency,   ///< everything, one after the other
};

/// Finds the options of the units [first, end) that cost least and fit into the members' memory:
/// dynamic programming over the units, whose states are a unit's options (Held and Karp's
/// principle; costs are of neighbours only). Since memory adds up, each state keeps several ways of
/// reaching it: those of which none is worse in time and in every member's memory ("labels" of the
/// constrained shortest path; Irnich and Desaulniers, "Shortest path problems with resource
/// constraints", 2005), at most so many of them, the quickest and the smallest first.
/// Nothing where no choice fits.
/// @param memory of each member
/// @param waiting for how many frames there must be room in front of the stage
/// @param known a time that is reached already: only a shorter one is looked for
std::optional<StageChoice> search_stage(UnitCosts& costs, std::size_t first, std::size_t end,
                                        Aim aim, const std::vector<Bytes>& memory,
                                        std::size_t waiting,
                                        Seconds known = std::numeric_limits<Seconds>::infinity());

}  // namespace shoal::planner
