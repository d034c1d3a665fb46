#pragma once

#include <string>
#include <vector>

#include "shoal/profile/profile.hpp"

namespace shoal::testing {

/// A network and devices for it.
struct UnequalCluster {
  std::string model;
  profile::Profile profile;
};

/// Clusters of devices like the first one of `like`, for the five networks in turn: two to eight
/// devices, from half to four times as quick, with room for 1.1 to 2.5 times an equal part of the
/// weights and for 50 or 300 MB besides, on lines from a third to ten times as quick. The same ones
/// in every run.
std::vector<UnequalCluster> unequal_clusters(const profile::Profile& like, std::size_t count);

}  // namespace shoal::testing
