#pragma once

#include <string>

#include "shoal/base/units.hpp"
#include "shoal/program/program.hpp"

namespace shoal::runtime {

/// Memory that a rank needs besides weights and activations: the program, scratch memory of kernels
/// (up to 32 MB) and of exchanges, MPI's buffers.
inline constexpr Bytes process_memory = Bytes{96} << 20;

/// Rest of a rank's `memory` beside the weights and the activations of a program.
Bytes spare_memory(const program::Program& program, Rank rank, Bytes memory);

/// What this host's processes can still take without paging: what the kernel says is available, or
/// less where a control group (version 1 or 2) that this process is in has a lower limit.
/// @param root where /proc and /sys are
Bytes available_memory(const std::string& root = "");

/// The same with what can be moved to swap.
Bytes available_memory_and_swap(const std::string& root = "");

}  // namespace shoal::runtime
