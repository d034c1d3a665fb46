#include "support/random_plans.hpp"

#include <algorithm>
#include <set>

#include "shoal/base/error.hpp"
#include "shoal/plan/fusion.hpp"

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

split::SplitOptions random_options(Random& random, const split::Scheme& scheme, std::size_t ranks) {
  split::SplitOptions options;
  options.shares = random.shares(ranks);
  if (scheme.name != "spatial") return options;
  options.axes = {random.pick(std::vector<Axis>{Axis::height, Axis::width, Axis::depth})};
  if (ranks == 4 && random.chance(40)) {
    options.axes = {Axis::height, Axis::width};
    options.grid = {2, 2};
    options.shares.assign(4, 1.0);
  }
  return options;
}

plan::Placement random_placement(Random& random, const split::Scheme& scheme, int ranks) {
  plan::Placement placement;
  placement.scheme = &scheme;
  for (int rank = 0; rank < ranks; ++rank) {
    if (random.chance(85)) placement.ranks.push_back({rank});
  }
  if (placement.ranks.empty()) placement.ranks.push_back({ranks - 1});
  placement.options = random_options(random, scheme, placement.ranks.size());
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

namespace {

/// Cuts [0, ranks) into groups of at least one, at random.
std::vector<std::vector<Rank>> random_groups(Random& random, int ranks) {
  std::vector<std::vector<Rank>> groups(1);
  for (int rank = 0; rank < ranks; ++rank) {
    if (!groups.back().empty() && random.chance(35)) groups.emplace_back();
    groups.back().push_back({rank});
  }
  return groups;
}

/// The ranks of the last layer that was placed, where that was by `spatial`.
const std::vector<Rank>* ranks_cut_before(const Graph& graph, LayerId layer,
                                          const plan::Replica& replica) {
  for (std::size_t i = layer.value; i-- > 0;) {
    const auto found = replica.layers.find(graph[{i}].name);
    if (found == replica.layers.end()) continue;
    return found->second.scheme->name == "spatial" ? &found->second.ranks : nullptr;
  }
  return nullptr;
}

void place_at_random(Random& random, const Graph& graph, LayerId layer, plan::Replica& replica) {
  if (random.chance(30)) return;
  const split::Scheme& spatial = *split::find_scheme("spatial");
  const std::vector<Rank>* cut = ranks_cut_before(graph, layer, replica);
  if (cut != nullptr && spatial.applies(graph, layer) && random.chance(50)) {
    // Over the same ranks, so that the layer before may be fused with this one.
    replica.layers.emplace(
        graph[layer].name,
        plan::Placement{&spatial, *cut, random_options(random, spatial, cut->size())});
    return;
  }
  const split::Scheme& scheme = split::schemes()[static_cast<std::size_t>(
      random.between(0, static_cast<Index>(split::schemes().size()) - 1))];
  if (!scheme.applies(graph, layer)) return;
  plan::Placement placement =
      random_placement(random, scheme, static_cast<int>(replica.ranks.size()));
  for (Rank& rank : placement.ranks) rank = replica.ranks[static_cast<std::size_t>(rank.value)];
  replica.layers.emplace(graph[layer].name, std::move(placement));
}

void fuse_at_random(Random& random, const Graph& graph, plan::Plan& plan) {
  const std::vector<std::size_t> stages = plan::stages_of_layers(plan, graph);
  for (std::size_t stage = 0; stage < plan.stages.size(); ++stage) {
    const auto [first, last] = std::equal_range(stages.begin(), stages.end(), stage);
    for (plan::Replica& replica : plan.stages[stage].replicas) {
      std::set<std::string> wanted;
      for (const auto& [name, placement] : replica.layers) {
        if (placement.scheme->name == "spatial" && random.chance(70)) wanted.insert(name);
      }
      plan::fuse_where_possible(replica, wanted, graph,
                                {static_cast<std::size_t>(first - stages.begin()),
                                 static_cast<std::size_t>(last - stages.begin())});
    }
  }
}

}  // namespace

void stream_at_random(Random& random, const Graph& graph, plan::Plan& plan) {
  for (plan::Stage& stage : plan.stages) {
    for (plan::Replica& replica : stage.replicas) {
      for (auto& [name, placement] : replica.layers) {
        const graph::LayerId layer = plan::resolve_layer(graph, name);
        const bool sums = placement.scheme->divide(graph, layer, placement.options).partial;
        if (sums || random.chance(50)) continue;
        if (placement.scheme->name == "spatial" && random.chance(60)) {
          placement.order = plan::Order::boundary_first;
          continue;
        }
        placement.chunks = static_cast<std::size_t>(random.between(2, 6));
        if (random.chance(40)) placement.order = plan::Order::descending;
      }
    }
  }
}

void round_at_random(Random& random, const Graph& graph, plan::Plan& plan) {
  const std::vector<std::size_t> stages = plan::stages_of_layers(plan, graph);
  const std::vector<split::WireType> types(split::wire_types.begin(), split::wire_types.end());
  for (std::size_t i = 0; i < graph.size(); ++i) {
    for (plan::Replica& replica : plan.stages[stages[i]].replicas) {
      if (random.chance(70)) replica.wires.emplace(graph[{i}].name, random.pick(types));
    }
  }
}

void choose_at_random(Random& random, const Graph& graph, plan::Plan& plan) {
  const std::vector<std::size_t> stages = plan::stages_of_layers(plan, graph);
  const std::vector<graph::ConvolutionAlgorithm> all(graph::convolution_algorithms.begin(),
                                                     graph::convolution_algorithms.end());
  for (std::size_t i = 0; i < graph.size(); ++i) {
    if (!std::holds_alternative<graph::Conv>(graph.layers()[i].op)) continue;
    for (plan::Replica& replica : plan.stages[stages[i]].replicas) {
      for (const Rank rank : replica.ranks) {
        if (random.chance(20)) continue;
        replica.algorithms[graph[{i}].name].emplace(rank, random.pick(all));
      }
    }
  }
}

plan::Plan random_plan(Random& random, const Graph& graph, int ranks) {
  plan::Plan plan = plan_for(graph, ranks);
  if (random.chance(60)) {
    plan.stages.clear();
    std::size_t next = 2;
    for (std::vector<Rank>& group : random_groups(random, ranks)) {
      plan::Replica replica{std::move(group), {}};
      const bool another = !plan.stages.empty() && (random.chance(40) || next >= graph.size());
      if (another) {
        plan.stages.back().replicas.push_back(std::move(replica));
        continue;
      }
      plan.stages.push_back({"", "", {std::move(replica)}});
      if (plan.stages.size() == 1) continue;
      plan.stages.back().from = graph.layers()[next].name;
      next += static_cast<std::size_t>(random.between(1, 4));
    }
  }
  std::size_t stage = 0;
  for (std::size_t i = 1; i < graph.size(); ++i) {
    if (stage + 1 < plan.stages.size() && plan.stages[stage + 1].from == graph.layers()[i].name) {
      ++stage;
    }
    for (plan::Replica& replica : plan.stages[stage].replicas) {
      place_at_random(random, graph, {i}, replica);
    }
  }
  fuse_at_random(random, graph, plan);
  stream_at_random(random, graph, plan);
  return plan;
}

}  // namespace shoal::testing
