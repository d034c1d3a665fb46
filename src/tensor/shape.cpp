#include "shoal/tensor/shape.hpp"

#include <fmt/core.h>

namespace shoal {

const char* name(Axis axis) {
  constexpr std::array<const char*, axis_count> names = {"batch", "depth", "height", "width",
                                                         "channel"};
  return names[static_cast<std::size_t>(axis)];
}

Shape Shape::image(Index height, Index width, Index channels) {
  return clip(1, height, width, channels);
}

Shape Shape::clip(Index frames, Index height, Index width, Index channels) {
  Shape shape;
  shape.values = {1, frames, height, width, channels};
  return shape;
}

Shape Shape::features(Index count) {
  return image(1, 1, count);
}

Index Shape::volume() const {
  Index product = 1;
  for (const Index extent : values) product *= extent;
  return product;
}

std::string to_string(const Shape& shape) {
  std::string text;
  for (const Axis axis : all_axes) {
    if (axis == Axis::batch) continue;
    if (text.empty() && shape[axis] == 1 && axis != Axis::channel) continue;
    text += fmt::format("{}{}", text.empty() ? "" : "x", shape[axis]);
  }
  return text;
}

}  // namespace shoal
