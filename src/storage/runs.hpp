#pragma once

#include <cstddef>
#include <span>
#include <vector>

#include "shoal/base/units.hpp"

namespace shoal::storage {

/// A box within a row-major array: where it begins, and the elements from one index of an axis to
/// the next. Of 3x4x5, the box that begins at (1, 0, 2): begin 22, strides 20, 5, 1.
struct Strided {
  Index begin = 0;
  std::vector<Index> strides;
};

/// The box that begins at `begin` in an array of `extents`.
inline Strided strided(std::span<const Index> begin, std::span<const Index> extents) {
  Strided box{0, std::vector<Index>(extents.size(), 1)};
  for (std::size_t axis = extents.size(); axis-- > 1;) {
    box.strides[axis - 1] = box.strides[axis] * extents[axis];
  }
  for (std::size_t axis = 0; axis < extents.size(); ++axis) {
    box.begin += begin[axis] * box.strides[axis];
  }
  return box;
}

/// Calls `use(from, to, count)` for every run of elements that lie one after the other in both
/// arrays, in order. `counts`: the box's extents, none of them 0.
template <typename Use>
void for_runs(std::span<const Index> counts, const Strided& from, const Strided& to,
              const Use& use) {
  Index run = 1;
  std::size_t outer = counts.size();
  while (outer > 0 && from.strides[outer - 1] == run && to.strides[outer - 1] == run) {
    run *= counts[--outer];
  }
  std::vector<Index> index(outer, 0);
  Index source = from.begin;
  Index target = to.begin;
  while (true) {
    use(source, target, run);
    std::size_t axis = outer;
    while (axis > 0) {
      --axis;
      source += from.strides[axis];
      target += to.strides[axis];
      if (++index[axis] < counts[axis]) break;
      source -= counts[axis] * from.strides[axis];
      target -= counts[axis] * to.strides[axis];
      index[axis] = 0;
      if (axis == 0) return;
    }
    if (outer == 0) return;
  }
}

}  // namespace shoal::storage
