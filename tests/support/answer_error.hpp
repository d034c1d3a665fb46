#pragma once

#include <vector>

#include "shoal/program/program.hpp"

#include "support/random.hpp"

namespace shoal::testing {

/// With random weights and a random frame, how far the answer of any of a plan's lanes, interpreted
/// in this process, is from the reference's (reference::relative_error()).
double error_of(const std::vector<program::Program>& lanes, Random& random);

}  // namespace shoal::testing
