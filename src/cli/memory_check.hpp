#pragma once

#include <string>
#include <vector>

#include "shoal/comm/communicator.hpp"
#include "shoal/program/program.hpp"

namespace shoal::cli {

/// Compares what the plan needs on each host with the memory that is there, before anything is
/// loaded: an Error where it cannot be enough. Where ranks will have to swap, or may be killed, the
/// host's first rank says so on the standard error. Collective.
/// @param weights the option: a file, or a folder of shards
/// @param besides what this rank holds beside the plan's weights
void check_memory_of_hosts(const comm::Communicator& world,
                           const std::vector<program::Program>& lanes, const std::string& weights,
                           Bytes besides);

/// Memory that a rank has beside what the plan needs and what the process itself does.
/// @param ranks_on_host that share the host's memory
Bytes spare_memory(const std::vector<program::Program>& lanes, Rank rank, int ranks_on_host);

}  // namespace shoal::cli
