#pragma once

#include <string>

#include "shoal/base/units.hpp"

namespace shoal::runtime {

/// What this host's processes can still take without paging: what the kernel says is available, or
/// less where a control group (version 1 or 2) that this process is in has a lower limit.
/// @param root where /proc and /sys are
Bytes available_memory(const std::string& root = "");

}  // namespace shoal::runtime
