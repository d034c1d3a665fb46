#include "shoal/base/finite.hpp"

#include <array>
#include <bit>
#include <cstdint>

namespace shoal {
namespace {

/// Values that are looked at before it is asked whether there was one: enough for vectors.
constexpr std::size_t block = 1024;
constexpr std::size_t lanes = 16;

/// Of magnitudes the order is that of their bits, and what is not a number is behind infinity.
std::uint32_t magnitude(float value) {
  return std::bit_cast<std::uint32_t>(value) & 0x7fffffffU;
}

/// Whether there is one among `block` values. `most`: the largest magnitude that is not.
bool is_in_block(const float* values, std::uint32_t most) {
  // A difference below zero has its sign bit set; the bits of all differences are collected.
  std::array<std::uint32_t, lanes> signs{};
  for (std::size_t i = 0; i < block; i += lanes) {
    for (std::size_t lane = 0; lane < lanes; ++lane) {
      signs[lane] |= most - magnitude(values[i + lane]);
    }
  }
  std::uint32_t all = 0;
  for (const std::uint32_t lane : signs) all |= lane;
  return all >> 31U != 0;
}

}  // namespace

std::optional<std::size_t> first_beyond(std::span<const float> values, float limit) {
  const std::uint32_t least = magnitude(limit);
  std::size_t i = 0;
  while (values.size() - i >= block && !is_in_block(values.data() + i, least - 1)) i += block;
  for (; i < values.size(); ++i) {
    if (magnitude(values[i]) >= least) return i;
  }
  return std::nullopt;
}

}  // namespace shoal
