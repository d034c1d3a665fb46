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
/// devices, from half to four times as quick, with room for 1.5 to 4 times their part of the
/// weights and 100 or 500 MB of their own, on lines from a third to ten times as quick. The same
/// ones in every run.
std::vector<UnequalCluster> unequal_clusters(const profile::Profile& like, std::size_t count);

/// How many bytes of weights a network has.
Bytes weights_of(const std::string& model);

}  // namespace shoal::testing
