#include "planner/boundary.hpp"

#include <algorithm>
#include <map>
#include <utility>

namespace shoal::planner {
namespace {

using graph::LayerId;

/// Each plan that is tried is compiled and played: no more devices.
constexpr std::size_t most_devices = 16;
/// Layers that are tried one by one.
constexpr std::size_t most_single = 12;

/// How long exchanges take around each layer: of its output, of its inputs, or of its readers'.
std::vector<Seconds> exchanging_around(const graph::Graph& lowered, const Price& price) {
  std::vector<Seconds> own(lowered.size(), 0);
  for (const StagePrice& stage : price.stages) {
    for (const LayerPrice& layer : stage.replicas.front().layers) {
      own[layer.layer.value] = layer.transferring;
    }
  }
  std::vector<Seconds> around = own;
  for (std::size_t i = 0; i < lowered.size(); ++i) {
    for (const LayerId input : lowered[LayerId{i}].inputs) {
      around[i] = std::max(around[i], own[input.value]);
      around[input.value] = std::max(around[input.value], own[i]);
    }
  }
  return around;
}

/// What a further chunk costs at least: a row by itself.
Seconds row_time(const graph::Graph& lowered, LayerId layer, Rank rank, Estimator& estimator) {
  Box row = Box::whole(lowered[layer].output);
  for (const Axis axis : spatial_axes) {
    if (row[axis].size() == 1) continue;
    row[axis] = {0, 1};
    break;
  }
  const Box read = graph::input_box(lowered.footprint(layer), row, lowered.input_shape(layer));
  return estimator.computing(rank, lowered, layer, read, row);
}

/// The layers that may gain, those first whose exchanges take longest beside a row of them.
std::vector<LayerId> layers_that_may_gain(const Candidate& candidate, const graph::Graph& lowered,
                                          Estimator& estimator) {
  const std::vector<Seconds> exchanging = exchanging_around(lowered, candidate.price);
  std::map<LayerId, double> gains;
  for (const plan::Stage& stage : candidate.plan.stages) {
    for (const auto& [name, placement] : stage.replicas.front().layers) {
      if (placement.scheme->name != "spatial" || placement.ranks.size() == 1) continue;
      const LayerId layer = plan::resolve_layer(lowered, name);
      const Seconds row = row_time(lowered, layer, placement.ranks.front(), estimator);
      if (row < exchanging[layer.value]) gains[layer] = exchanging[layer.value] / row;
    }
  }
  std::vector<LayerId> layers;
  for (const auto& [layer, gain] : gains) layers.push_back(layer);
  std::stable_sort(layers.begin(), layers.end(),
                   [&](LayerId a, LayerId b) { return gains[a] > gains[b]; });
  return layers;
}

/// The plan with layers boundary first on every replica that cuts them in space.
plan::Plan boundary_first(plan::Plan plan, const graph::Graph& lowered,
                          const std::vector<LayerId>& layers) {
  for (plan::Stage& stage : plan.stages) {
    for (plan::Replica& replica : stage.replicas) {
      for (const LayerId layer : layers) {
        const auto placed = replica.layers.find(lowered[layer].name);
        if (placed == replica.layers.end() || placed->second.scheme->name != "spatial") continue;
        placed->second.order = plan::Order::boundary_first;
        placed->second.chunks = 1;
      }
    }
  }
  return plan;
}

}  // namespace

Candidate boundary_first_where_cheaper(Candidate candidate, const graph::Graph& lowered,
                                       Estimator& estimator, const CostOf& cost) {
  if (candidate.devices() > most_devices) return candidate;
  std::vector<LayerId> layers = layers_that_may_gain(candidate, lowered, estimator);
  std::vector<LayerId> all = layers;
  Candidate best = candidate;
  for (; !layers.empty(); layers.resize(layers.size() / 2)) {
    take_if_cheaper(best, boundary_first(candidate.plan, lowered, layers), lowered, estimator,
                    cost);
  }
  all.resize(std::min(all.size(), most_single));
  for (const LayerId layer : all) {
    take_if_cheaper(best, boundary_first(best.plan, lowered, {layer}), lowered, estimator, cost);
  }
  return best;
}

}  // namespace shoal::planner
