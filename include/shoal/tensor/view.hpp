#pragma once

#include <type_traits>

#include "shoal/tensor/box.hpp"

namespace shoal {

/// Floats of a box, not owned. `strides` are in elements; channels are always contiguous (stride
/// 1), the other axes may skip, so that a view can look at a region of a larger tensor.
template <typename Float>
class BasicView {
 public:
  BasicView() = default;
  BasicView(Float* data, const Shape& shape, const PerAxis<Index>& strides)
      : data_(data), shape_(shape), strides_(strides) {}
  /// A dense view: batch, depth, height, width, channel, without gaps.
  BasicView(Float* data, const Shape& shape) : data_(data), shape_(shape) {
    Index stride = 1;
    for (std::size_t i = axis_count; i-- > 0;) {
      strides_.values[i] = stride;
      stride *= shape.values[i];
    }
  }
  /// Reading is always allowed of what may be written.
  operator BasicView<const Float>() const requires(!std::is_const_v<Float>) {
    return {data_, shape_, strides_};
  }

  [[nodiscard]] Float* data() const { return data_; }
  [[nodiscard]] const Shape& shape() const { return shape_; }
  [[nodiscard]] Index extent(Axis axis) const { return shape_[axis]; }
  [[nodiscard]] Index stride(Axis axis) const { return strides_[axis]; }
  [[nodiscard]] const PerAxis<Index>& strides() const { return strides_; }

  [[nodiscard]] Float& at(Index n, Index d, Index h, Index w, Index c) const {
    return data_[n * stride(Axis::batch) + d * stride(Axis::depth) + h * stride(Axis::height) +
                 w * stride(Axis::width) + c];
  }

  /// The part of this view in `box`, whose coordinates are relative to the view's own origin.
  [[nodiscard]] BasicView part(const Box& box) const {
    Float* origin = data_;
    for (const Axis axis : all_axes) origin += box[axis].begin * strides_[axis];
    return {origin, box.shape(), strides_};
  }

  /// Whether the elements follow each other without gaps.
  [[nodiscard]] bool dense() const {
    Index expected = 1;
    for (std::size_t i = axis_count; i-- > 0;) {
      if (shape_.values[i] != 1 && strides_.values[i] != expected) return false;
      expected *= shape_.values[i];
    }
    return true;
  }

 private:
  Float* data_ = nullptr;
  Shape shape_;
  PerAxis<Index> strides_;
};

using View = BasicView<float>;
using ConstView = BasicView<const float>;

/// Whether a box of shape `part` lies without gaps in a dense tensor of shape `whole`.
bool is_dense_part(const Shape& part, const Shape& whole);

/// Copies element by element; the shapes must be equal, the strides need not be. What is
/// in its place already stays there.
void copy(ConstView from, View to);

/// Adds `from` to `to`, element by element.
void accumulate(ConstView from, View to);

}  // namespace shoal
