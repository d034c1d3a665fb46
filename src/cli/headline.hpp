#pragma once

#include <optional>
#include <string>
#include <vector>

#include "cli/simulated_job.hpp"

namespace shoal::cli {

/// Speed of a run once its pipeline is full.
struct SteadyState {
  std::size_t left_out = 0;  ///< first answers, while frames fill the pipeline
  std::size_t answers = 0;   ///< that it was told from
  std::size_t rest = 0;      ///< answers after these, also left out
  Seconds interval = 0;      ///< between two answers
  Seconds latency = 0;       ///< the median, waiting for other frames included
};

/// Leaves out the first `in_flight` answers, the last so many, while the pipeline drains and lines
/// are freer, and as many before these that whole rounds of so many are left: the answers of
/// replicas come in bursts, and every round of them is alike. Nothing where there is no round.
std::optional<SteadyState> steady_state(const std::vector<Passage>& passages,
                                        std::size_t in_flight);

/// The run in a few lines, beside what the profile's model says of the plan:
///
///     vgg16 on 8 simulated devices of pi3-keras, 16 in flight at most
///       in the steady state 0.64 frames/s, one every 1.6 s (32 answers; the first 16 …)
///       a frame alone 1.6 s; in the steady state 24.9 s
///       plan explain: 0.67 frames/s, one every 1.5 s; a frame alone 1.5 s
std::string headline(const SimulatedJob& job, const SimulatedRun& run);

/// The same for programs, an object in one line: `model`, `ranks`, `in_flight`; `interval`,
/// `latency`, `answers` and `left_out` of the steady state, null where there is none; `alone`, the
/// latency of a frame alone; `predicted` with `interval` and `latency`; seconds.
std::string headline_json(const SimulatedJob& job, const SimulatedRun& run);

}  // namespace shoal::cli
