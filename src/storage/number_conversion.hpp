#pragma once

#include <cstddef>
#include <span>

#include "storage/catalog.hpp"

namespace shoal::storage {

/// Makes floats of numbers as they are in a file: `from` has `type.bytes` for each of `to`.
/// Numbers that float32 does not have are rounded, what is beyond its range becomes infinite.
void convert(NumberType type, const std::byte* from, std::span<float> to);

/// Whether they are in the file as in this processor's memory.
bool is_native_float(NumberType type);

}  // namespace shoal::storage
