#pragma once

#include <string>

#include "shoal/profile/profile.hpp"

namespace shoal::cli {

/// The laws of a profile's devices and how well they fit, and its network, for people.
std::string profile_table(const profile::Profile& profile);

}  // namespace shoal::cli
