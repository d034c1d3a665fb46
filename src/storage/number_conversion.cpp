#include "storage/number_conversion.hpp"

#include <algorithm>
#include <array>
#include <bit>
#include <cstdint>
#include <cstring>

namespace shoal::storage {
namespace {

template <typename Bits>
Bits bits_at(const std::byte* from, bool is_swapped) {
  std::array<std::byte, sizeof(Bits)> bytes{};
  std::memcpy(bytes.data(), from, bytes.size());
  if (is_swapped) std::reverse(bytes.begin(), bytes.end());
  return std::bit_cast<Bits>(bytes);
}

template <typename Bits, typename ToFloat>
void convert_each(NumberType type, const std::byte* from, std::span<float> to,
                  const ToFloat& to_float) {
  const bool is_swapped = type.is_big_endian != (std::endian::native == std::endian::big);
  for (std::size_t i = 0; i < to.size(); ++i) {
    to[i] = to_float(bits_at<Bits>(from + i * sizeof(Bits), is_swapped));
  }
}

template <typename Number, typename Bits>
float number(Bits bits) {
  return static_cast<float>(std::bit_cast<Number>(bits));
}

/// Exact: every half precision number is a float.
float of_half(std::uint16_t bits) {
  constexpr float least = 1.0F / (1U << 24U);
  const std::uint32_t sign = (bits & 0x8000U) << 16U;
  const std::uint32_t exponent = bits >> 10U & 0x1fU;
  const std::uint32_t fraction = bits & 0x3ffU;
  if (exponent == 0) return (sign != 0 ? -least : least) * static_cast<float>(fraction);
  const std::uint32_t wide = exponent == 31 ? 255 : exponent + 127 - 15;
  return std::bit_cast<float>(sign | wide << 23U | fraction << 13U);
}

void convert_floating(NumberType type, const std::byte* from, std::span<float> to) {
  if (type.bytes == 8) {
    convert_each<std::uint64_t>(type, from, to, number<double, std::uint64_t>);
  } else if (type.bytes == 4) {
    convert_each<std::uint32_t>(type, from, to, number<float, std::uint32_t>);
  } else {
    convert_each<std::uint16_t>(type, from, to, of_half);
  }
}

template <typename Number, typename Bits>
void convert_whole(NumberType type, const std::byte* from, std::span<float> to) {
  convert_each<Bits>(type, from, to, number<Number, Bits>);
}

}  // namespace

bool is_native_float(NumberType type) {
  return type.kind == NumberType::Kind::floating && type.bytes == sizeof(float) &&
         type.is_big_endian == (std::endian::native == std::endian::big);
}

void convert(NumberType type, const std::byte* from, std::span<float> to) {
  if (is_native_float(type)) {
    std::memcpy(to.data(), from, to.size_bytes());
    return;
  }
  if (type.kind == NumberType::Kind::floating) return convert_floating(type, from, to);
  const bool is_signed = type.kind == NumberType::Kind::whole;
  switch (type.bytes) {
    case 1:
      return is_signed ? convert_whole<std::int8_t, std::uint8_t>(type, from, to)
                       : convert_whole<std::uint8_t, std::uint8_t>(type, from, to);
    case 2:
      return is_signed ? convert_whole<std::int16_t, std::uint16_t>(type, from, to)
                       : convert_whole<std::uint16_t, std::uint16_t>(type, from, to);
    case 4:
      return is_signed ? convert_whole<std::int32_t, std::uint32_t>(type, from, to)
                       : convert_whole<std::uint32_t, std::uint32_t>(type, from, to);
    default:
      return is_signed ? convert_whole<std::int64_t, std::uint64_t>(type, from, to)
                       : convert_whole<std::uint64_t, std::uint64_t>(type, from, to);
  }
}

}  // namespace shoal::storage
