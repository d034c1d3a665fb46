#pragma once

#include "planner/structure.hpp"

namespace shoal::planner {

/// The least time that any device's line is busy with a mean frame of a structure whose groups all
/// have a choice: the members of a group share what comes to it and what goes from it, and what
/// stays on a device takes no time.
Seconds least_line_time(Groups& groups, const Structure& structure);

}  // namespace shoal::planner
