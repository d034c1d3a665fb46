#include "shoal/tensor/box.hpp"

#include <fmt/core.h>

namespace shoal {

Range intersect(Range a, Range b) {
  return {std::max(a.begin, b.begin), std::min(a.end, b.end)};
}

Box Box::whole(const Shape& shape) {
  Box box;
  for (const Axis axis : all_axes) box[axis] = {0, shape[axis]};
  return box;
}

bool Box::empty() const {
  return std::any_of(values.begin(), values.end(), [](Range range) { return range.empty(); });
}

Shape Box::shape() const {
  Shape extents;
  for (const Axis axis : all_axes) extents[axis] = (*this)[axis].size();
  return extents;
}

bool Box::contains(const Box& other) const {
  if (other.empty()) return true;
  return std::all_of(all_axes.begin(), all_axes.end(), [&](Axis axis) {
    return (*this)[axis].begin <= other[axis].begin && other[axis].end <= (*this)[axis].end;
  });
}

Box Box::with(Axis axis, Range range) const {
  Box box = *this;
  box[axis] = range;
  return box;
}

Box Box::relative_to(const Box& origin) const {
  Box box = *this;
  for (const Axis axis : all_axes) {
    box[axis].begin -= origin[axis].begin;
    box[axis].end -= origin[axis].begin;
  }
  return box;
}

Box intersect(const Box& a, const Box& b) {
  Box box;
  for (const Axis axis : all_axes) box[axis] = intersect(a[axis], b[axis]);
  return box;
}

Box hull(const Box& a, const Box& b) {
  if (a.empty()) return b;
  if (b.empty()) return a;
  Box box;
  for (const Axis axis : all_axes) {
    box[axis] = {std::min(a[axis].begin, b[axis].begin), std::max(a[axis].end, b[axis].end)};
  }
  return box;
}

std::vector<Box> subtract(const Box& minuend, const Box& subtrahend) {
  if (minuend.empty()) return {};
  const Box common = intersect(minuend, subtrahend);
  if (common.empty()) return {minuend};

  std::vector<Box> pieces;
  Box rest = minuend;
  const auto keep = [&pieces](const Box& piece) {
    if (!piece.empty()) pieces.push_back(piece);
  };
  for (const Axis axis : all_axes) {
    keep(rest.with(axis, {rest[axis].begin, common[axis].begin}));
    keep(rest.with(axis, {common[axis].end, rest[axis].end}));
    rest[axis] = common[axis];
  }
  return pieces;
}

bool tiles_exactly(std::span<const Box> pieces, const Box& whole) {
  Index volume = 0;
  for (std::size_t i = 0; i < pieces.size(); ++i) {
    if (!whole.contains(pieces[i])) return false;
    volume += pieces[i].volume();
    for (std::size_t j = 0; j < i; ++j) {
      if (!intersect(pieces[i], pieces[j]).empty()) return false;
    }
  }
  return volume == whole.volume();
}

std::string to_string(const Box& box, const Shape& shape) {
  if (box.empty()) return "empty";
  std::string text;
  for (const Axis axis : all_axes) {
    if (box[axis] == Range{0, shape[axis]}) continue;
    text += fmt::format("{}{}[{},{})", text.empty() ? "" : " ", name(axis)[0], box[axis].begin,
                        box[axis].end);
  }
  return text.empty() ? "all" : text;
}

}  // namespace shoal
