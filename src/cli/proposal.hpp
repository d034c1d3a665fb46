#pragma once

#include "shoal/graph/graph.hpp"
#include "shoal/planner/planner.hpp"

#include "cli/options.hpp"

namespace shoal::cli {

/// The options that say which devices there are.
OptionGroup device_options();

/// The profile of those devices.
/// @param ranks of a plan that is there already; 0: --devices says how many
profile::Profile profile_of_devices(const OptionValues& values, int ranks);

/// The options of planning by a profile: device_options() and what is wanted.
std::vector<OptionGroup> proposal_options();

/// Request that those options make.
struct PlanningRequest {
  profile::Profile profile;  ///< of as many devices as there are ranks
  planner::Request request;
};

/// Reads the profile and what goes with it; an Error where an option makes no sense.
/// @param ranks of a plan that is there already; 0: --devices says how many
PlanningRequest planning_request(const OptionValues& values, int ranks);

/// `512MB`, `1.5 GB`, `400000000`: decimal units.
Bytes parse_bytes(const std::string& option, const std::string& text);

/// The hosts of a hostfile of Open MPI, one for each slot, in the order of ranks.
std::vector<std::string> hosts_of(const std::string& hostfile);

}  // namespace shoal::cli
