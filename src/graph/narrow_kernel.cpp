#include "shoal/graph/narrow_kernel.hpp"

#include <algorithm>
#include <cmath>

#include "shoal/base/float16.hpp"

namespace shoal::graph {
namespace {

/// Rows are filled up to whole vectors, of whichever processor: 16 floats at most.
constexpr Index most_lanes = 16;
constexpr float largest_integer = 127.0F;

constexpr Index padded(Index outputs) {
  return (outputs + most_lanes - 1) / most_lanes * most_lanes;
}

std::size_t floats_of(WeightsType type, Index inputs, Index outputs) {
  const auto each = type == WeightsType::float16 ? sizeof(std::uint16_t) : sizeof(std::int8_t);
  return addressable(inputs * padded(outputs)) * each / sizeof(float);
}

std::size_t scales_of(WeightsType type, Index outputs) {
  return type == WeightsType::int8 ? addressable(padded(outputs)) : 0;
}

std::uint16_t to_half(float value) {
  return float16::round(value, float16::round_small(value), float16::infinity);
}

/// Calls `round(float)` for each weight of the rows; each row is filled up with zeros.
template <typename Number, typename Round>
void fill_rows(std::span<const float> rows, Index outputs, Number* to, const Round& round) {
  const auto length = static_cast<std::size_t>(outputs);
  for (std::size_t row = 0; row < rows.size(); row += length, to += padded(outputs)) {
    for (std::size_t i = 0; i < length; ++i) to[i] = round(rows[row + i], i);
    std::fill(to + outputs, to + padded(outputs), Number{0});
  }
}

}  // namespace

Bytes kernel_bytes(WeightsType type, Index inputs, Index outputs) {
  if (type == WeightsType::float32) return static_cast<Bytes>(inputs * outputs) * sizeof(float);
  return (floats_of(type, inputs, outputs) + scales_of(type, outputs)) * sizeof(float);
}

NarrowKernel::NarrowKernel(WeightsType type, Index inputs, Index outputs)
    : type_(type),
      inputs_(inputs),
      outputs_(outputs),
      numbers_(floats_of(type, inputs, outputs)),
      scales_(scales_of(type, outputs)) {
  std::fill_n(scales_.data(), scales_.size(), 0.0F);
}

Index NarrowKernel::stride() const {
  return padded(outputs_);
}

// The buffer is memory that was given out for floats and never was used as such.
const std::uint16_t* NarrowKernel::halves() const {
  return reinterpret_cast<const std::uint16_t*>(numbers_.data());
}

const std::int8_t* NarrowKernel::integers() const {
  return reinterpret_cast<const std::int8_t*>(numbers_.data());
}

void NarrowKernel::scale_for(std::span<const float> rows) {
  if (type_ != WeightsType::int8) return;
  const auto outputs = static_cast<std::size_t>(outputs_);
  float* scales = scales_.data();
  for (std::size_t row = 0; row < rows.size(); row += outputs) {
    for (std::size_t i = 0; i < outputs; ++i) {
      scales[i] = std::max(scales[i], std::abs(rows[row + i]) / largest_integer);
    }
  }
}

void NarrowKernel::set_rows(Index first, std::span<const float> rows) {
  if (type_ == WeightsType::float16) {
    fill_rows(rows, outputs_, reinterpret_cast<std::uint16_t*>(numbers_.data()) + first * stride(),
              [](float weight, std::size_t /*output*/) { return to_half(weight); });
    return;
  }
  const float* scales = scales_.data();
  fill_rows(rows, outputs_, reinterpret_cast<std::int8_t*>(numbers_.data()) + first * stride(),
            [scales](float weight, std::size_t output) {
              const float steps = scales[output] > 0 ? weight / scales[output] : 0.0F;
              // A scale near zero has few bits: the quotient may pass the largest.
              return static_cast<std::int8_t>(
                  std::lrint(std::clamp(steps, -largest_integer, largest_integer)));
            });
}

}  // namespace shoal::graph
