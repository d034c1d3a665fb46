#include "kernels/makers.hpp"

namespace shoal::kernels {

KernelPointer make(const graph::Conv& op, const Task& task, const SharedWeights& weights) {
  return make_direct(op, task, weights);
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
