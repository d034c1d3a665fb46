#pragma once

#include <vector>

#include "shoal/profile/profile.hpp"
#include "shoal/program/program.hpp"

namespace shoal::planner {

/// What a plan will cost by a profile: the one model that the search minimises and `shoal plan
/// --explain` prints.
///
/// The members of a group go from layer to layer together: a layer takes as long as its slowest
/// member, and a transfer within the group comes in between. What crosses from stage to stage
/// travels while both compute, so it adds to the latency, and to the interval only where a line is
/// busier than any group.

/// One layer of a replica's group.
struct LayerPrice {
  graph::LayerId layer;
  Seconds computing = 0;     ///< of the slowest member
  Seconds transferring = 0;  ///< to bring its inputs where they are wanted, within the group
  Bytes moved = 0;           ///< by these transfers, received by all members together
};

struct ReplicaPrice {
  std::vector<Rank> ranks;
  std::vector<LayerPrice> layers;
  Seconds computing = 0;
  Seconds transferring = 0;
  Seconds paging = 0;  ///< of the member that pages longest
  [[nodiscard]] Seconds total() const { return computing + transferring + paging; }
};

struct StagePrice {
  std::vector<ReplicaPrice> replicas;
  Seconds arriving = 0;  ///< from the stage before, or the input, to the slowest replica
  Bytes arriving_bytes = 0;
  /// From answer to answer: the replicas' rates added up.
  Seconds interval = 0;
};

struct RankPrice {
  Bytes weights = 0;
  Bytes activations = 0;  ///< most at once, those of frames that wait included
  Seconds computing = 0;  ///< for one frame of its own
  Seconds line = 0;       ///< for one frame of its own, what its line is busy with what crosses
};

struct Price {
  Seconds latency = 0;   ///< of a frame that meets no other
  Seconds interval = 0;  ///< between answers, when frames wait
  std::vector<StagePrice> stages;
  Seconds leaving = 0;  ///< of the answer, to where it is wanted
  std::vector<RankPrice> ranks;
};

/// Of lanes that were compiled from `plan` (program::compile_lanes).
Price price(const plan::Plan& plan, const std::vector<program::Program>& lanes,
            const profile::Profile& profile);
Price price(const plan::Plan& plan, const graph::Graph& lowered, const profile::Profile& profile);

}  // namespace shoal::planner
