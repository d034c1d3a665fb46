#pragma once

#include <string>
#include <vector>

#include "shoal/graph/graph.hpp"

#include "support/profiles.hpp"
#include "support/random.hpp"

namespace shoal::testing {

/// A network of at most `most` convolutions and dense layers, some with a pool behind.
inline graph::Graph small_network(Random& random, int most) {
  graph::Graph graph("small");
  graph::LayerId at =
      graph.add("input",
                graph::Input(Shape::image(random.between(6, 20), random.between(6, 20),
                                          random.between(1, 6))),
                {});
  const auto layers = static_cast<int>(random.between(2, most));
  const auto dense = static_cast<int>(random.between(0, std::min(layers, 3)));
  for (int i = 0; i < layers - dense; ++i) {
    graph::Conv conv;
    conv.filters = random.between(1, 16);
    conv.sliding.kernel = {1, 2 * random.between(0, 2) + 1, 3};
    conv.sliding.padding = graph::Padding::same;
    conv.sliding.stride.height = random.between(1, 2);
    at = graph.add("conv" + std::to_string(i), conv, {at}, graph::Activation::relu);
    if (random.chance(30) && graph[at].output[Axis::height] >= 2) {
      graph::Pool pool;
      pool.sliding = {{1, 2, 2}, {1, 2, 2}, graph::Padding::same, {}};
      at = graph.add("pool" + std::to_string(i), pool, {at});
    }
  }
  if (dense > 0) at = graph.add("flatten", graph::Flatten{}, {at});
  for (int i = 0; i < dense; ++i) {
    graph::Dense layer;
    layer.units = random.between(1, 64);
    at = graph.add("fc" + std::to_string(i), layer, {at}, graph::Activation::relu);
  }
  return graph;
}

/// Up to `most` unequal devices, slow enough and on lines slow enough for such a network to be
/// worth splitting or not, and so small that it sometimes does not fit.
inline profile::Profile small_cluster(Random& random, const graph::Graph& graph, int most) {
  const auto bytes = static_cast<Index>(graph.parameters() * 4);
  Index activations = 0;
  for (const graph::Layer& layer : graph.layers()) {
    activations = std::max(activations, static_cast<Index>(layer.output.bytes()));
  }
  std::vector<profile::Device> devices;
  const Index count = random.between(2, most);
  for (Index i = 0; i < count; ++i) {
    const double speed = static_cast<double>(random.between(1, 4)) * 1e-3;
    const Index memory = bytes * random.between(30, 130) / 100 + 4 * activations;
    devices.push_back(pi(speed, static_cast<Bytes>(memory)));
    for (auto& [kind, law] : devices.back().laws) law.fixed *= 1e-3;
  }
  return cluster(std::move(devices), static_cast<double>(random.between(1, 100)) * 1e4);
}

}  // namespace shoal::testing
