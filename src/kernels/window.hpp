#pragma once

#include <algorithm>

#include "shoal/graph/spatial.hpp"
#include "shoal/kernels/kernel.hpp"

namespace shoal::kernels {

/// A sliding window in the coordinates of a task's own boxes: output o of the output box reads
/// o * stride - before + k * dilation of the input box; outside of it is padding.
struct LocalWindow {
  graph::Window depth;
  graph::Window height;
  graph::Window width;
};

LocalWindow local_window(const graph::Sliding& sliding, const Task& task);

/// First element that output `o` of a window reads.
inline Index start(const graph::Window& window, Index o) {
  return o * window.stride - window.before;
}

/// The taps of a window that lie inside an input.
inline Range taps_inside(const graph::Window& window, Index o, Index extent) {
  const Index first = start(window, o);
  const Index dilation = window.dilation;
  const Index begin = first >= 0 ? 0 : (-first + dilation - 1) / dilation;
  const Index end = extent > first ? (extent - first + dilation - 1) / dilation : 0;
  return {begin, std::min(window.kernel, end)};
}

}  // namespace shoal::kernels
