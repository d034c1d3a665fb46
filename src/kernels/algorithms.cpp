#include "shoal/kernels/algorithms.hpp"

#include <algorithm>

#include "kernels/makers.hpp"
#include "kernels/panels.hpp"

namespace shoal::kernels {
namespace {

using graph::ConvolutionAlgorithm;

/// What tiles of m x m outputs take, in the time of a multiplication and addition, m = 1 being the
/// direct way. Besides the products it counts what goes through the caches: each weight for each
/// block of rows, and each transformed input and sum, which is a sum of as many values as a tile
/// has along a side. The factors were fitted to the layers of VGG16, ResNet50 and C3D, whole and
/// halves, on one core.
double cost(Index m, const graph::Conv& op, const Task& task) {
  constexpr double of_weight = 12;
  constexpr double of_transformed = 20;
  constexpr double of_summand = 1;
  const Shape output = task.output.shape();
  const auto depth = static_cast<double>(op.sliding.kernel.depth);
  const auto channels = static_cast<double>(task.inputs.front()[Axis::channel].size());
  const auto filters = static_cast<double>(output[Axis::channel]);
  const auto slices = static_cast<double>(output[Axis::batch] * output[Axis::depth]);
  if (m == 1) {
    const double pixels = slices * static_cast<double>(output[Axis::height] * output[Axis::width]);
    return 9 * depth * channels * filters * (pixels + of_weight);
  }
  const double tiles = slices * static_cast<double>(divided_up(output[Axis::height], m) *
                                                    divided_up(output[Axis::width], m));
  const auto side = static_cast<double>(m + 2);
  return side * side *
         ((tiles + of_weight) * depth * channels * filters +
          (of_transformed + of_summand * side) * tiles * (channels + filters));
}

}  // namespace

Index tile_of(ConvolutionAlgorithm algorithm) {
  switch (algorithm) {
    case ConvolutionAlgorithm::winograd2:
      return 2;
    case ConvolutionAlgorithm::winograd4:
      return 4;
    case ConvolutionAlgorithm::winograd6:
      return 6;
    case ConvolutionAlgorithm::direct:
      break;
  }
  return 1;
}

std::vector<Algorithm> algorithms(const Task& task) {
  const auto* op = std::get_if<graph::Conv>(&task.layer->op);
  if (op == nullptr) return {};
  std::vector<Algorithm> result;
  for (const ConvolutionAlgorithm name : graph::convolution_algorithms) {
    const Index m = tile_of(name);
    if (m == 1) {
      result.push_back({name, direct_weights(*op, task), cost(m, *op, task)});
    } else if (can_winograd(*op, task)) {
      result.push_back({name, winograd_weights(m, *op, task), cost(m, *op, task)});
    }
  }
  std::stable_sort(result.begin(), result.end(),
                   [](const Algorithm& a, const Algorithm& b) { return a.estimate < b.estimate; });
  return result;
}

bool takes_sum(const Task& task) {
  return task.complete && task.layer->activation == graph::Activation::linear &&
         algorithms(task).size() == 1;
}

}  // namespace shoal::kernels
