#pragma once

#include <span>

#include "shoal/base/units.hpp"

namespace shoal::kernels {

/// Pixels of which only the channels are worked on, which lie next to each other: inputs under a
/// window.
using Pixels = std::span<const float* const>;

/// Last operations on the channels of an output.
struct ChannelEnd {
  const float* bias = nullptr;  ///< of each channel, or none
  float floor = 0;              ///< what is less becomes this
};

/// out = the sum of each pixel times its weights, channel by channel.
void sum_products(Pixels pixels, Pixels weights, Index channels, const ChannelEnd& end, float* out);

/// Outputs next to each other and what they read with a window of stride one: the first of them
/// from `first` on, `rows` x `columns` pixels; the next one a pixel further.
struct WindowRow {
  const float* first = nullptr;
  Index row = 0;    ///< between rows of pixels
  Index pixel = 0;  ///< between pixels
  Index rows = 1;
  Index columns = 1;
  Index outputs = 0;
};

/// Whether sum_window_row() can do with windows of so many columns.
bool has_window_row(Index columns);
/// Of each output, sum_products() of its window. The weights of a window are row after row, pixel
/// after pixel; so are the outputs. What neighbours share is loaded once.
void sum_window_row(const WindowRow& windows, const float* weights, Index channels,
                    const ChannelEnd& end, float* out);
/// out = the largest of the pixels; minus infinity of none.
void take_largest(Pixels pixels, Index channels, float floor, float* out);
/// out = their sum times a factor.
void take_sum(Pixels pixels, Index channels, float factor, float floor, float* out);

}  // namespace shoal::kernels
