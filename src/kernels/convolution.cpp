#include <algorithm>

#include "shoal/kernels/algorithms.hpp"

#include "kernels/makers.hpp"

namespace shoal::kernels {

KernelPointer make(const graph::Conv& op, const Task& task, const SharedWeights& weights) {
  std::vector<Algorithm> ranked = algorithms(task);
  std::stable_partition(ranked.begin(), ranked.end(),
                        [&](const Algorithm& one) { return one.name == task.algorithm; });
  for (const Algorithm& one : ranked) {
    if (one.name == graph::ConvolutionAlgorithm::direct) break;
    if (KernelPointer kernel = make_winograd(tile_of(one.name), op, task, weights)) return kernel;
  }
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
