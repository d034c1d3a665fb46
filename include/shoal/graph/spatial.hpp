#pragma once

#include "shoal/graph/footprint.hpp"

namespace shoal::graph {

/// One value for each spatial axis. A 2D operator has depth 1.
struct Spatial {
  Index depth = 1;
  Index height = 1;
  Index width = 1;
  [[nodiscard]] Index operator[](Axis axis) const;
  [[nodiscard]] Index volume() const { return depth * height * width; }
  friend bool operator==(const Spatial&, const Spatial&) = default;
};

/// Keras's padding: `valid` none; `same` such that the output has ceil(input / stride) elements,
/// with the odd element at the end (TensorFlow's rule).
enum class Padding { valid, same };

/// Window that slides over space, of a convolution or a pool.
struct Sliding {
  Spatial kernel;
  Spatial stride;
  Padding padding = Padding::valid;
  Spatial dilation;
  /// Zeros around the input on top of that: of a ZeroPad that lower() folded in. Fewer than the
  /// kernel's, so that no window is all zeros. (Spatial's default of 1 is not meant here.)
  Spatial before{0, 0, 0};
  Spatial after{0, 0, 0};

  /// The number of positions on `axis` for an input of `extent`; an Error where not one fits.
  [[nodiscard]] Index output_extent(Axis axis, Index extent) const;
  [[nodiscard]] Window window(Axis axis, Index input_extent) const;
};

/// A footprint whose spatial axes slide and whose other axes are the identity.
Footprint sliding_footprint(const Sliding& sliding, const Shape& input);

}  // namespace shoal::graph
