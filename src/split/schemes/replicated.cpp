#include "split/schemes/schemes.hpp"

namespace shoal::split {
namespace {

bool applies(const graph::Graph& /*graph*/, graph::LayerId /*layer*/) {
  return true;
}

std::vector<Box> suits(const Shape& shape, const SplitOptions& options) {
  return std::vector<Box>(options.shares.size(), Box::whole(shape));
}

Division divide(const graph::Graph& graph, graph::LayerId layer, const SplitOptions& options) {
  return divide_outputs(graph, layer, suits(graph[layer].output, options));
}

}  // namespace

const Scheme replicated_scheme = {"replicated", "every rank computes all of the layer", applies,
                                  divide, suits};

}  // namespace shoal::split
