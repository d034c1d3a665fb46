#pragma once

#include <optional>
#include <string>

#include "shoal/base/aligned_buffer.hpp"
#include "shoal/base/units.hpp"

namespace shoal::storage {

/// A part of an open file in memory, from a cache line on; what is written to it stays there. Its
/// pages are read from the disk by now, where the kernel can be asked for that (Linux 5.14).
/// Nothing where the system cannot map the file; an Error where the file is shorter than that, or
/// cannot be read.
/// @param name of the file, for errors
std::optional<AlignedBuffer> map_floats(const std::string& name, int file, Bytes offset,
                                        Bytes bytes);

}  // namespace shoal::storage
