#pragma once

#include <string>

#include "shoal/base/units.hpp"

namespace shoal {

/// Since this process was started, loading its libraries included, to a hundredth of a second; 0
/// where the system does not tell.
Seconds process_age();

/// Start of a process in ticks of the system's clock, read from its /proc/PID/stat; 0 where that
/// has none. The program's name, in brackets, may itself contain blanks and brackets.
double start_ticks(const std::string& stat);

}  // namespace shoal
