#pragma once

#include <string>

#include "shoal/base/units.hpp"

namespace shoal {

/// Since this process was started, loading its libraries included, to a hundredth of a second; 0
/// where the system does not tell.
Seconds process_age();

/// When a process was started, in ticks of the system's clock, by its /proc/PID/stat; 0 where that
/// does not tell. The program's name, in brackets, may itself have blanks and brackets.
double start_ticks(const std::string& stat);

}  // namespace shoal
