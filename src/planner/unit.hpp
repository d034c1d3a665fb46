#pragma once

#include <vector>

#include "shoal/graph/graph.hpp"

namespace shoal::planner {

/// Consecutive layers that a search places together, [first, end): a convolution or dense layer
/// and the layers behind it that run in the layout that they find, or a whole block with a
/// shortcut around it. One tensor alone leads from a unit to the next.
struct Unit {
  graph::LayerId first;
  graph::LayerId end;
  std::vector<graph::LayerId> anchors;  ///< its convolutions and dense layers
};

/// A graph without any convolution or dense layer is one unit.
std::vector<Unit> units_of(const graph::Graph& lowered);

/// The layers of the units [first, end) as a network of their own: an Input of the shape of what
/// the first of them reads (or the network's own), then the layers under their names.
graph::Graph fragment(const graph::Graph& lowered, const std::vector<Unit>& units,
                      std::size_t first, std::size_t end);

}  // namespace shoal::planner
