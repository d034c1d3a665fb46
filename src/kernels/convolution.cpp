#include <algorithm>
#include <array>

#include "kernels/makers.hpp"
#include "kernels/panels.hpp"

namespace shoal::kernels {
namespace {

/// What tiles of m x m outputs take, in the time of a multiplication and addition, m = 1 being the
/// direct way. Besides the products it counts what goes through the caches: each transformed weight
/// for each block of rows, each transformed input and sum. The two factors were fitted to the
/// layers of VGG16 and C3D on one core.
double cost(Index m, const graph::Conv& op, const Task& task) {
  constexpr double of_weight = 12;
  constexpr double of_transformed = 30;
  const Shape output = task.output.shape();
  const auto depth = static_cast<double>(op.sliding.kernel.depth);
  const auto channels = static_cast<double>(task.inputs.front()[Axis::channel].size());
  const auto filters = static_cast<double>(output[Axis::channel]);
  const auto slices = static_cast<double>(output[Axis::batch] * output[Axis::depth]);
  if (m == 1) {
    return static_cast<double>(output.volume()) * 9 * depth * channels;
  }
  const double tiles = slices * static_cast<double>(divided_up(output[Axis::height], m) *
                                                    divided_up(output[Axis::width], m));
  const auto positions = static_cast<double>((m + 2) * (m + 2));
  return positions * ((tiles + of_weight) * depth * channels * filters +
                      of_transformed * tiles * (channels + filters));
}

}  // namespace

KernelPointer make(const graph::Conv& op, const Task& task, const SharedWeights& weights) {
  std::array<Index, 4> tiles = {1, 2, 4, 6};
  std::sort(tiles.begin(), tiles.end(),
            [&](Index a, Index b) { return cost(a, op, task) < cost(b, op, task); });
  for (const Index m : tiles) {
    if (m == 1) break;
    if (KernelPointer kernel = make_winograd(m, op, task, weights)) return kernel;
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
