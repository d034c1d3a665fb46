#include "shoal/graph/convolution_algorithm.hpp"

#include <algorithm>

namespace shoal::graph {
namespace {

constexpr std::array<std::string_view, convolution_algorithms.size()> names = {
    "direct", "winograd2", "winograd4", "winograd6"};

}  // namespace

std::string_view name(ConvolutionAlgorithm algorithm) {
  return names[static_cast<std::size_t>(algorithm)];
}

std::optional<ConvolutionAlgorithm> find_convolution_algorithm(std::string_view name) {
  const auto* found = std::find(names.begin(), names.end(), name);
  if (found == names.end()) return std::nullopt;
  return static_cast<ConvolutionAlgorithm>(found - names.begin());
}

}  // namespace shoal::graph
