#include "shoal/graph/narrow_kernel.hpp"

#include <algorithm>
#include <bit>
#include <cmath>

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

/// Rounds to the nearest half precision number, of two the even one. What is beyond the largest
/// becomes infinite.
std::uint16_t to_half(float value) {
  constexpr std::uint32_t beyond = 0x47800000;        // 65536
  constexpr std::uint32_t least_normal = 0x38800000;  // 2^-14
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const std::uint32_t sign = bits >> 16 & 0x8000U;
  const std::uint32_t size = bits & 0x7FFFFFFFU;
  if (size >= beyond)
    return static_cast<std::uint16_t>(sign | (size > 0x7F800000 ? 0x7E00U : 0x7C00U));
  if (size < least_normal) {
    // Added to a half, the last place of a float is that of a subnormal half precision number.
    const auto shifted = std::bit_cast<std::uint32_t>(std::bit_cast<float>(size) + 0.5F);
    return static_cast<std::uint16_t>(sign | (shifted - std::bit_cast<std::uint32_t>(0.5F)));
  }
  // The exponent's bias goes from 127 to 15; half of the last place that is kept is added.
  constexpr std::uint32_t rebias = (127U - 15U) << 23;
  const std::uint32_t even = size >> 13 & 1U;
  return static_cast<std::uint16_t>(sign | (size - rebias + 0xFFFU + even) >> 13);
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
              return static_cast<std::int8_t>(std::lrint(steps));
            });
}

}  // namespace shoal::graph
