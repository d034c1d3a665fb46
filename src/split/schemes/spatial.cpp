#include <algorithm>

#include "shoal/base/error.hpp"
#include "shoal/split/partition.hpp"

#include "split/schemes/schemes.hpp"

namespace shoal::split {
namespace {

bool slides(const graph::Footprint& footprint) {
  return std::all_of(spatial_axes.begin(), spatial_axes.end(), [&](Axis axis) {
    return std::holds_alternative<graph::Window>(footprint[axis]);
  });
}

bool applies(const graph::Graph& graph, graph::LayerId layer) {
  return !is_dense(graph, layer) && !std::holds_alternative<graph::Flatten>(graph[layer].op) &&
         slides(graph.footprint(layer));
}

std::vector<Box> tiles(const Shape& shape, const SplitOptions& options) {
  std::vector<Box> boxes = {Box::whole(shape)};
  for (std::size_t i = 0; i < options.axes.size(); ++i) {
    const std::vector<double> equal(static_cast<std::size_t>(options.grid[i]), 1.0);
    std::vector<Box> finer;
    for (const Box& box : boxes) {
      for (const Range range : partition(shape[options.axes[i]], equal)) {
        finer.push_back(box.with(options.axes[i], range));
      }
    }
    boxes = std::move(finer);
  }
  if (boxes.size() != options.shares.size()) {
    throw Error("a grid of {} tiles for {} ranks", boxes.size(), options.shares.size());
  }
  return boxes;
}

std::vector<Box> suits(const Shape& shape, const SplitOptions& options) {
  if (options.axes.size() == 1 && options.grid.empty()) {
    return cut(shape, options.axes.front(), options.shares);
  }
  return tiles(shape, options);
}

Division divide(const graph::Graph& graph, graph::LayerId layer, const SplitOptions& options) {
  return divide_outputs(graph, layer, suits(graph[layer].output, options));
}

}  // namespace

const Scheme spatial_scheme = {"spatial", "each rank makes a region, with every filter", applies,
                               divide, suits};

}  // namespace shoal::split
