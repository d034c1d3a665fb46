#include <algorithm>

#include "split/schemes/schemes.hpp"

namespace shoal::split {

Index channel_grain(const graph::Graph& graph, graph::LayerId layer) {
  Index grain = 1;
  for (const graph::WeightSpec& spec : graph.weights(layer)) {
    for (const graph::WeightAxis& axis : spec.axes) grain = std::max(grain, axis.channels_each);
  }
  const auto use = graph.footprint(layer)[Axis::channel];
  const auto* groups = std::get_if<graph::Groups>(&use);
  const bool grouped = groups != nullptr && groups->outputs != graph[layer].output[Axis::channel];
  return grouped ? std::max(grain, groups->outputs) : grain;
}

namespace {

/// A layer without weights must not need every channel (a softmax does).
bool channels_are_apart(const graph::Graph& graph, graph::LayerId layer) {
  if (std::holds_alternative<graph::Flatten>(graph[layer].op)) return false;
  if (!graph.weights(layer).empty()) return true;
  const auto use = graph.footprint(layer)[Axis::channel];
  return std::holds_alternative<graph::Window>(use);
}

bool applies_channel(const graph::Graph& graph, graph::LayerId layer) {
  return !is_dense(graph, layer) && channels_are_apart(graph, layer);
}

Division divide(const graph::Graph& graph, graph::LayerId layer, const SplitOptions& options) {
  return divide_outputs(
      graph, layer,
      cut(graph[layer].output, Axis::channel, options.shares, channel_grain(graph, layer)));
}

/// Every member reads every channel of its input.
std::vector<Box> suits(const Shape& shape, const SplitOptions& options) {
  return std::vector<Box>(options.shares.size(), Box::whole(shape));
}

}  // namespace

const Scheme channel_scheme = {"channel", "each rank has some of the filters", applies_channel,
                               divide, suits};

const Scheme output_scheme = {"output", "each rank has the weights of some outputs", is_dense,
                              divide, suits};

}  // namespace shoal::split
