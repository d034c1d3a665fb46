#include "shoal/split/scheme.hpp"

#include <algorithm>
#include <array>

#include "shoal/split/partition.hpp"

#include "split/schemes/schemes.hpp"

namespace shoal::split {

bool is_dense(const graph::Graph& graph, graph::LayerId layer) {
  return std::holds_alternative<graph::Dense>(graph[layer].op);
}

Division divide_outputs(const graph::Graph& graph, graph::LayerId layer, std::vector<Box> outputs) {
  const graph::Footprint footprint = graph.footprint(layer);
  Division division;
  for (const Shape& input : graph.input_shapes(layer)) {
    std::vector<Box>& boxes = division.inputs.emplace_back();
    for (const Box& output : outputs) boxes.push_back(graph::input_box(footprint, output, input));
  }
  division.outputs = std::move(outputs);
  return division;
}

std::vector<Box> cut(const Shape& shape, Axis axis, std::span<const double> shares, Index grain) {
  std::vector<Box> boxes;
  for (const Range range : partition(shape[axis], shares, grain)) {
    boxes.push_back(Box::whole(shape).with(axis, range));
  }
  return boxes;
}

std::span<const Scheme> schemes() {
  static const std::array table = {output_scheme, input_scheme,   channel_scheme,
                                   filter_scheme, spatial_scheme, replicated_scheme};
  return table;
}

const Scheme* find_scheme(std::string_view name) {
  const auto found = std::find_if(schemes().begin(), schemes().end(),
                                  [&](const Scheme& scheme) { return scheme.name == name; });
  return found == schemes().end() ? nullptr : &*found;
}

}  // namespace shoal::split
