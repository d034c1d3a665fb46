#include "kernels/epilogue.hpp"

#include <algorithm>
#include <limits>

#include "shoal/kernels/kernel.hpp"

namespace shoal::kernels {

float floor_of(graph::Activation activation) {
  return activation == graph::Activation::relu ? 0.0F : -std::numeric_limits<float>::infinity();
}

void finish_rows(float* data, Index rows, Index row_length, std::span<const float> bias,
                 graph::Activation activation) {
  const float floor = floor_of(activation);
  if (bias.empty() && activation == graph::Activation::linear) return;
  for (Index row = 0; row < rows; ++row, data += row_length) {
    if (bias.empty()) {
      for (Index i = 0; i < row_length; ++i) data[i] = std::max(data[i], floor);
    } else {
      const float* offsets = bias.data();
      for (Index i = 0; i < row_length; ++i) data[i] = std::max(data[i] + offsets[i], floor);
    }
  }
}

void finish(View values, std::span<const float> bias, graph::Activation activation) {
  const Index channels = values.extent(Axis::channel);
  if (channels == 0) return;
  finish_rows(values.data(), values.shape().volume() / channels, channels, bias, activation);
}

}  // namespace shoal::kernels
