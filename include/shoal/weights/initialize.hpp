#pragma once

#include <cstdint>
#include <string>

#include "shoal/graph/zoo.hpp"

namespace shoal::weights {

/// Writes seeded weights for a network, in the layout of Keras 2's `save_weights`, so that
/// everything runs without a pretrained file. The same seed gives the same bytes on every machine.
///
/// Kernels are He-normal (He et al. 2015: variance 2 / fan_in; drawn as a sum of four uniform
/// numbers, so within 3.5 standard deviations). The first layer is scaled down to the size of its
/// network's pixels, the last one up so that classes differ. Batch normalisations have the
/// statistics that such layers really make (variance 1 behind a convolution, 2 behind a separable
/// one), and a gamma of a half where a shortcut is added, so that sums do not grow from block to
/// block.
void initialize(const graph::Model& model, std::uint64_t seed, const std::string& path);

}  // namespace shoal::weights
