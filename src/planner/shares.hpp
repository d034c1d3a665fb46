#pragma once

#include <vector>

#include "planner/estimator.hpp"
#include "planner/unit.hpp"

namespace shoal::planner {

/// Axis of a unit's layers that is divided.
enum class Divided {
  outputs,      ///< channels or features that are made
  inputs,       ///< channels or features that are read
  alternating,  ///< of the first layer what is made, of the next what is read, …
  space,
};

/// Shares with which all of `ranks` take equally long for a unit: its convolutions and dense
/// layers, one after the other, each part by the profile. A rank that by itself takes longer for
/// next to nothing than the others together for all gets none.
///
/// Method: each rank's time is taken at sixteen fractions of the unit, between which it is a line,
/// and the time at which the ranks' fractions add up to one is found by bisection. Shares are whole
/// hundredths of the largest, so that documents are readable and alike devices get alike ones.
///
/// Ranks that take 1 + 9f and 1 + 3f seconds for a fraction f: a quarter and three quarters take
/// both 3.25 s. (By their times for the whole, 10 and 4 s, it would be 0.29 and 0.71, and 3.6 s.)
/// @param axis that of `space`
std::vector<double> balanced_shares(const graph::Graph& graph, const Unit& unit, Divided divided,
                                    Axis axis, const std::vector<Rank>& ranks,
                                    Estimator& estimator);

}  // namespace shoal::planner
