#pragma once

#include <span>
#include <string>

#include "shoal/profile/profile.hpp"

namespace shoal::profile {

/// Share of a host that one rank has.
struct RankShare {
  std::string host;
  std::string core;       ///< the processor, by OpenBLAS's name for it: `Haswell`, `CORTEXA72`
  double cores = 1;       ///< 0.5 where two ranks share a core
  int ranks_on_host = 1;  ///< that share its main memory's bandwidth
  Bytes memory = 0;       ///< for weights and activations
};

/// More memory than this makes no difference to a plan.
inline constexpr Bytes most_memory_of_rank = 4'000'000'000;

/// A profile by rule of thumb, for ranks of which nothing was measured: processors by rough figures
/// of their kind, and all alike, as fast as the slowest; memory between the ranks of one host,
/// Ethernet between hosts, a gigabit, or what a Raspberry Pi 3 has. It depends on what the devices
/// are, never on what else they do at the moment, so that the same job gets the same plan again:
/// memory is rounded down to four significant bits for that, and bounded.
/// @param ranks in order of rank, at least one
Profile typical_profile(std::span<const RankShare> ranks);

}  // namespace shoal::profile
