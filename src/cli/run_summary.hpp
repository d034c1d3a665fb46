#pragma once

#include <string>
#include <vector>

#include "shoal/runtime/report.hpp"

namespace shoal::cli {

/// The end of a run, for people: how many frames, what the first result waited for, and a table of
/// the ranks.
/// @param reports by rank
std::string run_summary(const std::string& network, const std::vector<runtime::RankReport>& reports,
                        Rank input, Rank output);

}  // namespace shoal::cli
