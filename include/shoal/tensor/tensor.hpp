#pragma once

#include "shoal/base/aligned_buffer.hpp"
#include "shoal/tensor/view.hpp"

namespace shoal {

/// A dense activation that owns its floats. Not initialised.
class Tensor {
 public:
  Tensor() = default;
  explicit Tensor(const Shape& shape) : shape_(shape), buffer_(addressable(shape.volume())) {}

  [[nodiscard]] const Shape& shape() const { return shape_; }
  [[nodiscard]] View view() { return {buffer_.data(), shape_}; }
  [[nodiscard]] ConstView view() const { return {buffer_.data(), shape_}; }
  [[nodiscard]] std::span<float> span() { return buffer_.span(); }
  [[nodiscard]] std::span<const float> span() const { return buffer_.span(); }

 private:
  Shape shape_;
  AlignedBuffer buffer_;
};

}  // namespace shoal
