#pragma once

#include <functional>
#include <string>
#include <vector>

#include "shoal/base/units.hpp"

namespace shoal::comm {

// Ranks on a simulated network: only in the twin, which is linked with SimGrid in place of MPI. All
// of them are in this process and take turns. Everything that happens takes simulated time, and
// wall_time() is simulated.

/// Whether this program is the twin.
bool is_simulated();

/// A link of the platform that has this property carries its messages one after the other, as a
/// connection does.
inline constexpr const char* in_order = "in-order";

struct Simulation {
  std::string platform;  ///< a file that describes hosts and links, as SimGrid reads it (XML)
  /// Host of each rank, by the names in the file. Where it lacks one of them: its hosts in the
  /// order of their names, numbers in them counting as such.
  std::vector<std::string> hosts;
  std::vector<std::string> settings;  ///< of SimGrid: `network/crosstraffic:no`
};

/// Runs `body` on every rank to its end. It makes an Environment as on real devices. What one
/// throws ends the others and is thrown here. Once in a process.
void simulate(const Simulation& simulation, const std::function<void()>& body);

/// Keeps this rank's processor busy for so long.
void compute_for(Seconds seconds);

}  // namespace shoal::comm
