#pragma once

#include <algorithm>
#include <vector>

#include "shoal/base/units.hpp"

namespace shoal::runtime {

/// Of at least one; of an even number the upper of the two in the middle.
inline Seconds median(std::vector<Seconds> seconds) {
  const auto middle = seconds.begin() + static_cast<std::ptrdiff_t>(seconds.size() / 2);
  std::nth_element(seconds.begin(), middle, seconds.end());
  return *middle;
}

}  // namespace shoal::runtime
