#pragma once

#include <vector>

#include "shoal/comm/communicator.hpp"
#include "shoal/graph/graph.hpp"
#include "shoal/profile/profile.hpp"

namespace shoal::runtime {

struct MeasureOptions {
  /// For each layer, all its shards together; at least five runs are made of each whatever it says.
  Seconds budget = 1;
  Bytes memory = 0;     ///< of a rank, for weights and activations; the same on every rank
  double slowness = 1;  ///< of this rank: how many times as long as it would it takes to compute
};

/// Measures this rank's time for every layer of a lowered network that fits into its memory, whole
/// and by shards (see passes()): medians of runs through the network on random weights, by the code
/// that runs plans. Of each convolution all algorithms that may be the fastest are tried first, and
/// the fastest is measured. All ranks compute a shard at once, as they will. Of whole layers those
/// of one host take turns: in a plan that has such a layer they do something else meanwhile, and do
/// not share the host's memory line with it. Collective.
std::vector<profile::Measurement> measure_layers(const comm::Communicator& world,
                                                 const graph::Graph& lowered,
                                                 const MeasureOptions& options);

/// The links between all pairs of ranks, and by how much exchanges among all of them are slower
/// than Network::time says of these links, by the code that carries out plans. Unknown where there
/// is only one rank. The same on every rank. Collective.
/// @param budget for each link and each kind of exchange, but for the least runs
profile::Network measure_network(const comm::Communicator& world, Seconds budget);

}  // namespace shoal::runtime
