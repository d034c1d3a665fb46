#include "shoal/graph/footprint.hpp"

#include <algorithm>

namespace shoal::graph {
namespace {

Range input_range(const Window& window, Range output) {
  return {output.begin * window.stride - window.before,
          (output.end - 1) * window.stride - window.before + window.span()};
}

Range input_range(const Groups& groups, Range output) {
  return {output.begin / groups.outputs * groups.inputs,
          (output.end + groups.outputs - 1) / groups.outputs * groups.inputs};
}

}  // namespace

Box input_box(const Footprint& footprint, const Box& output, const Shape& input) {
  if (output.empty()) return {};
  Box box;
  for (const Axis axis : all_axes) {
    const Range needed = std::visit([&](const auto& use) { return input_range(use, output[axis]); },
                                    footprint[axis]);
    // An output that reads only padding (a wide pad, a small input) still names a legal range.
    box[axis] = {std::clamp<Index>(needed.begin, 0, input[axis]),
                 std::clamp<Index>(needed.end, 0, input[axis])};
  }
  return box;
}

}  // namespace shoal::graph
