#include "shoal/split/wire_type.hpp"

#include <stdexcept>

#include "shoal/base/names.hpp"

namespace shoal::split {
namespace {

constexpr std::array<std::string_view, wire_types.size()> names = {"float32", "float16", "int8"};

constexpr Index word_bytes = 4;

Index words_of_block(WireType type, Index floats) {
  switch (type) {
    case WireType::float32:
      return floats;
    case WireType::float16:
      return (floats + 1) / 2;
    case WireType::int8:
      return 1 + (floats + word_bytes - 1) / word_bytes;
  }
  throw std::logic_error("no such wire type");
}

}  // namespace

std::string_view name(WireType type) {
  return names[static_cast<std::size_t>(type)];
}

std::optional<WireType> find_wire_type(std::string_view wanted) {
  return find_named<WireType>(names, wanted);
}

double rounding_error(WireType type) {
  constexpr std::array<double, wire_types.size()> errors = {0.0, 1.0 / 2048, 1.0 / 254};
  return errors[static_cast<std::size_t>(type)];
}

WireType narrowest_within(double bound) {
  WireType narrowest = WireType::float32;
  for (const WireType type : wire_types) {
    if (rounding_error(type) <= bound) narrowest = type;
  }
  return narrowest;
}

Index wire_words(WireType type, Index floats) {
  const Index rest = floats % wire_block;
  return floats / wire_block * words_of_block(type, wire_block) +
         (rest > 0 ? words_of_block(type, rest) : 0);
}

Bytes wire_bytes(WireType type, Index floats) {
  return static_cast<Bytes>(wire_words(type, floats) * word_bytes);
}

}  // namespace shoal::split
