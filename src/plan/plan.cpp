#include "shoal/plan/plan.hpp"

#include <algorithm>
#include <numeric>
#include <set>
#include <utility>

#include "shoal/base/error.hpp"
#include "shoal/json/entry.hpp"
#include "shoal/plan/fusion.hpp"

#include "plan/algorithms.hpp"

namespace shoal::plan {
namespace {

std::size_t edit_distance(const std::string& a, const std::string& b) {
  std::vector<std::size_t> row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t replaced = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = row[j];
      row[j] = std::min({row[j] + 1, row[j - 1] + 1, replaced});
    }
  }
  return row.back();
}

std::string nearest_name(const graph::Graph& graph, const std::string& name) {
  const auto& layers = graph.layers();
  return std::min_element(layers.begin(), layers.end(),
                          [&](const graph::Layer& a, const graph::Layer& b) {
                            return edit_distance(a.name, name) < edit_distance(b.name, name);
                          })
      ->name;
}

void validate_ranks(const std::vector<Rank>& ranks, int count, const std::string& where) {
  if (ranks.empty()) throw Error("{}: needs at least one rank", where);
  for (const Rank rank : ranks) {
    if (rank.value < 0 || rank.value >= count) {
      throw Error("{}: rank {} is not one of the plan's {} (0 to {})", where, rank.value, count,
                  count - 1);
    }
  }
  if (std::adjacent_find(ranks.begin(), ranks.end(), std::greater_equal<>()) != ranks.end()) {
    throw Error("{}: ranks must be ascending and each named once", where);
  }
}

void validate_shares(const Placement& placement, const std::string& where) {
  const std::vector<double>& shares = placement.options.shares;
  if (shares.size() != placement.ranks.size()) {
    throw Error("{}/shares: {} shares for {} ranks", where, shares.size(), placement.ranks.size());
  }
  double sum = 0;
  for (const double share : shares) {
    if (!(share >= 0) || share > 1e9) throw Error("{}/shares: a share is 0 to 1e9", where);
    sum += share;
  }
  if (sum <= 0) throw Error("{}/shares: at least one share must be more than 0", where);
}

void validate_tiles(const Placement& placement, const std::string& where) {
  const split::SplitOptions& options = placement.options;
  if (options.axes.empty()) throw Error("{}/axes: needs at least one axis", where);
  for (const Axis axis : options.axes) {
    if (std::find(spatial_axes.begin(), spatial_axes.end(), axis) == spatial_axes.end()) {
      throw Error("{}/axes: {} is not an axis of space", where, name(axis));
    }
    if (std::count(options.axes.begin(), options.axes.end(), axis) > 1) {
      throw Error("{}/axes: {} is named twice", where, name(axis));
    }
  }
  if (options.grid.empty() && options.axes.size() == 1) return;
  if (options.grid.size() != options.axes.size()) {
    throw Error("{}/grid: needs a number for each of the {} axes", where, options.axes.size());
  }
  Index tiles = 1;
  for (const Index count : options.grid) {
    if (count < 1 || count > 4096) throw Error("{}/grid: a number of tiles is 1 to 4096", where);
    tiles *= count;
  }
  if (tiles != static_cast<Index>(placement.ranks.size())) {
    throw Error("{}/grid: {} tiles for {} ranks", where, tiles, placement.ranks.size());
  }
  const std::vector<double>& shares = options.shares;
  if (std::adjacent_find(shares.begin(), shares.end(), std::not_equal_to<>()) != shares.end()) {
    throw Error("{}/shares: tiles are equal, and so must be their shares", where);
  }
}

void validate_chunks(const Placement& placement, const graph::Graph& graph, graph::LayerId layer,
                     const std::string& where) {
  if (placement.chunks < 1 || placement.chunks > most_chunks) {
    throw Error("{}/chunks: is 1 to {}, not {}", where, most_chunks, placement.chunks);
  }
  if (placement.order == Order::descending && placement.chunks == 1) {
    throw Error("{}/order: descending is for more than one chunk", where);
  }
  if (placement.order == Order::boundary_first && placement.scheme->name != "spatial") {
    throw Error("{}/order: boundary-first is for spatial only", where);
  }
  if (placement.order == Order::boundary_first && placement.chunks > 1) {
    throw Error("{}/chunks: boundary-first makes as many as there are ends and an interior", where);
  }
  if (placement.chunks > 1 && placement.scheme->divide(graph, layer, placement.options).partial) {
    throw Error("{}/chunks: {} makes summands, which are added up when all of them are there",
                where, placement.scheme->name);
  }
}

