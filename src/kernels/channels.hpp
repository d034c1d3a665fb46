#pragma once

#include <span>

#include "shoal/base/units.hpp"

namespace shoal::kernels {

/// Pixels of which only the channels are worked on, which lie next to each other: inputs under a
/// window.
using Pixels = std::span<const float* const>;

/// How the channels of an output are finished.
struct ChannelEnd {
  const float* bias = nullptr;  ///< of each channel, or none
  float floor = 0;              ///< what is less becomes this
};

/// out = the sum of each pixel times its weights, channel by channel.
void sum_products(Pixels pixels, Pixels weights, Index channels, const ChannelEnd& end, float* out);
/// out = the largest of the pixels; minus infinity of none.
void take_largest(Pixels pixels, Index channels, float floor, float* out);
/// out = their sum times a factor.
void take_sum(Pixels pixels, Index channels, float factor, float floor, float* out);

}  // namespace shoal::kernels
