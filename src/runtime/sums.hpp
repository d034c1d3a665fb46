#pragma once

#include <cstddef>
#include <map>

#include "shoal/program/program.hpp"

namespace shoal::runtime {

/// An addition that can be made in the pass of the step before it.
struct Sum {
  std::size_t step = 0;   ///< the addition's
  std::size_t other = 0;  ///< which of its inputs the step before does not make
};

/// Those of a rank's program, by the step before: nothing else reads what that makes, and what is
/// added to it lies in memory as the sum does.
std::map<std::size_t, Sum> sums(const program::Program& program, Rank rank);

}  // namespace shoal::runtime
