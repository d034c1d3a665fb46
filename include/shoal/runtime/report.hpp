#pragma once

#include <string>
#include <vector>

#include "shoal/runtime/runner.hpp"
#include "shoal/runtime/startup.hpp"

namespace shoal::runtime {

/// Work and memory of one rank, for the table at the end of a run. Of a run that changed its plan,
/// the last plan's work and memory; times, frames and bytes moved are those of all.
struct RankReport {
  std::string host;
  std::string work;                ///< `block1_conv1 to fc1 (18 layers, 16 in shards)`
  std::size_t frames = 0;          ///< that it had a part in
  std::size_t most_in_flight = 0;  ///< at once; on the input rank
  Bytes weights = 0;
  Bytes activations = 0;
  Bytes peak_memory = 0;  ///< of the whole process
  Times times;
  comm::Traffic traffic;
  Startup startup{};  ///< all 0 on simulated devices
};

/// This rank's own, but for its start-up, of which the runner knows nothing.
RankReport report(Rank rank, const Runner& runner, const WeightCache& weights);

/// Every rank's, on every rank. Collective.
std::vector<RankReport> gather(const comm::Communicator& world, const RankReport& own);

}  // namespace shoal::runtime
