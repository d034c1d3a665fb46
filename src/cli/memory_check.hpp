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

}  // namespace shoal::cli
