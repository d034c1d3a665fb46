#pragma once

#include <string>
#include <vector>

#include "shoal/profile/profile.hpp"

namespace shoal::twin {

/// A host's name for each device of a profile: the device's own, as far as a host can be called so,
/// and its number where several have one name (`pi-0`, `pi-1`).
std::vector<std::string> host_names(const profile::Profile& profile);

/// The devices and their network as a platform for SimGrid (XML): hosts called by host_names(),
/// each with one full-duplex line to a switch, and a link in_order from each to each other. A
/// message takes what the profile says of its link; those on one line share it. An Error for
/// several devices without a network.
std::string to_platform(const profile::Profile& profile);

}  // namespace shoal::twin
