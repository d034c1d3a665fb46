#include "support/answer_error.hpp"

#include <algorithm>

#include "reference/reference.hpp"
#include "support/interpreter.hpp"
#include "support/random_layers.hpp"

namespace shoal::testing {

double error_of(const std::vector<program::Program>& lanes, Random& random) {
  const graph::Graph& graph = lanes.front().graph;
  const std::vector<graph::LayerWeights> weights = random_weights(graph, random);
  const Tensor frame = random.tensor(graph.layers().front().output);
  const Tensor expected = reference::evaluate(graph, weights, frame);
  const auto load = [&](graph::LayerId layer, Range inputs, Range outputs) {
    return slice(graph, layer, weights[layer.value], inputs, outputs);
  };
  double error = 0;
  for (const program::Program& lane : lanes) {
    error = std::max(error, reference::relative_error(interpret(lane, load, frame), expected));
  }
  return error;
}

}  // namespace shoal::testing
