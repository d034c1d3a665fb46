#include "planner/unit.hpp"

#include <algorithm>
#include <map>

#include "shoal/plan/plan.hpp"

namespace shoal::planner {
namespace {

using graph::Graph;
using graph::LayerId;

/// Whether the output of layer `i` is all that later layers read of it and the layers before.
std::vector<bool> cuts_behind(const Graph& graph) {
  std::vector<std::size_t> last_reader(graph.size());
  for (std::size_t i = 0; i < graph.size(); ++i) {
    last_reader[i] = i;
    for (const LayerId input : graph[{i}].inputs) last_reader[input.value] = i;
  }
  std::vector<bool> cuts;
  std::size_t furthest = 0;  // that reads anything made before layer i
  for (std::size_t i = 0; i < graph.size(); ++i) {
    cuts.push_back(furthest <= i);
    furthest = std::max(furthest, last_reader[i]);
  }
  return cuts;
}

}  // namespace

std::vector<Unit> units_of(const Graph& lowered) {
  const std::vector<bool> cuts = cuts_behind(lowered);
  std::vector<Unit> units;
  Unit piece{{0}, {0}, {}};
  for (std::size_t i = 0; i < lowered.size(); ++i) {
    if (!plan::follows(lowered[{i}])) piece.anchors.push_back({i});
    if (!cuts[i]) continue;
    piece.end = {i + 1};
    const bool leads = units.empty() && piece.anchors.empty();
    if (leads && piece.end.value < lowered.size()) continue;
    if (piece.anchors.empty() && !units.empty()) {
      units.back().end = piece.end;
    } else {
      units.push_back(piece);
    }
    piece = {piece.end, piece.end, {}};
  }
  return units;
}

Graph fragment(const Graph& lowered, const std::vector<Unit>& units, std::size_t first,
               std::size_t end) {
  Graph result(lowered.name());
  std::map<LayerId, LayerId> places;
  const LayerId begin = units[first].first;
  if (begin.value > 0) {
    const LayerId source{begin.value - 1};
    // A name that no layer of a network has: of Keras's characters there is no space.
    places[source] = result.add("fragment input", graph::Input(lowered[source].output), {});
  }
  for (std::size_t i = begin.value; i < units[end - 1].end.value; ++i) {
    graph::Layer layer = lowered[{i}];
    for (LayerId& input : layer.inputs) input = places.at(input);
    places[{i}] = result.add(std::move(layer));
  }
  return result;
}

}  // namespace shoal::planner
