#pragma once

#include <array>
#include <optional>
#include <string_view>

#include "shoal/base/units.hpp"

namespace shoal::split {

/// Type as which floats travel from a rank to another. What is narrower than float32 is rounded
/// once for each transfer (wire.hpp).
///
/// | type | bytes for 1000 floats | a float is off by at most |
/// |---|---|---|
/// | float32 | 4000 | nothing |
/// | float16 | 2000 | 2^-11 of itself |
/// | int8 | 1064 | 1/254 of the largest of its block of 64 |
enum class WireType { float32, float16, int8 };

/// The widest first.
inline constexpr std::array wire_types = {WireType::float32, WireType::float16, WireType::int8};

std::string_view name(WireType type);
/// The type of that name, if there is one.
std::optional<WireType> find_wire_type(std::string_view name);

/// The error of the table.
double rounding_error(WireType type);
/// The narrowest type whose error is within the bound; float32 for 0.
WireType narrowest_within(double bound);

/// Number of floats of the wire type that are rounded together.
inline constexpr Index wire_block = 64;

/// A message of so many floats, in words of four bytes and in bytes.
Index wire_words(WireType type, Index floats);
Bytes wire_bytes(WireType type, Index floats);

}  // namespace shoal::split
