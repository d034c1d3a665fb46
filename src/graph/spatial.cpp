#include "shoal/graph/spatial.hpp"

#include <algorithm>

#include "shoal/base/error.hpp"
#include "shoal/graph/activation.hpp"

namespace shoal::graph {

const char* name(Activation activation) {
  return activation == Activation::relu ? "relu" : "linear";
}

Index Spatial::operator[](Axis axis) const {
  switch (axis) {
    case Axis::depth:
      return depth;
    case Axis::height:
      return height;
    case Axis::width:
      return width;
    default:
      return 1;
  }
}

Index Sliding::output_extent(Axis axis, Index extent) const {
  if (kernel[axis] < 1 || stride[axis] < 1 || dilation[axis] < 1) {
    throw Error("kernel, stride and dilation must be at least 1 along {}", name(axis));
  }
  extent += before[axis] + after[axis];
  if (padding == Padding::same) return (extent + stride[axis] - 1) / stride[axis];
  const Index span = (kernel[axis] - 1) * dilation[axis] + 1;
  if (extent < span) {
    throw Error("a window of {} does not fit an input of {} along {}", span, extent, name(axis));
  }
  return (extent - span) / stride[axis] + 1;
}

Window Sliding::window(Axis axis, Index input_extent) const {
  Window window{kernel[axis], stride[axis], dilation[axis], before[axis]};
  if (padding == Padding::same) {
    const Index reach = (output_extent(axis, input_extent) - 1) * window.stride + window.span();
    const Index extent = input_extent + before[axis] + after[axis];
    window.before += std::max<Index>(0, reach - extent) / 2;
  }
  return window;
}

Footprint sliding_footprint(const Sliding& sliding, const Shape& input) {
  Footprint footprint;
  for (const Axis axis : spatial_axes) footprint[axis] = sliding.window(axis, input[axis]);
  return footprint;
}

}  // namespace shoal::graph
