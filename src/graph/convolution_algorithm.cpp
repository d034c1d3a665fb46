#include "shoal/graph/convolution_algorithm.hpp"

#include "shoal/base/names.hpp"

namespace shoal::graph {
namespace {

constexpr std::array<std::string_view, convolution_algorithms.size()> names = {
    "direct", "winograd2", "winograd4", "winograd6"};

}  // namespace

std::string_view name(ConvolutionAlgorithm algorithm) {
  return names[static_cast<std::size_t>(algorithm)];
}

std::optional<ConvolutionAlgorithm> find_convolution_algorithm(std::string_view name) {
  return find_named<ConvolutionAlgorithm>(names, name);
}

}  // namespace shoal::graph
