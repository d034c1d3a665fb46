#include <algorithm>

#include "split/schemes/schemes.hpp"

namespace shoal::split {
namespace {

bool sums_channels(const graph::Graph& graph, graph::LayerId layer) {
  const std::vector<Axis> sums = graph.sums(layer);
  return std::find(sums.begin(), sums.end(), Axis::channel) != sums.end();
}

bool applies_filter(const graph::Graph& graph, graph::LayerId layer) {
  return !is_dense(graph, layer) && sums_channels(graph, layer);
}

std::vector<Box> suits(const Shape& shape, const SplitOptions& options) {
  return cut(shape, Axis::channel, options.shares);
}

Division divide(const graph::Graph& graph, graph::LayerId layer, const SplitOptions& options) {
  const Shape input = graph.input_shape(layer);
  const Box output = Box::whole(graph[layer].output);
  const Box whole = graph::input_box(graph.footprint(layer), output, input);
  Division division;
  division.partial = true;
  division.inputs.emplace_back();
  for (const Box& part : suits(input, options)) {
    const Box read = whole.with(Axis::channel, part[Axis::channel]);
    division.inputs.front().push_back(read);
    division.outputs.push_back(read.empty() ? Box{} : output);
  }
  return division;
}

}  // namespace

const Scheme filter_scheme = {"filter", "each rank has some input channels of every filter",
                              applies_filter, divide, suits};

const Scheme input_scheme = {"input", "each rank has the weights of some inputs", is_dense, divide,
                             suits};

}  // namespace shoal::split
