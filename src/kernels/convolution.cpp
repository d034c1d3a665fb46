#include <array>

#include "kernels/makers.hpp"

namespace shoal::kernels {

KernelPointer make(const graph::Conv& op, const Task& task, const SharedWeights& weights) {
  // Fastest first; the last one can do everything.
  constexpr std::array candidates = {make_pointwise, make_im2col};
  for (const auto candidate : candidates) {
    if (KernelPointer kernel = candidate(op, task, weights)) return kernel;
  }
  return nullptr;
}

KernelPointer make(const graph::SeparableConv& /*op*/, const Task& /*task*/,
                   const SharedWeights& /*weights*/) {
  return nullptr;  // Lowering parts it in two.
}

KernelPointer make(const graph::Input& /*op*/, const Task& /*task*/,
                   const SharedWeights& /*weights*/) {
  return nullptr;  // Frames are read, not computed.
}

}  // namespace shoal::kernels
