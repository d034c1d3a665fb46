#pragma once

#include "shoal/planner/price.hpp"

#include "planner/estimator.hpp"

namespace shoal::planner {

/// Figures that are found by playing frames where a plan streams layers.
enum class Played {
  all,
  latency,  ///< a single frame; the interval is what sums over layers say
};

/// The price of a plan by the estimator's profile (shoal/planner/price.hpp), for a search, which
/// prices hundreds: times are remembered from one plan to the next, and the programs are not proved
/// right (program::check).
Price price(const plan::Plan& plan, const graph::Graph& lowered, Estimator& estimator,
            Played played = Played::all);

}  // namespace shoal::planner
