#pragma once

#include <string>
#include <vector>

#include "shoal/runtime/report.hpp"

namespace shoal::cli {

/// A row for each rank: what it was and did.
std::string rank_table(const std::vector<runtime::RankReport>& reports);

}  // namespace shoal::cli
