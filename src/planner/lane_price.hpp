#pragma once

#include <vector>

#include "shoal/planner/price.hpp"

#include "planner/estimator.hpp"

namespace shoal::planner {

/// Cost of a frame on one lane.
struct LanePrice {
  std::vector<ReplicaPrice> stages;  ///< the lane's replica of each; without paging
  Seconds leaving = 0;
  struct OfRank {
    Seconds computing = 0;
    Seconds busy = 0;  ///< its groups' totals, without paging
    Seconds sending = 0;
    Seconds receiving = 0;
  };
  std::vector<OfRank> ranks;

  [[nodiscard]] Seconds latency() const;
};

/// @param lane a plan of one replica for each stage, of which `program` was compiled
LanePrice price_lane(const plan::Plan& lane, const program::Program& program, Estimator& estimator);

}  // namespace shoal::planner
