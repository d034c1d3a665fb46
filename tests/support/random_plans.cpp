#include "support/random_plans.hpp"

#include "shoal/base/error.hpp"

namespace shoal::testing {

using graph::Graph;
using graph::LayerId;

plan::Plan plan_for(const Graph& graph, int ranks) {
  plan::Plan plan;
  plan.model = graph.name();
  plan.ranks = ranks;
  plan::Replica all;
  for (int rank = 0; rank < ranks; ++rank) all.ranks.push_back({rank});
  plan.stages.push_back({"", "", {std::move(all)}});
  return plan;
}

plan::Placement random_placement(Random& random, const split::Scheme& scheme, int ranks) {
  plan::Placement placement;
  placement.scheme = &scheme;
  for (int rank = 0; rank < ranks; ++rank) {
    if (random.chance(85)) placement.ranks.push_back({rank});
  }
  if (placement.ranks.empty()) placement.ranks.push_back({ranks - 1});
  placement.options.shares = random.shares(placement.ranks.size());
  if (scheme.name == "spatial") {
    placement.options.axes = {
        random.pick(std::vector<Axis>{Axis::height, Axis::width, Axis::depth})};
    if (placement.ranks.size() == 4 && random.chance(40)) {
      placement.options.axes = {Axis::height, Axis::width};
      placement.options.grid = {2, 2};
      placement.options.shares.assign(4, 1.0);
    }
  }
  return placement;
}

Graph random_chain(Random& random) {
  Graph graph("chain");
  LayerId at = graph.add(
      "input", graph::Input(Shape::image(random.between(6, 14), random.between(6, 14), 4)), {});
  LayerId shortcut = at;
  const Index length = random.between(3, 7);
  for (Index i = 0; i < length; ++i) {
    const RandomLayer layer = random_layer(random);
    if (std::holds_alternative<graph::Dense>(layer.op)) continue;
    const auto activation = random.chance(40) ? graph::Activation::relu : graph::Activation::linear;
    try {
      at = graph.add("layer" + std::to_string(i), layer.op, {at}, activation);
    } catch (const Error&) {
      continue;  // It does not fit here.
    }
    if (graph[at].output == graph[shortcut].output && shortcut < at && random.chance(70)) {
      at = graph.add("add" + std::to_string(i), graph::Add{}, {shortcut, at}, activation);
    }
    if (random.chance(40)) shortcut = at;
  }
  if (random.chance(60)) {
    at = graph.add("flatten", graph::Flatten{}, {at});
    for (const char* name : {"fc1", "fc2", "fc3"}) {
      graph::Dense dense;
      dense.units = random.between(2, 20);
      at = graph.add(name, dense, {at}, graph::Activation::relu);
    }
    graph.add("softmax", graph::Softmax{}, {at});
  }
  return graph;
}

plan::Plan random_plan(Random& random, const Graph& graph, int ranks) {
  plan::Plan plan = plan_for(graph, ranks);
  if (ranks >= 2 && graph.size() >= 4 && random.chance(40)) {
    plan::Stage second{"", "", {{}}};
    second.from = graph
                      .layers()[static_cast<std::size_t>(
                          random.between(2, static_cast<Index>(graph.size()) - 1))]
                      .name;
    for (int rank = ranks / 2; rank < ranks; ++rank)
      second.replicas.front().ranks.push_back({rank});
    plan.stages.front().replicas.front().ranks.resize(static_cast<std::size_t>(ranks / 2));
    plan.stages.push_back(std::move(second));
  }
  std::size_t stage = 0;
  for (std::size_t i = 1; i < graph.size(); ++i) {
    if (stage + 1 < plan.stages.size() && plan.stages[stage + 1].from == graph.layers()[i].name) {
      ++stage;
    }
    if (random.chance(30)) continue;
    const split::Scheme& scheme = split::schemes()[static_cast<std::size_t>(
        random.between(0, static_cast<Index>(split::schemes().size()) - 1))];
    if (!scheme.applies(graph, {i})) continue;
    const std::vector<Rank>& members = plan.stages[stage].replicas.front().ranks;
    plan::Placement placement = random_placement(random, scheme, static_cast<int>(members.size()));
    for (Rank& rank : placement.ranks) rank = members[static_cast<std::size_t>(rank.value)];
    plan.stages[stage].replicas.front().layers.emplace(graph.layers()[i].name,
                                                       std::move(placement));
  }
  return plan;
}

}  // namespace shoal::testing
