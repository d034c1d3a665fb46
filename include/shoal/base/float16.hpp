#pragma once

#include <bit>
#include <cmath>
#include <cstdint>

/// IEEE half precision numbers as their bits, made of floats by integers, since where processors
/// have conversions of their own they differ in what they do with what is too large. Without
/// branches: operations that depend on a condition do not become vector instructions.
namespace shoal::float16 {

inline constexpr std::uint32_t fraction_bits = 23 - 10;  ///< that are lost
inline constexpr std::uint32_t bias = 127 - 15;          ///< between the exponents
inline constexpr std::uint32_t largest = 0x7bff;
inline constexpr std::uint32_t infinity = 0x7c00;
inline constexpr std::uint32_t no_number = 0x7e00;

/// Rounds a value that is too small for a normal number of half precision, by a floating-point
/// addition: added to 0.5, whose last bit is the least half, it becomes a multiple of that bit.
inline std::uint32_t round_small(float value) {
  return std::bit_cast<std::uint32_t>(std::abs(value) + 0.5F) - std::bit_cast<std::uint32_t>(0.5F);
}

/// The nearest number, of two the even one.
/// @param small round_small(value)
/// @param most what is too large becomes: largest or infinity
inline std::uint16_t round(float value, std::uint32_t small, std::uint32_t most) {
  constexpr std::uint32_t infinity_bits = 0x7f800000;
  constexpr std::uint32_t least_normal = (bias + 1) << 23U;
  const auto bits = std::bit_cast<std::uint32_t>(value);
  const std::uint32_t magnitude = bits & 0x7fffffffU;
  const std::uint32_t odd = magnitude >> fraction_bits & 1U;
  const std::uint32_t normal =
      (magnitude - (bias << 23U) + (1U << (fraction_bits - 1)) - 1 + odd) >> fraction_bits;
  std::uint32_t half = normal < most ? normal : most;
  half = magnitude < least_normal ? small : half;
  half = magnitude > infinity_bits ? no_number : half;
  return static_cast<std::uint16_t>(half | (bits >> 16U & 0x8000U));
}

}  // namespace shoal::float16
