#include "shoal/graph/weights_type.hpp"

#include <algorithm>
#include <array>

namespace shoal::graph {
namespace {

constexpr std::array<std::string_view, 3> names = {"float32", "float16", "int8"};

}  // namespace

std::string_view name(WeightsType type) {
  return names[static_cast<std::size_t>(type)];
}

std::optional<WeightsType> find_weights_type(std::string_view name) {
  const auto* found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<WeightsType>(found - names.begin());
}

}  // namespace shoal::graph
