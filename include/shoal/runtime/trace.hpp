#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "shoal/base/units.hpp"

namespace shoal::runtime {

/// Activity of a rank.
enum class Activity : std::uint8_t { compute, transfer, wait };

/// Span of time (comm::wall_time of its rank) in which a rank did something for a frame.
struct Span {
  Activity activity = Activity::compute;
  std::string name;  ///< the layer
  std::int64_t frame = -1;
  Seconds begin = 0;
  Seconds end = 0;
};

}  // namespace shoal::runtime
