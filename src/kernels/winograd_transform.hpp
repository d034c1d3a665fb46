#pragma once

#include "shoal/base/units.hpp"

#include "kernels/channels.hpp"

namespace shoal::kernels {

/// Tiles of m x m outputs, from (m + 2) x (m + 2) inputs with as many products: 2, 4 or 6. What
/// these functions read and write of a pixel are its channels, next to each other.

/// A tile's inputs to its positions in `transformed`, `position_stride` floats apart.
void transform_input(Index m, const float* const* pixels, Index channels, float* transformed,
                     Index position_stride);

/// The sums of a tile's positions to its outputs; null are those that nobody wants.
void transform_output(Index m, const float* sums, Index position_stride, Index channels,
                      const ChannelEnd& end, float* const* pixels);

}  // namespace shoal::kernels
