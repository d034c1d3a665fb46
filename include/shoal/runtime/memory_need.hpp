#pragma once

#include <optional>
#include <string>
#include <vector>

#include "shoal/base/units.hpp"
#include "shoal/program/program.hpp"

namespace shoal::runtime {

/// Memory that a rank takes for a plan.
struct MemoryNeed {
  /// Least that it needs: activations, and weights that are held in its own memory.
  Bytes least = 0;
  /// Usual need: mapped weights, buffers for further frames and process_memory as well.
  Bytes usual = 0;
};

/// @param maps_weights whether dense layers are read where they lie in the file, whose pages the
/// system drops and reads again where memory is short: of shards of the rank's own
MemoryNeed memory_need(const std::vector<program::Program>& lanes, Rank rank, bool maps_weights);

/// Memory that a host can give to its ranks.
struct HostMemory {
  Bytes free = 0;
  Bytes with_swap = 0;  ///< and what can be moved to swap
};

/// Whether a host's memory is enough for the ranks on it: empty, or what is said before anything is
/// loaded.
/// @param ranks what each of them needs, `rank` being one of them
/// An Error where not even swap makes room for the least; a warning (the text) where the ranks will
/// have to swap, or may be killed by the system.
std::optional<std::string> check_memory(const std::vector<MemoryNeed>& ranks,
                                        const MemoryNeed& rank, const HostMemory& host);

}  // namespace shoal::runtime
