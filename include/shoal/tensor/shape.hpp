#pragma once

#include <array>
#include <cstddef>
#include <string>

#include "shoal/base/units.hpp"

namespace shoal {

/// The axes of every activation, slowest first. Channels are last, as in Keras; a picture has
/// depth 1, a clip has its frames as depth, a feature vector has only channels.
enum class Axis : std::size_t { batch, depth, height, width, channel };

inline constexpr std::size_t axis_count = 5;
inline constexpr std::array<Axis, axis_count> all_axes = {Axis::batch, Axis::depth, Axis::height,
                                                          Axis::width, Axis::channel};
inline constexpr std::array<Axis, 3> spatial_axes = {Axis::depth, Axis::height, Axis::width};

const char* name(Axis axis);

/// One value for each axis, indexed by Axis.
template <typename T>
struct PerAxis {
  std::array<T, axis_count> values{};
  constexpr T& operator[](Axis axis) { return values[static_cast<std::size_t>(axis)]; }
  constexpr const T& operator[](Axis axis) const { return values[static_cast<std::size_t>(axis)]; }
  friend bool operator==(const PerAxis&, const PerAxis&) = default;
};

/// The extents of an activation, in elements.
struct Shape : PerAxis<Index> {
  static Shape image(Index height, Index width, Index channels);
  static Shape clip(Index frames, Index height, Index width, Index channels);
  static Shape features(Index count);

  [[nodiscard]] Index volume() const;
  [[nodiscard]] Bytes bytes() const { return static_cast<Bytes>(volume()) * sizeof(float); }

  friend bool operator==(const Shape&, const Shape&) = default;
};

/// `224x224x64`: without the batch, and without leading axes of extent 1.
std::string to_string(const Shape& shape);

}  // namespace shoal