void validate_placement(const Placement& placement, const Replica& replica,
                        const graph::Graph& graph, graph::LayerId layer, const std::string& where) {
  for (const Rank rank : placement.ranks) {
    if (std::find(replica.ranks.begin(), replica.ranks.end(), rank) == replica.ranks.end()) {
      throw Error("{}/ranks: rank {} is not in the stage (ranks {})", where, rank.value,
                  split::to_string(replica.ranks));
    }
  }
  if (std::adjacent_find(placement.ranks.begin(), placement.ranks.end(), std::greater_equal<>()) !=
          placement.ranks.end() ||
      placement.ranks.empty()) {
    throw Error("{}/ranks: ranks must be ascending, each named once, and at least one", where);
  }
  if (placement.scheme == nullptr) throw Error("{}/scheme: is missing", where);
  if (!placement.scheme->applies(graph, layer)) {
    throw Error("{}/scheme: {} does not fit {} ({})", where, placement.scheme->name,
                graph[layer].name, graph.kind(layer));
  }
  if (placement.options.fused && placement.scheme->name != "spatial") {
    throw Error("{}/fused: is for spatial only", where);
  }
  validate_shares(placement, where);
  validate_tiles(placement, where);
  validate_chunks(placement, graph, layer, where);
}

void validate_replicas(const std::vector<Replica>& replicas, int ranks, const std::string& where) {
  if (replicas.empty()) throw Error("{}/replicas: needs at least one", where);
  std::set<Rank> taken;
  for (std::size_t i = 0; i < replicas.size(); ++i) {
    const std::string path = replicas.size() == 1 ? fmt::format("{}/ranks", where)
                                                  : fmt::format("{}/replicas/{}/ranks", where, i);
    validate_ranks(replicas[i].ranks, ranks, path);
    for (const Rank rank : replicas[i].ranks) {
      if (!taken.insert(rank).second) {
        throw Error("{}: rank {} is in another replica of this stage", path, rank.value);
      }
    }
  }
}

/// Which layer of the stage an entry is for.
/// @param bounds the first layer of the stage, and the one behind its last
graph::LayerId find_layer(const graph::Graph& lowered, const std::string& name,
                          std::pair<std::size_t, std::size_t> bounds, const std::string& where) {
  graph::LayerId layer;
  try {
    layer = resolve_layer(lowered, name);
  } catch (const Error& error) {
    throw error.in(where);
  }
  if (layer.value < bounds.first || layer.value >= bounds.second) {
    throw Error("{}: the layer is not in this stage", where);
  }
  return layer;
}

void validate_layers(const Replica& replica, std::pair<std::size_t, std::size_t> bounds,
                     const graph::Graph& lowered, const std::string& stage) {
  for (const auto& [name, placement] : replica.layers) {
    const std::string where = json::pointer(stage + "/layers", name);
    const graph::LayerId layer = find_layer(lowered, name, bounds, where);
    if (std::holds_alternative<graph::Input>(lowered[layer].op)) {
      throw Error("{}: the input is not computed; /input_rank says where it is", where);
    }
    validate_placement(placement, replica, lowered, layer, where);
  }
  for (const auto& [name, wire] : replica.wires) {
    find_layer(lowered, name, bounds, json::pointer(stage + "/layers", name));
  }
  for (const auto& [name, algorithms] : replica.algorithms) {
    const std::string where = json::pointer(stage + "/layers", name);
    const graph::LayerId layer = find_layer(lowered, name, bounds, where);
    validate_algorithms(algorithms, replica, lowered[layer], where);
  }
}

/// The last layer of a run tells what is wrong with all before it.
void validate_fusion(const Replica& replica, std::pair<std::size_t, std::size_t> bounds,
                     const graph::Graph& lowered, const std::string& stage) {
  const auto refused = fuse(replica, lowered, bounds).refused;
  if (refused.empty()) return;
  const auto& [layer, why] = *refused.rbegin();
  throw Error("{}/fused: {}; what reads a fused layer is split in space over its ranks",
              json::pointer(stage + "/layers", lowered[layer].name), why);
}

}  // namespace

graph::LayerId resolve_layer(const graph::Graph& lowered, const std::string& name) {
  if (const auto found = lowered.find(name)) return *found;
  for (const graph::Layer& layer : lowered.layers()) {
    if (std::find(layer.absorbed.begin(), layer.absorbed.end(), name) != layer.absorbed.end()) {
      throw Error("layer {} runs inside {}: name that one", name, layer.name);
    }
  }
  throw Error("{} has no layer {}; did you mean {}?", lowered.name(), name,
              nearest_name(lowered, name));
}

