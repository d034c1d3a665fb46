#pragma once

#include <algorithm>
#include <span>
#include <string>
#include <vector>

#include "shoal/tensor/shape.hpp"

namespace shoal {

/// The half-open interval [begin, end). Empty where end <= begin.
struct Range {
  Index begin = 0;
  Index end = 0;
  [[nodiscard]] Index size() const { return std::max<Index>(0, end - begin); }
  [[nodiscard]] bool empty() const { return end <= begin; }
  friend bool operator==(const Range&, const Range&) = default;
};

Range intersect(Range a, Range b);

/// An axis-aligned region of a tensor, in the coordinates of the whole tensor.
///
/// Rows 10 to 19 of a 112x112x64 activation: batch [0,1) depth [0,1) height [10,20) width [0,112)
/// channel [0,64). A box with an empty range holds nothing, wherever it lies.
struct Box : PerAxis<Range> {
  static Box whole(const Shape& shape);

  [[nodiscard]] bool empty() const;
  [[nodiscard]] Shape shape() const;
  [[nodiscard]] Index volume() const { return shape().volume(); }
  [[nodiscard]] Bytes bytes() const { return shape().bytes(); }
  /// Whether every element of `other` is in this box; true for an empty `other`.
  [[nodiscard]] bool contains(const Box& other) const;
  /// The same box with one range replaced.
  [[nodiscard]] Box with(Axis axis, Range range) const;
  /// The same box in the coordinates of one that begins at `origin`'s begin.
  [[nodiscard]] Box relative_to(const Box& origin) const;

  friend bool operator==(const Box&, const Box&) = default;
};

Box intersect(const Box& a, const Box& b);

/// The smallest box that contains both. An empty one adds nothing, wherever it lies.
///
/// Rows [0,57) and [60,61) are in rows [0,61).
Box hull(const Box& a, const Box& b);

/// `minuend` without `subtrahend`, as at most ten disjoint boxes, none of them empty.
std::vector<Box> subtract(const Box& minuend, const Box& subtrahend);

/// Whether `pieces` lie in `whole`, overlap nowhere, and leave nothing of it out.
bool tiles_exactly(std::span<const Box> pieces, const Box& whole);

/// `h[10,20) c[0,64)`: only the axes on which the box is not the whole of `shape`; `all` or
/// `empty`.
std::string to_string(const Box& box, const Shape& shape);

}  // namespace shoal
