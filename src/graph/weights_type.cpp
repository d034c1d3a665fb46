#include "shoal/graph/weights_type.hpp"

#include <array>

#include "shoal/base/names.hpp"

namespace shoal::graph {
namespace {

constexpr std::array<std::string_view, 3> names = {"float32", "float16", "int8"};

}  // namespace

std::string_view name(WeightsType type) {
  return names[static_cast<std::size_t>(type)];
}

std::optional<WeightsType> find_weights_type(std::string_view name) {
  return find_named<WeightsType>(names, name);
}

}  // namespace shoal::graph