bool follows(const graph::Layer& layer) {
  return !std::holds_alternative<graph::Conv>(layer.op) &&
         !std::holds_alternative<graph::Dense>(layer.op);
}

void validate(const Plan& plan, const graph::Graph& lowered) {
  if (plan.ranks < 1) throw Error("/ranks: a plan is for at least one rank");
  validate_ranks({plan.input_rank}, plan.ranks, "/input_rank");
  validate_ranks({plan.output_rank}, plan.ranks, "/output_rank");
  if (plan.stages.empty()) throw Error("/stages: needs at least one stage");
  const std::vector<std::size_t> bounds = stage_bounds(plan, lowered);
  for (std::size_t i = 0; i < plan.stages.size(); ++i) {
    const std::string where = fmt::format("/stages/{}", i);
    validate_replicas(plan.stages[i].replicas, plan.ranks, where);
    for (std::size_t r = 0; r < plan.stages[i].replicas.size(); ++r) {
      const Replica& replica = plan.stages[i].replicas[r];
      const bool only = plan.stages[i].replicas.size() == 1;
      const std::string path = only ? where : fmt::format("{}/replicas/{}", where, r);
      // The input is the first stage's, wherever its first layer is.
      validate_layers(replica, {i == 0 ? 0 : bounds[i], bounds[i + 1]}, lowered, path);
      validate_fusion(replica, {bounds[i], bounds[i + 1]}, lowered, path);
    }
  }
}

split::WireType Replica::wire(const std::string& layer) const {
  const auto found = wires.find(layer);
  return found == wires.end() ? split::WireType::float32 : found->second;
}

std::vector<std::size_t> stage_bounds(const Plan& plan, const graph::Graph& lowered) {
  std::vector<std::size_t> bounds;
  for (std::size_t i = 0; i < plan.stages.size(); ++i) {
    const std::string where = fmt::format("/stages/{}/from", i);
    std::size_t first = 0;
    if (!plan.stages[i].from.empty()) {
      try {
        first = resolve_layer(lowered, plan.stages[i].from).value;
      } catch (const Error& error) {
        throw error.in(where);
      }
    } else if (i > 0) {
      throw Error("{}: every stage but the first names its first layer", where);
    }
    if (i == 0 && first > 1) throw Error("{}: the layers before it are in no stage", where);
    if (i > 0 && first <= bounds.back()) {
      throw Error("{}: {} does not come after the stage before begins", where, plan.stages[i].from);
    }
    bounds.push_back(first);
  }
  bounds.push_back(lowered.size());
  return bounds;
}

std::vector<std::size_t> stages_of_layers(const Plan& plan, const graph::Graph& lowered) {
  std::vector<std::size_t> stages(lowered.size(), 0);
  for (std::size_t stage = 1; stage < plan.stages.size(); ++stage) {
    const std::size_t first = resolve_layer(lowered, plan.stages[stage].from).value;
    std::fill(stages.begin() + static_cast<std::ptrdiff_t>(first), stages.end(), stage);
  }
  return stages;
}

bool is_streamed(const Plan& plan) {
  for (const Stage& stage : plan.stages) {
    for (const Replica& replica : stage.replicas) {
      for (const auto& [name, placement] : replica.layers) {
        if (placement.is_streamed()) return true;
      }
    }
  }
  return false;
}

std::size_t credits(const Plan& plan) {
  if (plan.in_flight > 0) return static_cast<std::size_t>(plan.in_flight);
  std::size_t replicas = 0;
  for (const Stage& stage : plan.stages) replicas += stage.replicas.size();
  return 2 * replicas;
}

std::vector<Plan> lanes(const Plan& plan) {
  constexpr std::size_t most_multiple = 64;
  std::size_t most = 1;
  std::size_t multiple = 1;
  for (const Stage& stage : plan.stages) {
    most = std::max(most, stage.replicas.size());
    if (multiple <= most_multiple) multiple = std::lcm(multiple, stage.replicas.size());
  }
  std::vector<Plan> result;
  for (std::size_t i = 0; i < std::max(most, multiple > most_multiple ? most : multiple); ++i) {
    Plan& lane = result.emplace_back(plan);
    for (Stage& stage : lane.stages) {
      Replica taken = std::move(stage.replicas[i % stage.replicas.size()]);
      stage.replicas = {std::move(taken)};
    }
  }
  return result;
}

}  // namespace shoal::plan
