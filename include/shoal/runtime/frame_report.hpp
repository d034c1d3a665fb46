#pragma once

#include <cstdint>

#include "shoal/base/units.hpp"

namespace shoal::runtime {

/// Times of one rank for one frame. Transfers within a stage are counted whole, with the waiting
/// for others that is in them.
struct FrameReport {
  std::int64_t frame = 0;
  std::int64_t lane = 0;
  Seconds began = 0;  ///< since the run began
  Seconds ended = 0;
  Seconds computing = 0;
  Seconds transferring = 0;
  Seconds waiting = 0;    ///< for what other stages send
  Bytes peak_memory = 0;  ///< of the process, so far
};

}  // namespace shoal::runtime
