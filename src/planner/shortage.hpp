#pragma once

#include "shoal/base/error.hpp"
#include "shoal/profile/profile.hpp"

namespace shoal::planner {

/// Why a network does not fit on the devices: the layer whose parts need most beyond what a device
/// has, how many bytes that is, and how many devices would do.
Error shortage(const graph::Graph& lowered, const profile::Profile& profile);

}  // namespace shoal::planner
