#pragma once

#include "cli/options.hpp"

namespace shoal::cli {

/// --threads, for every verb that computes.
Option threads_option();

/// Number of threads that a rank computes with: `wanted`, or, where that is 0, its share of the
/// host's cores, but no more than it may use.
int threads_of_rank(int wanted, int ranks_on_host);

}  // namespace shoal::cli
