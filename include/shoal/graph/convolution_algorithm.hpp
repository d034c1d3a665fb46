#pragma once

#include <array>
#include <optional>
#include <string_view>

namespace shoal::graph {

/// Algorithm that computes a convolution. The fastest depends on the layer's sizes and the device;
/// a plan may name it.
enum class ConvolutionAlgorithm {
  direct,     ///< the sum over the window as it is defined
  winograd2,  ///< by Winograd's minimal filtering (Lavin, Gray 2016), tiles of 2 x 2 outputs
  winograd4,
  winograd6,
};

inline constexpr std::array convolution_algorithms = {
    ConvolutionAlgorithm::direct, ConvolutionAlgorithm::winograd2, ConvolutionAlgorithm::winograd4,
    ConvolutionAlgorithm::winograd6};

std::string_view name(ConvolutionAlgorithm algorithm);
std::optional<ConvolutionAlgorithm> find_convolution_algorithm(std::string_view name);

}  // namespace shoal::graph
