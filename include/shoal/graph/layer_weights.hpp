#pragma once

#include "shoal/base/aligned_buffer.hpp"
#include "shoal/graph/narrow_kernel.hpp"

namespace shoal::graph {

/// The weights of a layer or of a shard of one: in Keras's order of axes, sliced as
/// WeightSpec::slice says, a following batch normalisation already folded in.
struct LayerWeights {
  AlignedBuffer kernel;  ///< a batch normalisation that stands alone: its scales
  AlignedBuffer bias;    ///< one value for each output channel, or none; alone: its offsets
  NarrowKernel narrow;  ///< in place of the kernel where the layer's type of weights is not float32

  [[nodiscard]] Bytes bytes() const {
    return (kernel.size() + bias.size()) * sizeof(float) + narrow.bytes();
  }
};

}  // namespace shoal::graph
