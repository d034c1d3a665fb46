#pragma once

#include "shoal/graph/zoo.hpp"

namespace shoal::testing {

/// A network with every kind of layer that has weights: normalisations behind a convolution, a
/// separable and a depthwise one, one that stands alone, and a shortcut.
graph::Model small_model();

}  // namespace shoal::testing
