#pragma once

#include <string>

#include "shoal/base/units.hpp"

namespace shoal::comm {

/// For how long a rank waits for the others in a call of MPI that cannot see to anything else
/// meanwhile, and for MPI to end: 60 seconds, or what the variable SHOAL_START_TIMEOUT says; 0:
/// without a limit.
Seconds start_limit();

/// `shoal: rank 2 on pi2: ` and the text, also before MPI has started.
std::string line_of_rank(const std::string& text);

}  // namespace shoal::comm
