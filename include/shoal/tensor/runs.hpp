#pragma once

#include "shoal/tensor/view.hpp"

namespace shoal {

/// Calls `take(first, count)` for each longest run of elements of the view that follow each other
/// in memory, in the order of the elements.
///
/// Rows 1 to 2 of a dense 4x5x3 image are one run of 30, columns 1 to 2 of it four runs of 6.
template <typename Float, typename Take>
void for_each_run(const BasicView<Float>& view, const Take& take) {
  if (view.shape().volume() == 0) return;
  Index count = 1;
  std::size_t outer = axis_count;
  for (; outer > 0; --outer) {
    const Axis axis = all_axes[outer - 1];
    if (view.extent(axis) != 1 && view.stride(axis) != count) break;
    count *= view.extent(axis);
  }
  PerAxis<Index> at;
  for (;;) {
    Float* first = view.data();
    for (const Axis axis : all_axes) first += at[axis] * view.stride(axis);
    take(first, count);
    std::size_t next = outer;
    while (next > 0 && ++at.values[next - 1] == view.shape().values[next - 1]) {
      at.values[--next] = 0;
    }
    if (next == 0) return;
  }
}

}  // namespace shoal
