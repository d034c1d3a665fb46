#pragma once

#include <string>
#include <vector>

#include "shoal/runtime/report.hpp"

namespace shoal::cli {

/// Line on the time until the first answer; nothing where there was none. Of each part the rank
/// counts that was last:
///
///     first answer after 1.32 s: 0.31 s to start, 0.02 s to plan, 0.85 s to load weights (rank 2
///     the last), 0.14 s for the frame
std::string startup_line(const std::vector<runtime::RankReport>& reports, Rank output);

}  // namespace shoal::cli
