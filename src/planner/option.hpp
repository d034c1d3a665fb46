#pragma once

#include <map>
#include <string>
#include <vector>

#include "shoal/plan/plan.hpp"

#include "planner/estimator.hpp"
#include "planner/unit.hpp"

namespace shoal::planner {

/// Division of the layers of a unit.
enum class Style {
  whole,        ///< on one rank
  replicated,   ///< whole on each
  outputs,      ///< every layer by its output channels or features
  inputs,       ///< every layer by its input channels or features, summed up
  alternating,  ///< outputs, then inputs, …: between the two nothing moves
  spatial,
};

/// One way of placing a unit on some ranks of a group.
struct Option {
  Style style = Style::whole;
  std::vector<Rank> ranks;  ///< ascending
  split::SplitOptions cut;  ///< shares for `ranks`; of spatial the axes and the grid
  friend bool operator==(const Option&, const Option&) = default;
};

/// The placements of a unit's layers by an option, by name; empty where it does not fit one of
/// them.
std::map<std::string, plan::Placement> placements(const graph::Graph& lowered, const Unit& unit,
                                                  const Option& option);

/// Every option that fits a unit.
/// @param sets the sets of ranks to be tried, each ascending
std::vector<Option> options_for(const graph::Graph& lowered, const Unit& unit,
                                const std::vector<std::vector<Rank>>& sets, Estimator& estimator);

}  // namespace shoal::planner
