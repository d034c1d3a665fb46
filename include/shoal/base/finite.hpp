#pragma once

#include <cstddef>
#include <limits>
#include <optional>
#include <span>

namespace shoal {

/// The first value that is not a number, or whose magnitude is `limit` or more: without a limit,
/// the first one that is not finite. As fast as memory is.
/// @param limit positive
std::optional<std::size_t> first_beyond(std::span<const float> values,
                                        float limit = std::numeric_limits<float>::infinity());

}  // namespace shoal
