#pragma once

#include <span>
#include <vector>

#include "shoal/tensor/box.hpp"

namespace shoal::split {

/// Cuts [0, extent) into consecutive ranges in proportion to `shares` (at least one, none negative,
/// not all zero), each a whole number of `grain` elements but for the last of the axis. Rounding is
/// by largest remainder, the first of equals first: no range is more than one grain off.
///
/// partition(10, {1, 1, 2}) is [0,3) [3,5) [5,10); partition(2, {1, 1, 1}) is [0,1) [1,2) [2,2):
/// more shares than elements leave empty ranges, which are legal everywhere.
std::vector<Range> partition(Index extent, std::span<const double> shares, Index grain = 1);

}  // namespace shoal::split
