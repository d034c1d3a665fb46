#pragma once

#include <set>
#include <vector>

#include "shoal/profile/profile.hpp"
#include "shoal/program/program.hpp"

namespace shoal::planner {

// Cost of a plan by a profile: the one model that the search minimises and that `shoal plan
// --explain` prints.
//
// The members of a group go from layer to layer together: a layer takes as long as its slowest
// member, and the transfers within the group come in between. What crosses from stage to stage
// travels while both compute: it adds to the latency, and to the interval only where a line is
// busier than any group.
//
// Where layers are streamed, ranks and lines go on at their own pace within a group too. Latency
// and interval of such a plan are found by playing frames through its programs, step by step; the
// figures of its stages and layers say what they take each, hidden or not.

/// One layer on a replica's group.
struct LayerPrice {
  graph::LayerId layer;
  Seconds computing = 0;     ///< of the slowest member
  Seconds transferring = 0;  ///< of its output, to where the group wants it next
  Bytes moved = 0;           ///< by these transfers, received by all members together
  std::set<split::WireType> moved_as = {};  ///< the types as which it travels
};

struct ReplicaPrice {
  std::vector<Rank> ranks;
  std::vector<LayerPrice> layers;
  Seconds computing = 0;
  Seconds transferring = 0;  ///< of the layers' outputs, and of what arrived among the members
  Seconds paging = 0;        ///< of the member that pages longest; infinite where one cannot
  Seconds arriving = 0;      ///< of its input, from the stage before
  Bytes arriving_bytes = 0;
  std::set<split::WireType> arriving_as = {};  ///< the types as which it travels
  [[nodiscard]] Seconds total() const { return computing + transferring + paging; }
};

struct StagePrice {
  std::vector<ReplicaPrice> replicas;
  Seconds interval = 0;  ///< between its frames: the replicas' rates added up
};

struct RankPrice {
  Bytes weights = 0;
  Bytes activations = 0;  ///< most at once, those of frames that wait included
  Seconds computing = 0;  ///< for a frame that it has a part in
  Seconds busy = 0;       ///< for the mean frame: computing, and its groups' transfers and waiting
  Seconds line = 0;       ///< for the mean frame: the busier direction of its line
  [[nodiscard]] Bytes held() const { return weights + activations; }
};

struct Price {
  Seconds latency = 0;   ///< of a frame that meets no other, on the slowest lane
  Seconds interval = 0;  ///< between answers where frames wait: that of the busiest rank or line
  std::vector<StagePrice> stages;
  Seconds leaving = 0;  ///< of the answer, to where it is wanted
  std::vector<RankPrice> ranks;
};

/// @param lanes compiled from `plan` (program::compile_lanes)
/// @param profile of at least as many devices as the plan has ranks
Price price(const plan::Plan& plan, const std::vector<program::Program>& lanes,
            const profile::Profile& profile);
Price price(const plan::Plan& plan, const graph::Graph& lowered, const profile::Profile& profile);

}  // namespace shoal::planner
