#pragma once

#include "shoal/split/redistribution.hpp"
#include "shoal/tensor/view.hpp"

namespace shoal::split {

/// Copies what a rank has of its own target already, in a redistribution of messages between
/// pairs. Of that, the boxes which it sends are rounded as they arrive elsewhere, so that whoever
/// holds the same elements in the end holds the same numbers. (As int8, what two others get in
/// different boxes is rounded with different neighbours: there it is those of the last of them.)
/// @param source the rank's box of the source; a view of nothing where it holds none
/// @param target the rank's box of the target; a view of nothing where it gets none
void keep(const Redistribution& redistribution, Rank self, ConstView source, View target);

}  // namespace shoal::split
