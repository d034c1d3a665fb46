#pragma once

#include <map>
#include <vector>

#include "shoal/program/program.hpp"

#include "planner/estimator.hpp"

namespace shoal::planner {

/// Messages of a transfer that a rank waits for.
struct Arrival {
  std::size_t missing = 0;  ///< messages that have not been sent
  Seconds at = 0;           ///< when the latest of those that have been is there
  bool any = false;         ///< whether there are messages to it at all
};

/// One message on its way, as often as it is asked for.
struct Message {
  Rank to;
  Seconds line = 0;     ///< that it keeps both lines busy
  Seconds latency = 0;  ///< until it is there, after that
};

/// Times that every frame on a lane has in common.
struct LaneTimes {
  const program::Program* program = nullptr;
  std::vector<program::Lines> lines;                       ///< by rank
  std::vector<std::vector<Seconds>> durations;             ///< [rank][step]
  std::vector<std::vector<Rank>> participants;             ///< by transfer
  std::vector<Seconds> transferring;                       ///< by transfer, all of it together
  std::vector<std::map<Rank, std::vector<Message>>> sent;  ///< by transfer, from whom
  std::vector<std::vector<Arrival>> expected;              ///< [transfer][rank]
};

/// @param program must outlive the result
LaneTimes times_of(const program::Program& program, Estimator& estimator);

}  // namespace shoal::planner
