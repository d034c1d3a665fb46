#pragma once

#include <string>
#include <vector>

#include "shoal/planner/price.hpp"
#include "shoal/runtime/report.hpp"
#include "shoal/runtime/trace.hpp"

#include "cli/metrics.hpp"

namespace shoal::cli {

/// State that all ranks of a simulation share: they are in one process.
struct SimulatedJob {
  const plan::Plan& plan;
  runtime::Lanes lanes;
  const profile::Profile& profile;  ///< of a device for each rank
  const planner::Price& price;
  std::size_t frames = 0;
  bool trace = false;
};

/// Times at which a frame came in and its answer was there, since the start of the simulation.
struct Passage {
  Seconds in = 0;
  Seconds out = 0;
};

/// Result of a simulation.
struct SimulatedRun {
  Seconds alone = 0;  ///< of a frame that meets no other, from its coming in to its answer
  std::vector<Passage> passages;                  ///< by frame
  std::vector<runtime::RankReport> reports;       ///< by rank
  std::vector<std::vector<runtime::Span>> spans;  ///< by rank
};

/// Runs the job on the simulated devices of a platform (see comm::Simulation): a frame alone, then
/// the frames of the job. By its clock and in its reports the second run begins at 0.
/// @param metrics of the second run; may be null
SimulatedRun run_simulated(const SimulatedJob& job, Metrics* metrics, const std::string& platform,
                           const std::vector<std::string>& settings);

}  // namespace shoal::cli
